/**
 * Dead letters in a file. Each begins on a line of its own, whatever a crash or a full disk has left of the one before.
 * The file that nobody chose is bounded: at 64 MiB it becomes `dead-letters.1.ndjson`, and the third of those is the
 * last.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { isSystemError } from "../../../base/files.js";
import { makePrivateDirectories, PRIVATE_FILE } from "../../../base/private-files/modes.js";
import { countLines } from "../../../event/lines.js";

export const FILE_BYTES_MAX: number = 64 << 20;
export const OLDER_FILES_MAX = 3;
/** Another process rotates within a blink: a lock that is older was left by one that was killed. */
const LOCK_MS = 60_000;
/** How long a pipe that is full is waited for. */
const PIPE_WAIT_MS = 2000;
const NEWLINE = Buffer.from("\n");
const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_WRONLY } = constants;

export interface LetterFileOptions {
  /** Nobody named it: it is bounded, and no link is followed. */
  readonly isDefault: boolean;
  readonly bytesMax?: number;
}

/** What became of letters. */
export interface Appended {
  /** How many of them, from the first on, are in the file. */
  readonly kept: number;
  /** Why the others are not. */
  readonly error?: unknown;
}

export class LetterFile {
  readonly path: string;
  private readonly isDefault: boolean;
  private readonly bytesMax: number;
  /** Letters of this run in the file, and in each of the older ones. */
  private readonly ownLetters: number[] = [0];
  /** Letters of this run that went with the oldest file. */
  dropped = 0;

  constructor(path: string, { isDefault, bytesMax = FILE_BYTES_MAX }: LetterFileOptions) {
    this.path = path;
    this.isDefault = isDefault;
    this.bytesMax = bytesMax;
  }

  /** `letters`: whole lines. Never throws: whoever asks has better things to do than to stop for letters. */
  append(letters: Buffer): Appended {
    let descriptor: number | undefined;
    try {
      if (this.isDefault) this.makeRoom(letters.length);
      descriptor = this.open();
      const appended = writeLetters(descriptor, letters);
      this.ownLetters[0]! += appended.kept;
      return appended;
    } catch (error) {
      return { kept: 0, error };
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  /** Makes what was appended durable. Throws what fsync(2) says, but for what cannot be synced. */
  sync(): void {
    if (!statSync(this.path).isFile()) return;
    const descriptor = openSync(this.path, O_WRONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  private open(): number {
    const found = statOf(this.path);
    // A pipe without a reader would keep the process from everything else.
    if (found !== undefined && !found.isFile()) return openSync(this.path, O_WRONLY | O_APPEND | O_NONBLOCK);
    if (found === undefined) makePrivateDirectories(dirname(this.path));
    const flags = O_APPEND | O_CREAT | (this.isDefault ? O_NOFOLLOW : 0);
    try {
      return openSync(this.path, O_RDWR | flags, PRIVATE_FILE);
    } catch (error) {
      // One that may be written to and not read.
      if (!isSystemError(error, "EACCES")) throw error;
      return openSync(this.path, O_WRONLY | flags, PRIVATE_FILE);
    }
  }

  /** Makes room for so many bytes more. Leaves it to another process that does it at the moment. */
  private makeRoom(bytes: number): void {
    if (!this.isFull(bytes)) return;
    try {
      if (!this.lock()) return;
    } catch {
      // A directory that takes no new names: a file too large is better than no letters.
      return;
    }
    try {
      // Another may have done it meanwhile.
      if (this.isFull(bytes)) this.rotate();
    } catch {
    } finally {
      rmSync(this.lockPath, { force: true });
    }
  }

  private rotate(): void {
    this.sync();
    for (let n = OLDER_FILES_MAX; n > 0; n--) {
      try {
        renameSync(this.older(n - 1), this.older(n));
      } catch (error) {
        if (!isSystemError(error, "ENOENT")) throw error;
      }
    }
    this.ownLetters.unshift(0);
    this.dropped += this.ownLetters[OLDER_FILES_MAX + 1] ?? 0;
    this.ownLetters.length = Math.min(this.ownLetters.length, OLDER_FILES_MAX + 1);
  }

  private isFull(more: number): boolean {
    const bytes = statOf(this.path)?.size ?? 0;
    return bytes > 0 && bytes + more > this.bytesMax;
  }

  private lock(): boolean {
    const heldMs = statOf(this.lockPath)?.mtimeMs;
    if (heldMs !== undefined && Date.now() - heldMs > LOCK_MS) rmSync(this.lockPath, { force: true });
    try {
      closeSync(openSync(this.lockPath, "wx", PRIVATE_FILE));
      return true;
    } catch (error) {
      if (isSystemError(error, "EEXIST")) return false;
      throw error;
    }
  }

  private get lockPath(): string {
    return `${this.path}.lock`;
  }

  private older(n: number): string {
    return n === 0 ? this.path : this.path.replace(/(\.\w+)?$/, `.${n}$1`);
  }
}

/** A disk that fills up takes a part: what is whole of it counts, and the next letter begins on a line of its own. */
function writeLetters(descriptor: number, letters: Buffer): Appended {
  const isFresh = endsInLine(descriptor);
  const bytes = isFresh ? letters : Buffer.concat([NEWLINE, letters]);
  let done = 0;
  let error: unknown;
  try {
    for (let waitedMs = 0; done < bytes.length; ) {
      const written = writeSome(descriptor, bytes, done);
      done += written;
      if (written > 0) waitedMs = 0;
      else if ((waitedMs += pause()) > PIPE_WAIT_MS) throw new Error("nobody reads it");
    }
  } catch (caught) {
    error = caught;
  }
  const whole = countLines(bytes.subarray(0, done));
  return { kept: Math.max(0, isFresh ? whole : whole - 1), error };
}

/** 0: a pipe is full. */
function writeSome(descriptor: number, bytes: Buffer, from: number): number {
  try {
    return writeSync(descriptor, bytes, from, bytes.length - from, null);
  } catch (error) {
    if (isSystemError(error, "EAGAIN")) return 0;
    throw error;
  }
}

const PAUSE_MS = 10;

function pause(): number {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  return PAUSE_MS;
}

/** Whether what is in the file ends as it should. What cannot be read is believed to. */
function endsInLine(descriptor: number): boolean {
  const found = fstatSync(descriptor);
  if (!found.isFile() || found.size === 0) return true;
  const last = Buffer.alloc(1);
  try {
    return readSync(descriptor, last, 0, 1, found.size - 1) === 0 || last[0] === NEWLINE[0];
  } catch {
    return true;
  }
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
