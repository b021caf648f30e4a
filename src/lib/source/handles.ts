/** A bounded number of open files, the least recently used closed first. */
import { close, closeSync, constants, fstatSync, open } from "node:fs";
import { promisify } from "node:util";

const openFd = promisify(open);

/** Device and inode, as text: inodes do not fit a double everywhere. */
export type FileKey = string;

export interface OpenFile {
  readonly fd: number;
  readonly key: FileKey;
}

export type OpenCall = (path: string, flags: number) => Promise<number>;

export class Handles {
  private readonly most: number;
  private readonly openCall: OpenCall;
  /** In order of use, the least recent first. */
  private readonly open = new Map<object, OpenFile>();

  /** `openCall` stands in for open(2) in tests. */
  constructor(most: number, openCall: OpenCall = openFd) {
    this.most = Math.max(1, most);
    this.openCall = openCall;
  }

  get size(): number {
    return this.open.size;
  }

  /** The open file of `owner`, if it is still open. */
  get(owner: object): OpenFile | undefined {
    const file = this.open.get(owner);
    if (file !== undefined) {
      this.open.delete(owner);
      this.open.set(owner, file);
    }
    return file;
  }

  /** Opens `path` for `owner`. Closes others when there are too many, ours or the system's. Rejects as open(2) does. */
  async openFor(owner: object, path: string): Promise<OpenFile> {
    while (this.open.size >= this.most) this.closeOldest();
    for (;;) {
      try {
        // Not blocking: what was a file when it was looked at may be a FIFO by now.
        const fd = await this.openCall(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
        const file = { fd, key: keyOf(fstatSync(fd, { bigint: true })) };
        this.open.set(owner, file);
        return file;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if ((code !== "EMFILE" && code !== "ENFILE") || this.open.size === 0) throw error;
        this.closeOldest();
      }
    }
  }

  close(owner: object): void {
    const file = this.open.get(owner);
    this.open.delete(owner);
    if (file !== undefined) close(file.fd, () => undefined);
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

export function keyOf(stats: { readonly dev: bigint; readonly ino: bigint }): FileKey {
  return `${stats.dev}:${stats.ino}`;
}
