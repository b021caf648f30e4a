/** Opens whatever a path or a descriptor is: file, pipe, FIFO, terminal, device. Compressed ones come decoded. */
import { close, constants, fstatSync, open, readFileSync, readSync, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isatty } from "node:tty";
import { promisify } from "node:util";
import { type ByteReader, FileBytes } from "./bytes.js";
import { decoded } from "./decode.js";
import { firstLinePrint, identityOf } from "./identity.js";
import { openPipe } from "./pipe.js";

const openFd = promisify(open);
const closeFd = promisify(close);
const WRITER_POLL_MS = 20;

export interface Input {
  readonly bytes: ByteReader;
  /** Regular files have one: it names them by inode and first line. */
  readonly identify?: (firstLines: Buffer) => string | undefined;
  /** Where the identity's content starts, in bytes: not 0 when a file on standard input was partly read before. */
  readonly startOffset: number;
  /** Bytes of a regular file as it was opened; absent otherwise. */
  readonly sizeBytes?: number;
}

/** Opens `path`. Rejects with what the system says. `isStopped` ends the wait for the writer of a FIFO. */
export async function openPath(path: string, isStopped: () => boolean): Promise<Input> {
  const before = await stat(path);
  if (before.isDirectory()) throw systemError("EISDIR", path);
  if (before.isFIFO()) return openFifo(path, isStopped);
  const fd = await openFd(path, constants.O_RDONLY | constants.O_NOCTTY);
  return openInput(fd, fstatSync(fd), 0, () => closeFd(fd));
}

/** Opens a descriptor that is open already: standard input. A regular file is read from where it stands. */
export function openDescriptor(fd: number): Input {
  const stats = fstatSync(fd);
  if (stats.isDirectory()) throw systemError("EISDIR", "standard input");
  return openInput(fd, stats, undefined);
}

function openInput(
  fd: number,
  stats: Stats,
  offset: number | undefined,
  closeFile?: () => Promise<void>,
): Input {
  if (stats.isFile()) {
    const bytes = decoded(new FileBytes(fd, offset, closeFile));
    const identify = (firstLines: Buffer) => {
      const print = firstLinePrint(firstLines);
      return print === undefined ? undefined : identityOf(stats, print);
    };
    return { bytes, identify, startOffset: offset ?? offsetOf(fd), sizeBytes: stats.size };
  }
  const isTerminal = isatty(fd);
  const isStream = isTerminal || stats.isFIFO() || stats.isSocket();
  const raw = isStream ? openPipe(fd, isTerminal) : new FileBytes(fd, undefined, closeFile);
  return { bytes: decoded(raw), startOffset: 0 };
}

/**
 * A FIFO is opened without blocking, because an `open` that waits for a writer would keep the process from exiting.
 * Until there is one, `read` gives the end of the file.
 */
async function openFifo(path: string, isStopped: () => boolean): Promise<Input> {
  const fd = await openFd(path, constants.O_RDONLY | constants.O_NONBLOCK);
  // A pipe under /dev/fd had its writer before we were started: the end is the end.
  const isNamed = !/^\/(dev|proc\/[^/]+)\/(fd\/|stdin$)/.test(path);
  const first = Buffer.allocUnsafe(1);
  while (isNamed && !isStopped()) {
    const byteCount = readWithoutWaiting(fd, first);
    if (byteCount === undefined) break;
    if (byteCount > 0) return { bytes: decoded(after(first, openPipe(fd, false))), startOffset: 0 };
    await sleep(WRITER_POLL_MS);
  }
  return { bytes: decoded(openPipe(fd, false)), startOffset: 0 };
}

/** Undefined when there is a writer that has written nothing yet. */
function readWithoutWaiting(fd: number, into: Buffer): number | undefined {
  try {
    return readSync(fd, into);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
    throw error;
  }
}

function after(first: Buffer, rest: ByteReader): ByteReader {
  let isPending = true;
  return {
    wait: () => (isPending ? undefined : rest.wait?.()),
    read: (into) => {
      if (!isPending) return rest.read(into);
      isPending = false;
      return first.copy(into);
    },
    stop: () => rest.stop(),
    close: () => rest.close(),
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
