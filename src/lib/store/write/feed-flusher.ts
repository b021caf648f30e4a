/** Turns segments of a journal into Parquet: of each writer in order, several at once where they are small. */
import type { FeedSegment } from "../../journal/types.js";
import type { FeedPlace } from "../../pipeline/contract/feed.js";
import { removePlaced } from "../quarantine/quarantine-file.js";
import { claimedOf } from "../wal/claims.js";
import { fedByPosition } from "../wal/feed/fed-by.js";
import { feedWriter } from "../wal/feed/link.js";
import { transactionOf } from "../wal/segment.js";
import type { SealedSegment } from "../wal/segment-writer.js";
import { joinSegments, removeIfThere } from "./fed-segments.js";
import { SegmentFlusher, type Stored, type StoringOptions } from "./segment-flusher.js";

/**
 * Stores batches of one writer's segments, each as one commit of the table with `txn wal:ID`, as a table's own log
 * does: what the table has already changes nothing.
 */
export class FeedFlusher {
  readonly #options: StoringOptions;
  readonly #feed: FeedPlace;
  readonly #directory: string;
  readonly #stored: Stored;
  #own: { readonly writer: string; readonly name: string; readonly flusher: SegmentFlusher } | undefined;
  #copyPaths: readonly string[] = [];
  /** Those of tries that failed. */
  readonly #tried = new Set<FeedSegment>();

  /** `directory`: of this process, in the table. What is stored is added to `stored`. */
  constructor(options: StoringOptions, feed: FeedPlace, directory: string, stored: Stored) {
    this.#options = options;
    this.#feed = feed;
    this.#directory = directory;
    this.#stored = stored;
  }

  /**
   * All of one writer, in order. Resolves with those that the table had already from an earlier run. Throws
   * ChangedSegmentError where the disk does not have them as they were written, and the errors of `SegmentFlusher`.
   */
  async store(batch: readonly FeedSegment[]): Promise<readonly FeedSegment[]> {
    const { name, flusher } = this.#of(batch[0]!.writer);
    const covered = (await this.#options.log.refresh()).txns.get(transactionOf(name)) ?? 0;
    const known = batch.filter(({ sequence }) => sequence <= covered);
    // The commit of an earlier try went through, and what came after it did not.
    const own = known.filter((one) => this.#tried.delete(one));
    for (const { events, asideLines, length } of own) {
      this.#stored.events += events;
      this.#stored.asideLines += asideLines;
      this.#stored.bytes += length;
    }
    const left = batch.filter((one) => one.sequence > covered && one.events + one.asideLines > 0);
    const { files, log } = this.#options;
    const claimed = left.length > 1 ? await claimedOf(files, log.directory, name) : NONE;
    for (const group of groupsOf(left, claimed)) await this.#storeNew(name, flusher, group);
    return known.filter((one) => !own.includes(one));
  }

  close(): void {
    this.#own?.flusher.close();
    this.#own = undefined;
  }

  async #storeNew(name: string, flusher: SegmentFlusher, batch: readonly FeedSegment[]): Promise<void> {
    const { files, log } = this.#options;
    // A try that was cut off may have had other segments in it, and put them into the quarantine under the name of its
    // last: nothing covers that.
    const place = { files, tableDirectory: log.directory, writer: name };
    for (const segment of batch.slice(0, -1)) await removePlaced(place, segment);
    for (const one of batch) this.#tried.add(one);
    try {
      const { segment, isChecked, copyPaths } = await joinSegments(files, this.#directory, batch);
      this.#copyPaths = copyPaths;
      await flusher.store(await this.#withJournal(segment), isChecked ? "checked" : undefined);
    } finally {
      await this.#removeCopies().catch(() => {});
    }
    for (const one of batch) this.#tried.delete(one);
  }

  #of(writer: string) {
    if (this.#own?.writer === writer) return this.#own;
    this.close();
    const name = feedWriter(writer, this.#feed.reader);
    const foreign = { remove: () => this.#removeCopies() };
    const flusher = new SegmentFlusher(this.#options, name, this.#directory, this.#stored, foreign);
    this.#own = { writer, name, flusher };
    return this.#own;
  }

  /** The table says which journal has fed it, where it does not yet. */
  async #withJournal(segment: SealedSegment): Promise<SealedSegment> {
    const position = fedByPosition(this.#feed);
    const { positions } = await this.#options.log.refresh();
    const last = segment.commits.at(-1);
    if (last === undefined || positions.get(position.source)?.print === position.print) return segment;
    const marked = { ...last, positions: [...(last.positions ?? []), position] };
    return { ...segment, commits: [...segment.commits.slice(0, -1), marked] };
  }

  async #removeCopies(): Promise<void> {
    const paths = this.#copyPaths;
    this.#copyPaths = [];
    for (const path of paths) await removeIfThere(this.#options.files, path);
  }
}

const NONE: ReadonlySet<number> = new Set();

/**
 * A segment of which a reader of the table has given events makes a commit of its own: the reader leaves all of that
 * out. One that begins now has claimed all that is in the batch, in order, before it gives anything.
 */
function groupsOf(batch: readonly FeedSegment[], claimed: ReadonlySet<number>): readonly FeedSegment[][] {
  const groups: FeedSegment[][] = [];
  let isAlone = true;
  for (const segment of batch) {
    const isClaimed = claimed.has(segment.sequence);
    if (isAlone || isClaimed) groups.push([segment]);
    else groups.at(-1)!.push(segment);
    isAlone = isClaimed;
  }
  return groups;
}
