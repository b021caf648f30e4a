/** A bounded number of open files, the least recently used closed first. */
import { closeSync, constants, fstatSync, open, readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { systemPath } from "../../base/local/byte-name.js";

const openSystem = promisify(open);
const openFd: OpenCall = (path, flags) => openSystem(systemPath(path), flags);

/** Device and inode, as text: inodes do not fit a double everywhere. */
export type FileKey = string;

export interface OpenHandle {
  readonly fd: number;
  readonly key: FileKey;
}

export type OpenCall = (path: string, flags: number) => Promise<number>;

/** What the rest of the process may still need when a source opens: log segments, a checkpoint, workers, DuckDB. */
const RESERVE = 32;
const LEAST = 4;

/** How many files may be kept open: at most `most`, and what the process may still open less a reserve. */
export function mostHandles(most: number): number {
  try {
    const limits = readFileSync("/proc/self/limits", "latin1");
    const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
    const used = readdirSync("/proc/self/fd").length;
    return Math.max(LEAST, Math.min(most, limit - used - RESERVE));
  } catch {
    return most; // No /proc: then the system's errors say when it is too many.
  }
}

export class Handles {
  private most: number;
  private readonly openCall: OpenCall;
  /** In order of use, the least recent first. */
  private readonly open = new Map<object, OpenHandle>();

  /** `openCall` stands in for open(2) in tests. */
  constructor(most: number, openCall: OpenCall = openFd) {
    this.most = Math.max(1, most);
    this.openCall = openCall;
  }

  get size(): number {
    return this.open.size;
  }

  /** The open file of `owner`, if it is still open. */
  get(owner: object): OpenHandle | undefined {
    const file = this.open.get(owner);
    if (file !== undefined) {
      this.open.delete(owner);
      this.open.set(owner, file);
    }
    return file;
  }

  /** Opens `path` for `owner`. Closes others when there are too many, ours or the system's. Rejects as open(2) does. */
  async openFor(owner: object, path: string): Promise<OpenHandle> {
    this.close(owner);
    while (this.open.size >= this.most) this.closeOldest();
    // Not blocking: what was a file when it was looked at may be a FIFO by now.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    const fd = await this.withRoom(() => this.openCall(path, flags));
    const file = { fd, key: fileKeyText(fstatSync(fd, { bigint: true })) };
    this.open.set(owner, file);
    return file;
  }

  /**
   * Runs what opens files of its own. Where the process may open no more, closes some of ours and tries again, and
   * keeps fewer open from then on: slower, instead of at an end. Rejects as `action` does.
   */
  async withRoom<T>(action: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await action();
      } catch (error) {
        if (!isTooMany(error) || this.open.size === 0) throw error;
        this.most = Math.max(1, Math.ceil(this.open.size / 2));
        while (this.open.size > this.most - 1) this.closeOldest();
      }
    }
  }

  /** At once: a descriptor that is only about to be closed is no room for another. */
  close(owner: object): void {
    const file = this.open.get(owner);
    this.open.delete(owner);
    if (file !== undefined) closeSync(file.fd);
  }

  closeAll(): void {
    for (const { fd } of this.open.values()) closeSync(fd);
    this.open.clear();
  }

  private closeOldest(): void {
    const [oldest] = this.open.keys();
    if (oldest !== undefined) this.close(oldest);
  }
}

/** Whether the system gave no descriptor: EMFILE for this process, ENFILE for all. */
export function isTooMany(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EMFILE" || code === "ENFILE";
}

export function fileKeyText(stats: { readonly dev: bigint; readonly ino: bigint }): FileKey {
  return `${stats.dev}:${stats.ino}`;
}
