/** Turns segments of a journal into Parquet: of each writer in order, several at once where they are small. */
import type { Files } from "../../base/files.js";
import type { Position } from "../../event/position.js";
import { STATE_PREFIX } from "../../pipeline/contract/sealed-state.js";
import { removePlaced } from "../quarantine/quarantine-file.js";
import type { FeedSegment } from "../wal/feed/feed.js";
import { feedWriter } from "../wal/feed/link.js";
import { ChangedSegmentError } from "../wal/recovery/check-sealed.js";
import { type Losses, noLosses } from "../wal/recovery/recover.js";
import { type Commit, transactionOf } from "../wal/segment.js";
import { joinSegments, removeIfThere } from "./fed-segments.js";
import { SegmentFlusher, type Stored, type StoringOptions } from "./segment-flusher.js";

/**
 * Stores batches of one writer's segments, each as one commit of the table with `txn wal:ID`, as a table's own log does:
 * a batch, or a part of one, that the table has already changes nothing.
 */
export class FeedFlusher {
  readonly #options: StoringOptions;
  readonly #reader: string;
  readonly #directory: string;
  readonly #stored: Stored;
  #own: { readonly writer: string; readonly name: string; readonly flusher: SegmentFlusher } | undefined;
  #copies: readonly string[] = [];
  /** Those of tries that failed. */
  readonly #tried = new Set<FeedSegment>();

  /** `directory`: of this process, in the table. */
  constructor(options: StoringOptions, reader: string, directory: string, stored: Stored) {
    this.#options = options;
    this.#reader = reader;
    this.#directory = directory;
    this.#stored = stored;
  }

  /** All of one writer, in order. Resolves with those that the table has already, from before this process. */
  async store(batch: readonly FeedSegment[]): Promise<readonly FeedSegment[]> {
    const { writer } = batch[0]!;
    const { log } = this.#options;
    const { name, flusher } = this.#of(writer);
    const { txns, positions } = await log.refresh();
    const covered = txns.get(transactionOf(name)) ?? 0;
    const left = batch.filter((one) => one.sequence > covered && (one.events > 0 || one.asideLines > 0));
    const known = batch.filter(({ sequence }) => sequence <= covered);
    // The commit of an earlier try went through, and what came after it did not.
    const own = known.filter((one) => this.#tried.has(one));
    for (const { events, asideLines, length } of own) {
      this.#stored.events += events;
      this.#stored.asideLines += asideLines;
      this.#stored.bytes += length;
    }
    for (const one of own) this.#tried.delete(one);
    if (left.length > 0) await this.#storeNew(name, flusher, left, positions);
    return known.filter((one) => !own.includes(one));
  }

  async #storeNew(
    name: string,
    flusher: SegmentFlusher,
    left: readonly FeedSegment[],
    positions: ReadonlyMap<string, Position>,
  ): Promise<void> {
    const { files } = this.#options;
    await this.#removeStrays(files, name, left);
    const news = left.map((segment) => ({ ...segment, commits: segment.commits.map(newsOf(positions)) }));
    for (const one of left) this.#tried.add(one);
    try {
      await this.#storeAs(flusher, news, false);
    } catch (error) {
      if (!(error instanceof ChangedSegmentError)) throw error;
      await this.#storeAs(flusher, news, true);
    } finally {
      await this.#removeCopies();
    }
    for (const one of left) this.#tried.delete(one);
  }

  close(): void {
    this.#own?.flusher.close();
    this.#own = undefined;
  }

  #of(writer: string) {
    if (this.#own?.writer === writer) return this.#own;
    this.close();
    const name = feedWriter(writer, this.#reader);
    const foreign = { remove: () => this.#removeCopies() };
    const flusher = new SegmentFlusher(this.#options, name, this.#directory, this.#stored, foreign);
    this.#own = { writer, name, flusher };
    return this.#own;
  }

  async #storeAs(flusher: SegmentFlusher, batch: readonly FeedSegment[], mustCopy: boolean): Promise<void> {
    const { files } = this.#options;
    // Counted once it is stored: there may be more tries.
    const losses = noLosses();
    const joined = await joinSegments(files, this.#directory, batch, losses, mustCopy);
    this.#copies = joined.paths;
    await flusher.store(joined.segment, joined.isChecked ? "checked" : undefined);
    for (const [name, count] of Object.entries(losses)) this.#stored.losses[name as keyof Losses] += count;
  }

  async #removeCopies(): Promise<void> {
    for (const path of this.#copies) await removeIfThere(this.#options.files, path);
    this.#copies = [];
  }

  /**
   * A try that was cut off may have had other segments in it, and lines set aside under the name of its last: nothing
   * covers them, and they are stored anew under another name.
   */
  async #removeStrays(files: Files, writer: string, batch: readonly FeedSegment[]): Promise<void> {
    const place = { files, tableDirectory: this.#options.log.directory, writer };
    for (const segment of batch.slice(0, -1)) await removePlaced(place, segment);
  }
}

/**
 * Without positions behind which the table is already, by a pipeline that has written to it itself; and without the
 * numbers of saved states, which are in the journal.
 */
function newsOf(positions: ReadonlyMap<string, Position>): (commit: Commit) => Commit {
  const isNews = ({ source, offset }: Position) =>
    !source.startsWith(STATE_PREFIX) && offset >= (positions.get(source)?.offset ?? 0);
  return ({ position, positions: more, ...commit }) => ({
    ...commit,
    ...(position !== undefined && isNews(position) ? { position } : {}),
    ...(more === undefined ? {} : { positions: more.filter(isNews) }),
  });
}
