// Enter here: a table that a journal feeds: the journal's segments become Parquet as they are.
/**
 * The sink into a table of the store behind a journal. What the journal has is durable and can be queried already, so
 * that there is nothing to acknowledge: sealed segments become Parquet, several at once where that is soon enough.
 */

import { diskFiles, type Files, isNoRoom } from "../../../base/files.js";
import type { FeedSegment, JournalFeed } from "../../../journal/types.js";
import type { FedSink } from "../../../pipeline/contract/feed.js";
import { TableLog } from "../../../store/delta/snapshot.js";
import { LocalStorage } from "../../../store/storage/local.js";
import { goneJournal } from "../../../store/wal/feed/fed-by.js";
import { fedTableId, feedWriter, linkJournal, unlinkJournal } from "../../../store/wal/feed/link.js";
import type { Lock } from "../../../store/wal/lock.js";
import { ChangedSegmentError } from "../../../store/wal/recovery/check-sealed.js";
import { removeDirectoryIfDone } from "../../../store/wal/remove.js";
import { DiskFullRetry } from "../../../store/wal/room/disk-full-retry.js";
import { ROLL_LOOK_MS, takeRollRequest } from "../../../store/wal/rotation-request.js";
import { transactionOf } from "../../../store/wal/segment.js";
import { lockNewDirectory } from "../../../store/wal/writing/new-directory.js";
import { FeedFlusher } from "../../../store/write/feed-flusher.js";
import type { Recovery } from "../../../store/write/recover-table.js";
import { nothingStored } from "../../../store/write/segment-flusher.js";
import { BackgroundMaintenance } from "../background-maintenance.js";
import { asStoreFailure, openTable, untilThereIsRoom } from "../open-table.js";
import type { StoreOptions } from "../store.js";
import { balanceCounts, type StoreReport } from "../store-report.js";

export interface FedTableOptions
  extends Omit<StoreOptions, "logLimitBytes" | "onFull" | "syncDelayMs" | "asideName"> {
  readonly feed: JournalFeed;
}

/** The directory in the table's `_wal` where this process works: whoever comes after its death clears it. */
interface Workplace {
  readonly directory: string;
  readonly lock: Lock;
}

export class FedTableSink implements FedSink {
  readonly #options: FedTableOptions;
  readonly #files: Files;
  readonly #log: TableLog;
  readonly #fullness: DiskFullRetry;
  readonly #stored = nothingStored();
  readonly #given = { events: 0, asideLines: 0 };
  readonly #left = { events: 0, asideLines: 0, bytes: 0 };
  readonly #stopping = new AbortController();
  #recovery!: Recovery;
  #workplace!: Workplace;
  #flusher!: FeedFlusher;
  #upkeep: BackgroundMaintenance | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isRolling = false;
  /** Somebody waits for what there is: it is stored as it comes. */
  #isHurried = false;
  /** Whether the journal remembers which table it feeds. */
  #isKnown = false;
  #failure: { readonly error: unknown } | undefined;
  #wake = () => {};
  /** Taken from the feed and not stored, all of one writer. */
  #batch: FeedSegment[] = [];

  private constructor(options: FedTableOptions) {
    const { tableDirectory: path, signal, onNotice = () => {}, onWarning = onNotice } = options;
    this.#options = options;
    this.#files = options.files ?? diskFiles;
    const { storage = new LocalStorage(path, this.#files) } = options;
    this.#log = new TableLog({ directory: path, files: this.#files, storage });
    this.#fullness = new DiskFullRetry(path, onWarning, signal);
  }

  /** Opens the table, and links it to the journal; stores what writers of its own that died have left. */
  static async open(options: FedTableOptions): Promise<FedTableSink> {
    const sink = new FedTableSink(options);
    try {
      await sink.#open();
    } catch (error) {
      throw asStoreFailure(options.tableDirectory, error);
    }
    return sink;
  }

  get report(): StoreReport {
    const nothing = { events: 0, asideLines: 0, bytes: 0 };
    return {
      ...{ stored: this.#stored, recovery: this.#recovery, given: this.#given, left: this.#left },
      ...{ droppedNewest: nothing, droppedOldest: nothing, refused: nothing, isLeftInJournal: true },
    };
  }

  counts(): Readonly<Record<string, number>> {
    return balanceCounts(this.report);
  }

  stop(): void {
    this.#stopping.abort();
    this.#options.feed.stop();
    this.#wake();
  }

  async run(): Promise<void> {
    const lookMs = Math.min(ROLL_LOOK_MS, this.#options.flushIntervalMs);
    this.#timer = setInterval(() => void this.#rollWhenAsked(), lookMs).unref();
    try {
      await this.#storeAll();
    } catch (error) {
      throw asStoreFailure(this.#options.tableDirectory, error);
    } finally {
      clearInterval(this.#timer);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.#upkeep?.stop();
    } finally {
      for (const { events, asideLines, commits, asides } of this.#batch.splice(0)) {
        this.#left.events += events;
        this.#left.asideLines += asideLines;
        this.#left.bytes += bytesOf(commits) + bytesOf(asides);
      }
      this.#flusher.close();
      this.#options.onReport?.(this.report);
      const { directory, lock } = this.#workplace;
      await removeDirectoryIfDone(this.#files, directory).catch(() => {});
      lock.release();
    }
  }

  async #open(): Promise<void> {
    const { tableDirectory, feed, maxColumns, nowMs, onNotice, compactEveryMs: everyMs } = this.#options;
    const files = this.#files;
    const storing = { files, log: this.#log, maxColumns, nowMs };
    this.#recovery = await untilThereIsRoom(this.#fullness, () => openTable(this.#options, storing));
    await this.#checkBefore();
    // Before the first event can come: what the journal has taken is seen from then on.
    await untilThereIsRoom(this.#fullness, () => this.#link());
    const told = onNotice === undefined ? {} : { onNotice };
    this.#workplace = await untilThereIsRoom(this.#fullness, () =>
      lockNewDirectory({ files, tableDirectory, ...told }),
    );
    const { directory } = this.#workplace;
    this.#flusher = new FeedFlusher(storing, feed, directory, this.#stored);
    if (everyMs !== undefined)
      this.#upkeep = new BackgroundMaintenance({
        ...{ table: this.#log, everyMs, nowMs },
        onNotice: onNotice ?? (() => {}),
      });
  }

  /** What the table says of the runs before: whether it is that which was fed, has what was stored, and by whom. */
  async #checkBefore(): Promise<void> {
    const { tableDirectory, feed, nowMs, onNotice, onWarning = onNotice } = this.#options;
    const { txns, positions, metadata } = await this.#log.refresh();
    const coveredOf = (writer: string) => txns.get(transactionOf(feedWriter(writer, feed.reader))) ?? 0;
    const fedId = await fedTableId(feed);
    if (fedId === undefined || fedId === metadata?.id) feed.checkStored?.(tableDirectory, coveredOf, nowMs());
    else if ((await untilThereIsRoom(this.#fullness, async () => feed.forgetStored?.())) === true)
      onNotice?.(
        `${feed.reader} feeds another table than before, ${tableDirectory}: it gets what comes from now on`,
      );
    const gone = await goneJournal(this.#files, tableDirectory, positions, feed);
    if (gone !== undefined)
      onWarning?.(
        `the table ${tableDirectory} was fed by another journal before: ${gone}; what still waited in it for sinks, if anything did, is lost`,
      );
  }

  /** To the journal, which remembers which table it is; one that is new says so with its first commit. */
  async #link(): Promise<void> {
    const { tableDirectory, feed } = this.#options;
    const { metadata } = await this.#log.refresh();
    await linkJournal(this.#files, tableDirectory, feed, metadata?.id);
    this.#isKnown = metadata !== undefined;
  }

  async #storeAll(): Promise<void> {
    const { feed } = this.#options;
    const taken = () => feed.next().then((segment) => ({ segment }));
    let next = taken();
    // Told below, by whoever waits for it.
    next.catch(() => {});
    for (;;) {
      const came = await this.#cameWithin(next);
      this.#throwIfFailed();
      if (this.#stopping.signal.aborted) return;
      if (came === "woken") continue;
      if (came === "due") {
        await this.#storeBatch();
        this.#isHurried = false;
        continue;
      }
      const { segment } = came;
      if (segment === undefined) return this.#end();
      if (this.#batch.length > 0 && this.#batch[0]!.writer !== segment.writer) await this.#storeBatch();
      if (this.#stopping.signal.aborted) return;
      this.#take(segment);
      if (this.#isFull() || feed.isUrgent()) await this.#storeBatch();
      next = taken();
      next.catch(() => {});
    }
  }

  async #end(): Promise<void> {
    const { feed, tableDirectory } = this.#options;
    await this.#storeBatch();
    // What it may have to tell later is told by the next run, before its first event.
    if (this.#batch.length === 0 && feed.isFinished()) await unlinkJournal(this.#files, tableDirectory, feed);
  }

  /** "due": what was taken is to be stored now. */
  async #cameWithin<T>(next: Promise<T>): Promise<T | "due" | "woken"> {
    let timer: NodeJS.Timeout | undefined;
    const other = new Promise<"due" | "woken">((resolve) => {
      this.#wake = () => resolve("woken");
      const ms = this.#dueMs();
      if (ms !== undefined) timer = setTimeout(() => resolve("due"), ms);
    });
    try {
      return await Promise.race([next, other]);
    } finally {
      clearTimeout(timer);
      this.#wake = () => {};
    }
  }

  /** How long what was taken can wait; undefined: there is nothing. */
  #dueMs(): number | undefined {
    if (this.#isHurried) return HURRY_MS;
    const first = this.#batch.flatMap(({ commits }) => commits).at(0);
    if (first === undefined) return undefined;
    const ms = first.observedMs + this.#options.flushIntervalMs - this.#options.nowMs();
    return Math.min(Math.max(0, ms), LONGEST_MS);
  }

  #isFull(): boolean {
    return this.#batchBytes() >= this.#options.segmentBytes;
  }

  #batchBytes(): number {
    return this.#batch.reduce((sum, { commits }) => sum + bytesOf(commits), 0);
  }

  #take(segment: FeedSegment): void {
    this.#batch.push(segment);
    this.#count(segment, 1);
  }

  #count({ events, asideLines }: FeedSegment, times: 1 | -1): void {
    this.#given.events += events * times;
    this.#given.asideLines += asideLines * times;
  }

  async #storeBatch(): Promise<void> {
    if (this.#batch.length === 0) return;
    const known = await this.#whenThereIsRoom(() => this.#flushBatch());
    // Asked to stop while it waited: it stays in the journal.
    if (known === undefined) return;
    if (!this.#isKnown) await this.#whenThereIsRoom(() => this.#link());
    // Of a run before, which the table had before its place in the journal was noted.
    for (const segment of known) this.#count(segment, -1);
    for (const segment of this.#batch.splice(0)) await this.#options.feed.done(segment);
  }

  async #flushBatch(): Promise<readonly FeedSegment[]> {
    for (let mends = 0; ; mends++) {
      try {
        return this.#batch.length === 0 ? [] : await this.#flusher.store(this.#batch);
      } catch (error) {
        if (this.#leaveOutGone()) continue;
        if (!(error instanceof ChangedSegmentError) || mends === MOST_MENDS) throw error;
        await this.#mendBatch();
      }
    }
  }

  /** The journal was full, and has counted them as dropped. False: there are none. */
  #leaveOutGone(): boolean {
    const isGone = (segment: FeedSegment) => this.#options.feed.isGone?.(segment) === true;
    const gone = this.#batch.filter(isGone);
    for (const segment of gone) this.#count(segment, -1);
    this.#batch = this.#batch.filter((segment) => !gone.includes(segment));
    return gone.length > 0;
  }

  /** The journal keeps what the disk has changed, and says so; the rest is stored. */
  async #mendBatch(): Promise<void> {
    for (const [i, segment] of this.#batch.entries()) {
      const mended = await this.#options.feed.mended(segment);
      this.#count(segment, -1);
      this.#count(mended, 1);
      this.#batch[i] = mended;
    }
  }

  /** Waits for room, as long as nobody asks to stop. */
  async #whenThereIsRoom<T>(action: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        const result = await action();
        this.#fullness.end();
        return result;
      } catch (error) {
        if (!isNoRoom(error)) throw error;
        if (this.#fullness.isStopped || this.#stopping.signal.aborted) return undefined;
        this.#fullness.begin(error);
        await this.#fullness.pause(new Promise((resolve) => (this.#wake = resolve)));
      }
    }
  }

  /** Has the open segment handed over when its first events are old, there is enough, or another process asks. */
  async #rollWhenAsked(): Promise<void> {
    if (this.#isRolling) return;
    this.#isRolling = true;
    const { feed, flushIntervalMs, segmentBytes } = this.#options;
    try {
      const isAsked = await takeRollRequest(this.#files, this.#workplace.directory).catch(() => false);
      const isMuch = this.#batchBytes() + feed.openBytes() >= segmentBytes;
      if (isAsked || isMuch || feed.ageMs() >= flushIntervalMs) await feed.roll();
      // What was put off holds up the journal: it may be full before it is due.
      if (isAsked || (feed.isUrgent() && this.#batch.length > 0)) {
        this.#isHurried = true;
        this.#wake();
      }
    } catch (error) {
      this.#failure ??= { error };
      this.#wake();
    } finally {
      this.#isRolling = false;
    }
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** After a request to hand over, the segment comes within this. */
const HURRY_MS = 500;
/** A disk that changes what was mended will change it again. */
const MOST_MENDS = 3;

function bytesOf(commits: readonly { readonly length: number }[]): number {
  return commits.reduce((sum, { length }) => sum + length, 0);
}

/** What a timer can do. */
const LONGEST_MS = 2 ** 31 - 1;
