// Enter here: events into a table: write-ahead log first, flushed to Parquet behind it.
/**
 * The sink into a table of the store: write-ahead log first, Parquet and table log behind it, in one process. A
 * delivery is settled once its block is durable in the log; segments become Parquet in the background.
 */
import { diskFiles, type Files } from "../../base/files.js";
import type { Block } from "../../event/block.js";
import type { Position } from "../../event/position.js";
import type { OnFull } from "../../pipeline/contract/graph.js";
import type { Aside, CheckpointStore, Sink } from "../../pipeline/contract/sink.js";
import { TableLog } from "../../store/delta/snapshot.js";
import { LocalStorage } from "../../store/storage/local.js";
import type { TableStorage } from "../../store/storage/storage.js";
import { NO_EVENTS } from "../../store/wal/entries.js";
import { positionsOf, progressOf } from "../../store/wal/progress/progress.js";
import { StateFiles } from "../../store/wal/progress/state-files.js";
import { DiskFullRetry } from "../../store/wal/room/disk-full-retry.js";
import { ROLL_LOOK_MS, takeRollRequest } from "../../store/wal/rotation-request.js";
import type { Entry } from "../../store/wal/segment.js";
import { Wal } from "../../store/wal/writer.js";
import type { Recovery } from "../../store/write/recover-table.js";
import { nothingStored, SegmentFlusher } from "../../store/write/segment-flusher.js";
import { BackgroundMaintenance } from "./background-maintenance.js";
import { Backlog } from "./backlog.js";
import { withLogPositions } from "./log-positions.js";
import { asStoreFailure, openTable, untilThereIsRoom } from "./open-table.js";
import { balanceCounts, type StoreReport } from "./store-report.js";
import { WalQuota } from "./wal-quota.js";

export { balanceOf, type StoreReport } from "./store-report.js";

export interface StoreOptions {
  /** The directory of the table. Made when it is not there. */
  readonly tableDirectory: string;
  /** Where the table log and the data files are, when they are not there. */
  readonly storage?: TableStorage;
  /** A segment of the log is turned into Parquet when it has this many bytes, */
  readonly segmentBytes: number;
  /** or when its first events are this old. */
  readonly flushIntervalMs: number;
  /** Columns a table gets before further keys go to `_rest`. */
  readonly maxColumns: number;
  /** Keys that a new table is partitioned by, "date" among them; a table that is there must have the same. */
  readonly partitionBy?: readonly string[];
  /** What this writer's log may take until it is Parquet. Segments are made smaller to fit. */
  readonly logLimitBytes?: number;
  /** What gives way when the log is at its limit or the disk is full: "block" unless told. */
  readonly onFull?: OnFull;
  /** A busy log syncs at most this often, so that more appends share a sync. */
  readonly syncDelayMs?: number;
  /** Compacts the table, and so on, this often beside writing; never when absent. */
  readonly compactEveryMs?: number;
  readonly nowMs: () => number;
  readonly files?: Files;
  /** Aborted when the user asks to stop: then nothing waits for room any more. */
  readonly signal?: AbortSignal;
  /** Told when writing waits for room, and when it goes on. */
  readonly onNotice?: (text: string) => void;
  /** Of what holds everything up, a full disk; absent: as `onNotice`. */
  readonly onWarning?: (text: string) => void;
  /** What messages call the place where lines are kept that are no events. */
  readonly asideName?: string;
  /** Called at the end, after everything was stored. */
  readonly onReport?: (report: StoreReport) => void;
}

/** The log's own share of the disk: enough for four segments of the usual size. */
const LOG_LIMIT_BYTES = 512 * 1024 * 1024;
/** Segments that fit the limit: one that is stored, one that waits, one that is written, and one to spare. */
const SEGMENTS_IN_LIMIT = 4;

export class StoreSink implements Sink {
  onReleased?: (block: Block) => void;
  readonly asideName: string;
  readonly checkpoints: CheckpointStore;
  readonly reportsRefusals = true;
  readonly #options: StoreOptions;
  readonly #files: Files;
  readonly #log: TableLog;
  readonly #fullness: DiskFullRetry;
  readonly #backlog: Backlog;
  readonly #room: WalQuota;
  readonly #stored = nothingStored();
  readonly #given = { events: 0, asideLines: 0 };
  readonly #settled = { events: 0, asideLines: 0 };
  #wal!: Wal;
  #storing!: SegmentFlusher;
  #recovery!: Recovery;
  #upkeep: BackgroundMaintenance | undefined;
  #aside: Aside[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isRolling = false;
  #failure: { readonly error: unknown } | undefined;

  private constructor(options: StoreOptions) {
    const { tableDirectory: path, onFull = "block", onNotice = () => {}, signal } = options;
    this.#options = options;
    this.asideName = options.asideName ?? `the quarantine of ${path}`;
    this.#files = options.files ?? diskFiles;
    const { storage = new LocalStorage(path, this.#files) } = options;
    this.#log = new TableLog({ directory: path, files: this.#files, storage });
    const states = new StateFiles(this.#files, path, (write) =>
      this.#attempt(() => this.#whenThereIsRoom(write)),
    );
    this.checkpoints = {
      // What writers that died have left is in the table by now, or said by their logs.
      resume: () => this.#attempt(async () => progressOf(await withLogPositions(this.#files, this.#log))),
      begin: () => this.#wal.beginTransaction(),
      commit: (checkpoint) => this.#commit(positionsOf(checkpoint)),
      states,
    };
    this.#fullness = new DiskFullRetry(path, options.onWarning ?? onNotice, signal);
    const fullness = this.#fullness;
    this.#backlog = new Backlog({
      store: (segment) => this.#storing.store(segment),
      remove: (segment) => this.#wal.drop(segment),
      fullness,
      isPatient: onFull === "block",
    });
    const limitBytes =
      options.logLimitBytes ?? Math.max(LOG_LIMIT_BYTES, options.segmentBytes * SEGMENTS_IN_LIMIT);
    this.#room = new WalQuota({
      path,
      onFull,
      limitBytes,
      backlog: this.#backlog,
      fullness,
      freeBytes: async () => this.#files.freeBytes?.(path),
      onNotice,
    });
  }

  /** Opens the table; stores what writers that died have left. */
  static async open(options: StoreOptions): Promise<StoreSink> {
    const sink = new StoreSink(options);
    await sink.#attempt(() => sink.#open());
    const lookMs = Math.min(ROLL_LOOK_MS, options.flushIntervalMs);
    sink.#beginUpkeep();
    sink.#timer = setInterval(() => void sink.#rollWhenAsked(), lookMs).unref();
    return sink;
  }

  /** What was done so far. */
  get report(): StoreReport {
    const left = { events: 0, asideLines: 0, bytes: 0 };
    for (const { events, asideLines, length, asideLength } of this.#backlog.segments) {
      left.events += events;
      left.asideLines += asideLines;
      left.bytes += length + asideLength;
    }
    return {
      stored: this.#stored,
      recovery: this.#recovery,
      droppedNewest: this.#room.refusedTotal,
      droppedOldest: this.#backlog.dropped,
      left,
      given: this.#given,
      refused: {
        events: this.#given.events - this.#settled.events,
        asideLines: this.#given.asideLines - this.#settled.asideLines,
      },
    };
  }

  counts(): Readonly<Record<string, number>> {
    return balanceCounts(this.report);
  }

  /** Keeps the records of lines that are no events: they become durable with the next block, or the next `flush`. */
  setAside(aside: Aside): void {
    this.#aside.push(aside);
    this.#given.asideLines += aside.lines;
  }

  async write(block: Block): Promise<boolean> {
    this.#throwIfFailed();
    this.#given.events += block.summary?.events ?? 0;
    await this.#attempt(() => this.#wal.append(block, this.#takeAside()));
    return true;
  }

  async flush(): Promise<void> {
    this.#throwIfFailed();
    await this.#attempt(async () => {
      await this.#appendAside();
      await this.#wal.flush();
    });
  }

  /** Makes everything Parquet. What cannot be stays in the log, and the next writer stores it. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.#upkeep?.stop();
      // After a failure, too: what was acknowledged is sealed and stored.
      await this.flush()
        .finally(() => this.#attempt(() => this.#wal.close()))
        .finally(() => this.#attempt(() => this.#backlog.end()));
    } finally {
      this.#storing.close();
      this.#options.onReport?.(this.report);
      await this.#wal.release().catch(() => {});
    }
  }

  async #commit(positions: readonly Position[]): Promise<boolean> {
    this.#throwIfFailed();
    return this.#attempt(async () => {
      await this.#appendAside();
      return this.#wal.commit(positions);
    });
  }

  async #appendAside(): Promise<void> {
    if (this.#aside.length > 0) await this.#wal.append(NO_EVENTS, this.#takeAside());
  }

  #beginUpkeep(): void {
    const { compactEveryMs: everyMs, nowMs, onNotice = () => {} } = this.#options;
    if (everyMs === undefined) return;
    this.#upkeep = new BackgroundMaintenance({
      table: this.#log,
      everyMs,
      nowMs,
      onNotice,
    });
  }

  async #open(): Promise<void> {
    const { tableDirectory, segmentBytes, syncDelayMs, logLimitBytes, maxColumns, nowMs, onNotice } =
      this.#options;
    const files = this.#files;
    const storing = { files, log: this.#log, maxColumns, nowMs };
    this.#recovery = await this.#whenThereIsRoom(() => openTable(this.#options, storing));
    const open = () =>
      Wal.open({
        files,
        tableDirectory,
        segmentBytes: Math.min(segmentBytes, (logLimitBytes ?? Number.POSITIVE_INFINITY) / SEGMENTS_IN_LIMIT),
        ...(syncDelayMs === undefined ? {} : { syncDelayMs }),
        nowMs,
        onSettled: (entry) => this.#settle(entry),
        onSealed: (segment) => this.#backlog.add(segment),
        ...(onNotice === undefined ? {} : { onNotice }),
        room: this.#room,
      });
    this.#wal = await this.#whenThereIsRoom(open);
    this.#storing = new SegmentFlusher(storing, this.#wal.writer, this.#wal.directory, this.#stored);
  }

  /** The entry is durable, or dropped. */
  #settle({ block, aside }: Entry): void {
    this.#settled.events += block.summary?.events ?? 0;
    this.#settled.asideLines += aside?.lines ?? 0;
    if (block !== NO_EVENTS) this.onReleased?.(block);
  }

  async #whenThereIsRoom<T>(action: () => Promise<T>): Promise<T> {
    if ((this.#options.onFull ?? "block") !== "block") return action();
    return untilThereIsRoom(this.#fullness, action);
  }

  #takeAside(): Aside | undefined {
    const [first, ...more] = this.#aside;
    this.#aside = [];
    if (more.length === 0) return first;
    const all = [first!, ...more];
    return {
      bytes: Buffer.concat(all.map(({ bytes }) => bytes)),
      lines: all.reduce((sum, { lines }) => sum + lines, 0),
    };
  }

  /** Hands the open segment over when its first events are old, or another process asks. */
  async #rollWhenAsked(): Promise<void> {
    if (this.#isRolling) return;
    this.#isRolling = true;
    try {
      const isAsked = await takeRollRequest(this.#files, this.#wal.directory).catch(() => false);
      if (isAsked || this.#wal.ageMs() >= this.#options.flushIntervalMs) await this.#wal.roll();
    } catch (error) {
      this.#failure ??= { error: this.#explained(error) };
    } finally {
      this.#isRolling = false;
    }
  }

  async #attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** Failed system calls and DuckDB's errors, said in terms of the store. */
  #explained(error: unknown): unknown {
    return asStoreFailure(this.#options.tableDirectory, error);
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      this.#backlog.throwIfFailed();
    } catch (error) {
      throw this.#explained(error);
    }
  }
}
