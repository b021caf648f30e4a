/** Reads what is for one reader of a segment: in big reads, one of them ahead, each block held to its checksum. */
import type { Files, OpenFile } from "../../base/files.js";
import { checksumsIn } from "../../store/wal/checksum.js";
import { pathOf } from "../../store/wal/recovery/damaged-file.js";
import { type Commit, isFor } from "../../store/wal/segment.js";
import { commitsOf, endOfCommit, type JournalSegment } from "./segments.js";

/** Blocks are read together up to this; a larger one alone. */
const BATCH_BYTES = 1024 * 1024;
/** Others' blocks between are read along up to this. */
const GAP_BYTES = 64 * 1024;

/** A block is not what was written, and no recovery has taken it out. */
export class DamagedError extends Error {
  override readonly name = "DamagedError";
}

export interface FoundBlock {
  readonly commit: Commit;
  /** Until the next call. */
  readonly bytes: Buffer;
}

interface Batch {
  readonly commits: readonly Commit[];
  readonly bytes: Buffer;
  readonly offset: number;
}

export class SegmentReader {
  readonly segment: JournalSegment;
  /** Where what was known of it at the beginning ends. */
  readonly end: number;
  /** Behind what was read. */
  next: number;
  readonly #file: OpenFile;
  readonly #commits: readonly Commit[];
  /** Buffers of batches that are not looked at any more. */
  readonly #spare: Buffer[] = [];
  #taken = 0;
  #ahead: Promise<Batch | undefined> | undefined;
  #batch: Batch | undefined;
  #at = 0;

  private constructor(
    segment: JournalSegment,
    file: OpenFile,
    commits: readonly Commit[],
    from: number,
    end: number,
  ) {
    this.segment = segment;
    this.end = end;
    this.next = from;
    this.#file = file;
    this.#commits = commits;
  }

  static async open(
    files: Files,
    segment: JournalSegment,
    reader: string,
    from: number,
  ): Promise<SegmentReader> {
    const all = await commitsOf(files, segment);
    const wanted = all.filter((one) => one.length > 0 && endOfCommit(one) > from && isFor(one, reader));
    const end = all.reduce((most, one) => Math.max(most, endOfCommit(one)), segment.from);
    const file = await files.open(pathOf(segment.base, "data"), "read");
    return new SegmentReader(segment, file, wanted, from, end);
  }

  /** The next block; undefined at the end. Rejects with DamagedError before one that is damaged. */
  async read(): Promise<FoundBlock | undefined> {
    for (;;) {
      if (this.#batch === undefined || this.#at >= this.#batch.commits.length) {
        if (this.#batch !== undefined) this.#spare.push(this.#batch.bytes);
        this.#batch = await (this.#ahead ?? this.#load());
        this.#at = 0;
        if (this.#batch === undefined) return undefined;
        this.#ahead = this.#load();
        // Told to whoever asks for it.
        this.#ahead.catch(() => {});
        this.#check(this.#batch);
      }
      const { commits, bytes, offset } = this.#batch;
      const commit = commits[this.#at++]!;
      const from = commit.offset - offset;
      const found = bytes.subarray(from, from + commit.length);
      if (this.#isTakenOut(commit, found)) continue;
      this.next = endOfCommit(commit);
      return { commit, bytes: found };
    }
  }

  async close(): Promise<void> {
    await this.#ahead?.catch(() => {});
    await this.#file.close();
  }

  #sound: readonly boolean[] = [];

  #check({ commits, bytes, offset }: Batch): void {
    const isWhole = commits.map((one) => one.offset + one.length - offset <= bytes.length);
    const there = commits.filter((_, i) => isWhole[i]);
    const checksums = checksumsIn(
      bytes,
      there.map((one) => ({ offset: one.offset - offset, length: one.length })),
    );
    let i = 0;
    this.#sound = commits.map((one, j) => isWhole[j] === true && checksums[i++] === one.crc32c);
  }

  /** Damaged, and kept elsewhere by now: blank lines, or cut off. */
  #isTakenOut(commit: Commit, bytes: Buffer): boolean {
    if (this.#sound[this.#at - 1] === true) return false;
    const isBlank = bytes.every((byte) => byte === 10);
    if (isBlank && (bytes.length === commit.length || this.segment.mends > 0 || this.segment.isChecked))
      return true;
    throw new DamagedError("the disk does not have the segment as it was written");
  }

  async #load(): Promise<Batch | undefined> {
    const first = this.#commits[this.#taken];
    if (first === undefined) return undefined;
    let end = first.offset + first.length;
    let count = 1;
    for (;;) {
      const next = this.#commits[this.#taken + count];
      if (next === undefined || next.offset > end + GAP_BYTES) break;
      if (next.offset + next.length - first.offset > BATCH_BYTES) break;
      end = next.offset + next.length;
      count++;
    }
    const commits = this.#commits.slice(this.#taken, this.#taken + count);
    this.#taken += count;
    const length = end - first.offset;
    const into =
      length <= BATCH_BYTES ? (this.#spare.pop() ?? Buffer.allocUnsafeSlow(BATCH_BYTES)) : undefined;
    const room = into !== undefined && into.length >= length ? into : Buffer.allocUnsafeSlow(length);
    const bytes = await this.#file.read(first.offset, length, room.subarray(0, length));
    return { commits, bytes, offset: first.offset };
  }
}
