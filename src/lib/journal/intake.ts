import type { Position } from "../event/position.js";
import { type Commit, type Entry, isAside, isFor } from "../store/wal/segment.js";
import { type SealedSegment, type SegmentFile, sealedSegment } from "../store/wal/segment-writer.js";
import type { Wal } from "../store/wal/writer.js";
import type { ReaderState } from "./places/reader-state.js";
import type { Keeper } from "./segments/keeper.js";
import { addCommit, type JournalSegment, newSegment } from "./segments/segments.js";
import type { Tail } from "./tail.js";

export interface IntakeOptions {
  readonly wal: () => Wal;
  readonly keeper: Keeper;
  readonly tail: Tail;
  readonly readers: ReadonlyMap<string, ReaderState>;
  /** The newest of each source. */
  readonly positions: Map<string, Position>;
  /** There is more to read. */
  readonly onMore: () => void;
}

/** What the log has written becomes what readers see. */
export class Intake {
  /** All before this is durable and counts. */
  readable: number;
  /** Events appended since it was opened. */
  events = 0;
  readonly #options: IntakeOptions;
  /** Entries whose buffers the tail has. */
  readonly #kept = new WeakSet<Entry>();

  constructor(options: IntakeOptions, readable: number) {
    this.#options = options;
    this.readable = readable;
  }

  /** A round is on the disk: readers may have what counts of it. */
  written(file: SegmentFile, commits: readonly Commit[], entries: readonly Entry[]): void {
    const segment = this.#segmentOf(file);
    for (const [i, commit] of commits.entries()) {
      const { block } = entries[i]!;
      if (commit.length > 0 && this.#options.tail.add(commit, block)) this.#kept.add(entries[i]!);
    }
    segment.bytes = file.length + file.indexLength;
    if (file.commits.count > segment.counted) this.#close(segment, file);
  }

  /** More of what was written to the open segment counts now. */
  #close(segment: JournalSegment, file: SegmentFile): void {
    const { all, count } = file.commits;
    for (let i = segment.counted; i < count; i++) this.#count(segment, all[i]!);
    segment.counted = count;
    segment.end = file.end;
    this.readable = file.end;
    this.#options.onMore();
  }

  #count(segment: JournalSegment, commit: Commit): void {
    addCommit(segment, commit);
    if (!isAside(commit)) this.events += commit.events;
    const { position, positions = [] } = commit;
    for (const one of position === undefined ? positions : [position, ...positions]) {
      this.#options.positions.delete(one.source);
      this.#options.positions.set(one.source, one);
    }
    for (const reader of this.#options.readers.values())
      if (isFor(commit, reader.name)) reader.addressed += commit.events;
  }

  #segmentOf(file: SegmentFile): JournalSegment {
    const last = this.#options.keeper.segments.all.at(-1);
    if (last?.file === file) return last;
    // All of it belongs to a transaction that went on in the next.
    if (last?.file !== undefined) this.#options.keeper.segments.remove(last);
    const wal = this.#options.wal();
    const writer = {
      name: wal.writer,
      directory: wal.directory,
      remove: ({ base, sequence }: JournalSegment) => wal.drop(sealedSegment(base, sequence, [])),
    };
    const segment = newSegment(writer, file, file);
    this.#options.keeper.segments.add(segment);
    return segment;
  }

  /** What was written and does not count yet never will. */
  takenBack(file: SegmentFile): void {
    const { tail, keeper } = this.#options;
    tail.cut(this.readable);
    const last = keeper.segments.all.at(-1);
    if (last?.file === file) keeper.segments.remove(last);
  }

  /** A segment does not change any more. */
  sealed({ sequence, length }: SealedSegment): void {
    const segment = this.#options.keeper.segments.all.find(({ file }) => file?.sequence === sequence);
    if (segment?.file === undefined) return;
    segment.bytes = length + segment.file.indexLength;
    this.#options.keeper.sealed(segment);
    this.#options.onMore();
  }

  /** Whether the buffer of an entry that is settled is not looked at any more: else the tail has it. */
  isFree(entry: Entry): boolean {
    return entry.block.bytes.length > 0 && !isAside(entry) && !this.#kept.has(entry);
  }
}
