/** Opens whatever a path or a descriptor is: file, pipe, FIFO, terminal, device. Compressed ones come decoded. */
import { close, constants, fstatSync, open, readFileSync, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { isatty } from "node:tty";
import { promisify } from "node:util";
import { systemPath } from "../../base/local/byte-name.js";
import { type ByteReader, FileBytes } from "../bytes/bytes.js";
import { openPipe } from "../bytes/pipe.js";
import { decoded } from "../decode/decode.js";
import { firstLinePrint, identityOf } from "../identity/file-identity.js";

const openFd = promisify(open);
const closeFd = promisify(close);

export interface OpenedInput {
  readonly bytes: ByteReader;
  /** Regular files have one: it names them by inode and first line. */
  readonly identify?: (headLines: Buffer) => string | undefined;
  /** Where the identity's content starts, in bytes: not 0 when a file on standard input was partly read before. */
  readonly startOffset: number;
  /** Bytes of a regular file as it was opened; absent otherwise. */
  readonly sizeBytes?: number;
  /** How far a regular file has been read, in bytes as they are stored. */
  readonly position?: () => number | undefined;
  /** When a regular file was last written, in milliseconds since the epoch. */
  readonly modifiedMs?: number;
}

/**
 * Opens `path`. Rejects with what the system says. A FIFO is opened without waiting for its writer, because a blocked
 * `open` would keep the process from exiting; no end is reported before a writer has come and gone. `start`: where
 * reading a regular file begins.
 */
export async function openPath(path: string, start = 0): Promise<OpenedInput> {
  const before = await stat(systemPath(path));
  if (before.isDirectory()) throw systemError("EISDIR", path);
  const waiting = before.isFIFO() ? constants.O_NONBLOCK : 0;
  const fd = await openFd(systemPath(path), constants.O_RDONLY | constants.O_NOCTTY | waiting);
  return openInput(fd, fstatSync(fd), start, () => closeFd(fd));
}

/** Opens a descriptor that is open already: standard input. A regular file is read from where it stands. */
export function openDescriptor(fd: number): OpenedInput {
  const stats = fstatSync(fd);
  if (stats.isDirectory()) throw systemError("EISDIR", "standard input");
  return openInput(fd, stats, undefined);
}

function openInput(
  fd: number,
  stats: Stats,
  offset: number | undefined,
  closeFile?: () => Promise<void>,
): OpenedInput {
  if (stats.isFile()) {
    return openRegular(new FileBytes(fd, offset, closeFile), stats, offset ?? offsetOf(fd));
  }
  const isTerminal = isatty(fd);
  const isStream = isTerminal || stats.isFIFO() || stats.isSocket();
  const raw = isStream ? openPipe(fd, isTerminal) : new FileBytes(fd, undefined, closeFile);
  return { bytes: decoded(raw), startOffset: 0 };
}

/** What is read of a regular file by `raw`. */
export function openRegular(
  raw: ByteReader & { readonly position: number | undefined },
  stats: Stats,
  startOffset: number,
): OpenedInput {
  const identify = (headLines: Buffer) => {
    const print = firstLinePrint(headLines);
    return print === undefined ? undefined : identityOf(stats, print);
  };
  return {
    bytes: decoded(raw),
    identify,
    startOffset,
    sizeBytes: stats.size,
    position: () => raw.position,
    modifiedMs: stats.mtimeMs,
  };
}

/** Where a shared descriptor stands. Node has no lseek; Linux tells; elsewhere the start is assumed. */
function offsetOf(fd: number): number {
  try {
    return Number(/^pos:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function systemError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
