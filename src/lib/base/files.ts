// Enter here: what everything may use and what knows nothing of logs; this file is the one interface for durable
// files.
/**
 * The few file system calls that durability rests on, as one small interface: tests hand in one whose N-th call fails.
 * What an object store can hold is above it: store/storage/storage.ts.
 */
import {
  closeSync,
  constants,
  promises as fs,
  openSync,
  readSync,
  type Stats,
  statSync,
  writevSync,
} from "node:fs";
import { dirname } from "node:path";
import { directoryModeIn, fileModeIn, PRIVATE_DIRECTORY, tightenMode } from "./private-files/modes.js";

/** An open file. Offsets are bytes from its start. */
export interface OpenFile {
  /**
   * Writes all of every buffer, one after the other, from `offset` on; at the end of a file open to "append". A few KiB
   * may be written before the call returns.
   */
  write(buffers: readonly Uint8Array[], offset: number): Promise<void>;
  /** The bytes from `offset` on: `length` of them, fewer at the end of the file. `into`: where they may be put. */
  read(offset: number, length: number, into?: Buffer): Promise<Buffer>;
  /** Data and what is needed to read it back are on the device once this resolves. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  /** Which file it is, whatever its name is now: the same for no two files that are there. Absent: not known. */
  identity?(): Promise<string>;
  close(): Promise<void>;
}

export interface Files {
  /**
   * "create" fails with EEXIST when the file is there; "change" reads and writes one that exists, and "append" writes
   * at its end only, wherever that is by then. None of them goes through a symbolic link. A new file gives nobody more
   * than its directory does.
   */
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  /** Gives the file a second name, or fails with EEXIST: the put-if-absent of POSIX. */
  link(existing: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  removeDirectory(path: string): Promise<void>;
  makeDirectory(path: string, access?: Access): Promise<void>;
  /**
   * Takes from the mode of a file or directory that was made by the umask alone what `directory`, or its own, does not
   * give.
   */
  tighten?(path: string, directory?: string): Promise<void>;
  /** Makes names in the directory durable. */
  syncDirectory(path: string): Promise<void>;
  /** Names in the directory; none when there is no such directory. */
  list(path: string): Promise<readonly string[]>;
  /** The whole file, or undefined when it is not there. */
  read(path: string): Promise<Buffer | undefined>;
  /**
   * Bytes of a file from `offset` on, fewer at its end; undefined when it is not there. For a look into many files:
   * where absent, `open`, `read` and `close` do it. Cost: blocks the thread for some ten microseconds.
   */
  readAt?(path: string, offset: number, length: number): Promise<Buffer | undefined>;
  /** Size and age of a file, or undefined when it is not there. Follows symbolic links. */
  stat(path: string): Promise<FileFacts | undefined>;
  /**
   * Whether there is something of this name, at once. Follows symbolic links. For what is asked again and again: where
   * absent, `stat` does it. Cost: blocks the thread for some microseconds.
   */
  has?(path: string): boolean;
  /** Bytes that can still be written to the device of this directory, where that can be known. */
  freeBytes?(path: string): Promise<number | undefined>;
  /** What a symbolic link points at, as it says; undefined for anything else and when there is nothing. */
  linkTarget(path: string): Promise<string | undefined>;
  /** Makes a symbolic link, or fails with EEXIST. */
  makeLink(target: string, path: string): Promise<void>;
}

export type OpenMode = "create" | "read" | "change" | "append";

/**
 * Whom a new directory lets in: whom its "parent" does, which is the default; all that the "umask" lets, for the first
 * directory of ours; "owner": nobody else. The umask always counts.
 */
export type Access = "parent" | "umask" | "owner";

export interface FileFacts {
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
  readonly isDirectory: boolean;
  /** Who may do what, as in chmod(2): nine bits. Absent where files have none. */
  readonly mode?: number;
  /** As `OpenFile.identity`. */
  readonly identity?: string;
}

/** Whether `error` is a failed system call with that code. */
export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? "");
}

/** Whether `error`, a failed system call or one of DuckDB's, says that the device or a quota is full: it may pass. */
export function isNoRoom(error: unknown): boolean {
  if (isSystemError(error, "ENOSPC", "EDQUOT")) return true;
  return (
    error instanceof Error &&
    /No space left on device|Disk quota exceeded|max_temp_directory_size/.test(error.message)
  );
}

/** Makes every missing part of the path, and each new name durable in its parent. */
export async function makeDurableDirectory(
  files: Files,
  path: string,
  access: Access = "parent",
): Promise<void> {
  if ((await files.stat(path))?.isDirectory === true) return;
  const parent = dirname(path);
  if (parent !== path) await makeDurableDirectory(files, parent, access);
  await files.makeDirectory(path, access);
  await files.syncDirectory(parent);
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR } = constants;
const FLAGS = {
  create: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
  read: O_RDONLY,
  change: O_RDWR | O_NOFOLLOW,
  append: O_RDWR | O_APPEND | O_NOFOLLOW,
} as const;

/** The machine's own file system. */
export const diskFiles: Files = {
  open: async (path, mode) => {
    const given = mode === "create" ? await fileModeIn(path) : undefined;
    return openFile(await fs.open(path, FLAGS[mode], given), path);
  },
  link: (existing, path) => fs.link(existing, path),
  rename: (from, to) => fs.rename(from, to),
  remove: (path) => fs.unlink(path),
  removeDirectory: (path) => fs.rmdir(path),
  makeDirectory: async (path, access = "parent") => {
    const mode =
      access === "parent" ? await directoryModeIn(path) : access === "umask" ? 0o777 : PRIVATE_DIRECTORY;
    await fs.mkdir(path, mode).catch((error) => {
      if (!isSystemError(error, "EEXIST")) throw error;
    });
  },
  tighten: tightenMode,
  syncDirectory: async (path) => {
    const handle = await fs.open(path, "r");
    await handle.sync().finally(() => handle.close());
  },
  list: (path) => orMissing(fs.readdir(path), []),
  read: (path) => orMissing<Buffer | undefined>(fs.readFile(path), undefined),
  readAt: async (path, offset, length) => {
    let descriptor: number;
    try {
      descriptor = openSync(path, "r");
    } catch (error) {
      if (isSystemError(error, "ENOENT")) return undefined;
      throw error;
    }
    try {
      const bytes = Buffer.allocUnsafe(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
    } finally {
      closeSync(descriptor);
    }
  },
  stat: async (path) => {
    const found = await orMissing<Stats | undefined>(fs.stat(path), undefined);
    if (found === undefined) return undefined;
    return {
      bytes: found.size,
      modifiedMs: found.mtimeMs,
      isDirectory: found.isDirectory(),
      mode: found.mode & 0o777,
      identity: identityOf(found),
    };
  },
  has: (path) => statSync(path, { throwIfNoEntry: false }) !== undefined,
  freeBytes: async (path) => {
    const { blocks, bavail, bsize } = await fs.statfs(path);
    // Some network file systems know no size.
    return blocks === 0 ? undefined : bavail * bsize;
  },
  linkTarget: targetOf,
  makeLink: (target, path) => fs.symlink(target, path),
};

/** readlink(2) of what is no link: EINVAL. */
async function targetOf(path: string): Promise<string | undefined> {
  return fs.readlink(path).catch((error) => {
    if (isSystemError(error, "EINVAL", "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  });
}

async function orMissing<T>(result: Promise<T>, missing: T): Promise<T> {
  return result.catch((error) => {
    if (isSystemError(error, "ENOENT")) return missing;
    throw error;
  });
}

function openFile(handle: fs.FileHandle, path: string): OpenFile {
  return {
    write: (buffers, offset) => writeAll(handle, buffers, offset).catch((error) => withPath(error, path)),
    read: async (offset, length, into) => {
      const bytes = into ?? Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    },
    sync: () => handle.datasync().catch((error) => withPath(error, path)),
    truncate: (length) => handle.truncate(length).catch((error) => withPath(error, path)),
    size: async () => (await handle.stat()).size,
    identity: async () => identityOf(await handle.stat()),
    close: () => handle.close(),
  };
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** Calls on a descriptor fail without saying which file it is. */
function withPath(error: unknown, path: string): never {
  if (error instanceof Error) (error as NodeJS.ErrnoException).path ??= path;
  throw error;
}

/**
 * So much is copied into the system's memory sooner than another thread wakes up and this one after it. See
 * docs/decisions/0068-start-and-latency.md.
 */
const AT_ONCE_BYTES = 16 * 1024;

/** A disk that fills up takes a part of a write: what is left is written until it is done or the call says why not. */
async function writeAll(
  handle: fs.FileHandle,
  buffers: readonly Uint8Array[],
  offset: number,
): Promise<void> {
  let left = [...buffers];
  let at = offset;
  while (left.length > 0) {
    const batch = left.slice(0, 512);
    const isSmall = batch.reduce((sum, { length }) => sum + length, 0) <= AT_ONCE_BYTES;
    const bytesWritten = isSmall
      ? writevSync(handle.fd, batch, at)
      : (await handle.writev(batch, at)).bytesWritten;
    at += bytesWritten;
    left = dropBytes(left, bytesWritten);
  }
}

function dropBytes(buffers: Uint8Array[], count: number): Uint8Array[] {
  let index = 0;
  let rest = count;
  while (index < buffers.length && rest >= buffers[index]!.length) rest -= buffers[index++]!.length;
  const left = buffers.slice(index);
  if (rest > 0 && left[0] !== undefined) left[0] = left[0].subarray(rest);
  return left;
}
