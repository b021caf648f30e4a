/** Whether a file never seen before repeats content that was already read: a copy, a backup, a compressed log. */
import { archiveHead, isArchiveOf } from "./archive.js";
import type { FileKey } from "./handles.js";
import { printOf, readRange } from "./prints.js";
import type { TrackedFile } from "./tracked-file.js";

/**
 * "new": read it from its start. A file: what that one has read is not to be read again. "wait": it is not settled yet,
 * because the file it repeats is still read itself, or the copy is not complete.
 */
export type Recognised = "new" | "wait" | TrackedFile;

/** Two logs may well start with the same few lines; with this much in common, one is a copy of the other. */
const LEAST_BYTES = 256;
/** A copy shorter than what was read of the original may still be growing; after this long it is a file of its own. */
const COPY_MS = 2000;

export class Recogniser {
  private readonly known: ReadonlySet<TrackedFile>;
  private readonly nowMs: () => number;
  private readonly firstSeenMs = new Map<FileKey, number>();
  /** Comparing an archive means decompressing it: once for each pair. */
  private readonly compared = new Map<string, boolean>();

  constructor(known: ReadonlySet<TrackedFile>, nowMs: () => number) {
    this.known = known;
    this.nowMs = nowMs;
  }

  plain(key: FileKey, fd: number, size: number): Recognised {
    const heads = new Map<number, string>();
    for (const known of this.known) {
      if (known.isArchive || known.offset < LEAST_BYTES || known.key === key) continue;
      const { length, hash } = known.head;
      const own = heads.get(length) ?? printOf(readRange(fd, 0, length)).hash;
      heads.set(length, own);
      if (own !== hash) continue;
      if (size < known.offset) {
        if (this.ageMs(key) < COPY_MS) return "wait";
      } else if (known.isIn(fd)) {
        return known.state === "finished" ? known : "wait";
      }
    }
    this.firstSeenMs.delete(key);
    return "new";
  }

  async archive(key: FileKey, path: string): Promise<Recognised> {
    const head = await archiveHead(path).catch(() => Buffer.alloc(0));
    for (const known of this.known) {
      const { length, hash } = known.head;
      if (
        known.offset < LEAST_BYTES ||
        head.length < length ||
        printOf(head.subarray(0, length)).hash !== hash
      )
        continue;
      if (await this.isArchiveOf(key, path, known)) return known.state === "finished" ? known : "wait";
    }
    return "new";
  }

  private async isArchiveOf(key: FileKey, path: string, known: TrackedFile): Promise<boolean> {
    const pair = `${key} ${known.id}`;
    const isSame = this.compared.get(pair) ?? (await isArchiveOf(path, known));
    this.compared.set(pair, isSame);
    return isSame;
  }

  private ageMs(key: FileKey): number {
    const sinceMs = this.firstSeenMs.get(key) ?? this.nowMs();
    this.firstSeenMs.set(key, sinceMs);
    return this.nowMs() - sinceMs;
  }
}
