/**
 * The sink into a table of the store: write-ahead log first, Parquet and table log behind it, in one process. A position
 * is acknowledged once its block is durable in the log; segments become Parquet in the background.
 */
import { failure, LogpipeError, reasonOf } from "../base/errors/index.js";
import { diskFiles, type Files, makeDurableDirectory } from "../base/files.js";
import type { Block } from "../event/block.js";
import type { Position } from "../event/position.js";
import type { Sink } from "../stage/sink.js";
import { TableLog } from "../table/log/snapshot.js";
import { type Recovery, recoverTable } from "../table/recover.js";
import { nothingStored, type Stored, Storing } from "../table/storing.js";
import { ROLL_LOOK_MS, takeRollRequest } from "../wal/roll.js";
import type { SealedSegment } from "../wal/segment_file.js";
import { Wal } from "../wal/writer.js";

export interface StoreOptions {
  /** The directory of the table. Made when it is not there. */
  readonly tableDirectory: string;
  /** A segment of the log is turned into Parquet when it has this many bytes, */
  readonly segmentBytes: number;
  /** or when its first events are this old. */
  readonly flushIntervalMs: number;
  /** Columns a table gets before further keys go to `_rest`. */
  readonly maxColumns: number;
  readonly nowMs: () => number;
  readonly files?: Files;
  /** Called at the end, after everything was stored. */
  readonly onReport?: (report: StoreReport) => void;
}

/** What one run did. */
export interface StoreReport {
  /** Of this run's own events. */
  readonly stored: Stored;
  /** Of writers that died. */
  readonly recovery: Recovery;
}

/** Sealed segments that may wait for Parquet; then the log waits. */
const MOST_WAITING = 2;
export class StoreSink implements Sink {
  onDurable?: (position: Position) => void;
  onReleased?: (block: Block) => void;
  readonly #options: StoreOptions;
  readonly #files: Files;
  readonly #log: TableLog;
  #wal!: Wal;
  #storing!: Storing;
  #recovery!: Recovery;
  readonly #stored = nothingStored();
  #timer: NodeJS.Timeout | undefined;
  #isRolling = false;
  #flushing: Promise<void> = Promise.resolve();
  #waiting: Promise<void>[] = [];
  #failure: { readonly error: unknown } | undefined;

  private constructor(options: StoreOptions) {
    this.#options = options;
    this.#files = options.files ?? diskFiles;
    this.#log = new TableLog(options.tableDirectory, this.#files);
  }

  /** Opens the table; stores what writers that died have left. */
  static async open(options: StoreOptions): Promise<StoreSink> {
    const sink = new StoreSink(options);
    await sink.#attempt(async () => {
      await makeDurableDirectory(sink.#files, options.tableDirectory);
      sink.#recovery = await recoverTable(sink.#storingOptions());
      sink.#wal = await Wal.open({
        files: sink.#files,
        tableDirectory: options.tableDirectory,
        segmentBytes: options.segmentBytes,
        nowMs: options.nowMs,
        onDurable: (position) => sink.onDurable?.(position),
        onReleased: (block) => sink.onReleased?.(block),
        onSealed: (segment) => sink.#enqueue(segment),
      });
    });
    const { writer, directory } = sink.#wal;
    sink.#storing = new Storing(sink.#storingOptions(), writer, directory, sink.#stored);
    const lookMs = Math.min(ROLL_LOOK_MS, options.flushIntervalMs);
    sink.#timer = setInterval(() => void sink.#rollWhenAsked(), lookMs).unref();
    return sink;
  }

  /** What was done so far. */
  get report(): StoreReport {
    return { stored: this.#stored, recovery: this.#recovery };
  }

  /** Those of the table: what writers that died have left is in it by now. */
  async positions(): Promise<readonly Position[]> {
    return this.#attempt(async () => [...(await this.#log.refresh()).positions.values()]);
  }

  async write(block: Block): Promise<boolean> {
    this.#throwIfFailed();
    await this.#attempt(() => this.#wal.append(block));
    return true;
  }

  async flush(): Promise<void> {
    this.#throwIfFailed();
    await this.#attempt(() => this.#wal.flush());
  }

  /** Makes everything Parquet. What cannot be stays in the log, and the next writer stores it. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.#attempt(() => this.#wal.close());
      await this.#flushing;
      this.#throwIfFailed();
      this.#options.onReport?.(this.report);
    } finally {
      this.#storing.close();
      await this.#wal.release().catch(() => {});
    }
  }

  #storingOptions() {
    const { maxColumns, nowMs } = this.#options;
    return { files: this.#files, log: this.#log, maxColumns, nowMs };
  }

  /** Takes a sealed segment; resolves when there is room for the next one. */
  async #enqueue(segment: SealedSegment): Promise<void> {
    const done = this.#flushing.then(async () => {
      if (this.#failure !== undefined) return;
      try {
        await this.#storing.store(segment);
      } catch (error) {
        this.#failure = { error: this.#explained(error) };
      }
    });
    this.#flushing = done;
    this.#waiting.push(done);
    while (this.#waiting.length > MOST_WAITING) {
      await this.#waiting[0];
      this.#waiting.shift();
    }
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
    if (error instanceof LogpipeError || (error instanceof Error && error.name === "AssertionFailure"))
      return error;
    return failure(
      "store.unwritable",
      { path: this.#options.tableDirectory, reason: reasonOf(error) },
      error,
    );
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
