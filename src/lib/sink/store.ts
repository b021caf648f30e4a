/**
 * The sink into a table of the store: write-ahead log first, Parquet and table log behind it, in one process. A position
 * is acknowledged once its block is durable in the log; segments become Parquet in the background.
 */
import { join } from "node:path";
import { failure, LogpipeError, reasonOf } from "../base/errors/index.js";
import { diskFiles, type Files, makeDurableDirectory } from "../base/files.js";
import type { Block } from "../event/block.js";
import type { Position } from "../event/position.js";
import type { Sink } from "../stage/sink.js";
import { Session } from "../table/duckdb.js";
import { flushSegment } from "../table/flush.js";
import { maybeCheckpoint } from "../table/log/checkpoint.js";
import { TableLog } from "../table/log/snapshot.js";
import { type Adopted, adoptDead } from "../wal/recover.js";
import { removeDirectoryIfDone, removeSegment } from "../wal/remove.js";
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
  events: number;
  bytes: number;
  parquetFiles: number;
  parquetBytes: number;
  /** Events of writers that died, which this run stored. */
  recoveredEvents: number;
  /** Bytes of theirs that had never been acknowledged and were cut off. */
  tornBytes: number;
  /** Bytes whose checksum fails, set aside in `.damaged` files. */
  damagedBytes: number;
  /** Reasons for the careful way, with how many segments took it. */
  readonly careful: Map<string, number>;
  duckdbMs: number;
  commitMs: number;
}

/** Sealed segments that may wait for Parquet; then the log waits. */
const MOST_WAITING = 2;
/** DuckDB keeps its sorting and staging within this and spills the rest to disk. */
const DUCKDB_MEMORY_BYTES = 180 * 1024 * 1024;
const DUCKDB_THREADS = 2;

export class StoreSink implements Sink {
  onDurable?: (position: Position) => void;
  onReleased?: (block: Block) => void;
  readonly report: StoreReport = {
    events: 0,
    bytes: 0,
    parquetFiles: 0,
    parquetBytes: 0,
    recoveredEvents: 0,
    tornBytes: 0,
    damagedBytes: 0,
    careful: new Map(),
    duckdbMs: 0,
    commitMs: 0,
  };
  readonly #options: StoreOptions;
  readonly #files: Files;
  readonly #log: TableLog;
  #wal!: Wal;
  #session: Session | undefined;
  #timer: NodeJS.Timeout | undefined;
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
      await sink.#recover();
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
    sink.#timer = setInterval(() => sink.#rollWhenOld(), Math.min(1000, options.flushIntervalMs)).unref();
    return sink;
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
      this.#session?.close();
      await this.#wal.release().catch(() => {});
    }
  }

  async #recover(): Promise<void> {
    for (const adopted of await adoptDead(this.#files, this.#options.tableDirectory)) {
      try {
        await this.#storeAdopted(adopted);
      } finally {
        adopted.lock.release();
      }
    }
  }

  async #storeAdopted(adopted: Adopted): Promise<void> {
    this.report.tornBytes += adopted.tornBytes;
    this.report.damagedBytes += adopted.damagedBytes;
    // In order: a commit of a later segment covers the earlier ones.
    for (const segment of adopted.segments) {
      this.report.recoveredEvents += await this.#store(adopted.writer, adopted.directory, segment);
    }
    await removeDirectoryIfDone(this.#files, adopted.directory);
  }

  /** Takes a sealed segment; resolves when there is room for the next one. */
  async #enqueue(segment: SealedSegment): Promise<void> {
    const done = this.#flushing.then(async () => {
      if (this.#failure !== undefined) return;
      try {
        this.report.events += await this.#store(this.#wal.writer, this.#wal.directory, segment);
        this.report.bytes += segment.length;
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

  async #store(writer: string, directory: string, segment: SealedSegment): Promise<number> {
    this.#session ??= await Session.open({
      memoryBytes: DUCKDB_MEMORY_BYTES,
      threads: DUCKDB_THREADS,
      tempDirectory: join(directory, "spill"),
    });
    const { files, log } = { files: this.#files, log: this.#log };
    const { maxColumns, nowMs } = this.#options;
    const done = await flushSegment(
      { files, session: this.#session, log, maxColumns, nowMs },
      writer,
      directory,
      segment,
    );
    await removeSegment(files, segment);
    await maybeCheckpoint({ files, session: this.#session, log, nowMs: nowMs() });
    this.report.parquetFiles += done.parquetFiles;
    this.report.parquetBytes += done.parquetBytes;
    this.report.duckdbMs += done.duckdbMs;
    this.report.commitMs += done.commitMs;
    const reason = done.carefulReason;
    if (reason !== undefined) this.report.careful.set(reason, (this.report.careful.get(reason) ?? 0) + 1);
    return done.events;
  }

  #rollWhenOld(): void {
    if (this.#wal.ageMs() < this.#options.flushIntervalMs) return;
    this.#wal.roll().catch((error: unknown) => {
      this.#failure ??= { error: this.#explained(error) };
    });
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
