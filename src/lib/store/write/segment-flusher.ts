/** Turns the segments of one writer into Parquet, one after the other, with a DuckDB of its own. */
import { join } from "node:path";
import type { Files } from "../../base/files.js";
import { maybeCheckpoint } from "../delta/checkpoints/checkpoint.js";
import { checksumTransaction } from "../delta/quarantine-transactions.js";
import type { TableLog } from "../delta/snapshot.js";
import { Session } from "../duckdb/duckdb.js";
import { entryId, placeAside, placeSegment, removePlaced } from "../quarantine/quarantine-file.js";
import { ChangedSegmentError, checkSegmentUnchanged } from "../wal/recovery/check-sealed.js";
import { basePath, keptOf } from "../wal/recovery/damaged-file.js";
import { examineSegment } from "../wal/recovery/examine.js";
import { type Losses, mend, noLosses, type Writable } from "../wal/recovery/recover.js";
import { removeSegment } from "../wal/remove.js";
import { segmentId } from "../wal/segment.js";
import type { SealedSegment } from "../wal/segment-writer.js";
import { coverageOf, flushSegment, isCovered, UnstorableError } from "./flush.js";
import { keepReserve } from "./reserve.js";

/** DuckDB keeps its sorting and staging within this and spills the rest to disk. */
const DUCKDB_MEMORY_BYTES = 180 * 1024 * 1024;
const DUCKDB_THREADS = 2;

export interface StoringOptions {
  readonly files: Files;
  readonly log: TableLog;
  /** Columns a table gets before further keys go to `_rest`. */
  readonly maxColumns: number;
  readonly nowMs: () => number;
}

/** What became of segments, summed up. */
export interface Stored {
  events: number;
  /** Of the segments' data. */
  bytes: number;
  /** Lines that were set aside and are in the quarantine now. */
  asideLines: number;
  /** Segments that could not be stored and are in the quarantine now. */
  readonly unstorable: { readonly reason: string; readonly events: number }[];
  /** What the disk had changed before it could be stored. */
  readonly losses: Writable<Losses>;
  parquetFiles: number;
  parquetBytes: number;
  /** Reasons for the careful way, with how many segments took it. */
  readonly careful: Map<string, number>;
  duckdbMs: number;
  commitMs: number;
}

export function nothingStored(): Stored {
  return {
    events: 0,
    bytes: 0,
    asideLines: 0,
    unstorable: [],
    losses: noLosses(),
    parquetFiles: 0,
    parquetBytes: 0,
    careful: new Map(),
    duckdbMs: 0,
    commitMs: 0,
  };
}

/** For segments that are not the table's own: one that the disk has changed is not mended, but told. */
export interface ForeignSegments {
  /** It is stored. */
  remove(): Promise<void>;
}

export class SegmentFlusher {
  readonly #options: StoringOptions;
  readonly #writer: string;
  readonly #directory: string;
  readonly #stored: Stored;
  readonly #foreign: ForeignSegments | undefined;
  #session: Session | undefined;
  #hasReserve = false;
  /** The segment that was tried last. */
  #tried: number | undefined;

  /**
   * `directory` is the writer's, owned by this process. What is stored is added to `stored`. `foreign`: segments of a
   * journal, by a writer that is no directory's.
   */
  constructor(
    options: StoringOptions,
    writer: string,
    directory: string,
    stored: Stored,
    foreign?: ForeignSegments,
  ) {
    this.#foreign = foreign;
    this.#options = options;
    this.#writer = writer;
    this.#directory = directory;
    this.#stored = stored;
  }

  /**
   * Stores the segment, unless the table has it, and removes its files. Lines that were set aside go to the table's
   * quarantine; so does the whole segment when it cannot be stored. Unless it was checked just now, it is: what the
   * disk has changed since it was written is kept in a `.damaged` file and not stored.
   */
  async store(segment: SealedSegment, state?: "checked"): Promise<void> {
    const { files, log, nowMs } = this.#options;
    const checked = state === "checked" ? undefined : checkSegmentUnchanged(files, segment);
    // Told below, by whoever waits for it.
    checked?.catch(() => {});
    try {
      await this.#storeAs(segment, checked);
    } catch (error) {
      if (!(error instanceof ChangedSegmentError) || this.#foreign !== undefined) throw error;
      await this.#storeAs(await this.#soundPart(segment), undefined);
    }
    if (this.#foreign === undefined) await removeSegment(files, segment);
    else await this.#foreign.remove();
    if (this.#session !== undefined) await maybeCheckpoint({ session: this.#session, log, nowMs: nowMs() });
    this.#hasReserve ||= await keepReserve(files, await log.refresh());
  }

  async #storeAs(segment: SealedSegment, checked: Promise<void> | undefined): Promise<void> {
    const hasPositions = segment.commits.some(({ positions }) => positions !== undefined);
    if (segment.events > 0 || segment.asideLines > 0 || hasPositions)
      await this.#settle(segment, checked).catch((error) => this.#sweep(error));
  }

  close(): void {
    this.#session?.close();
    this.#session = undefined;
  }

  /** The segment without what the disk has changed, which is kept in `.damaged` files. */
  async #soundPart({ sequence, commits, length, asideLength }: SealedSegment): Promise<SealedSegment> {
    const { files } = this.#options;
    const base = basePath(this.#directory, sequence);
    const id = segmentId(this.#writer, sequence);
    const acknowledged = { data: length, aside: asideLength, index: 0 };
    // Of an earlier try.
    const kept = keptOf(await files.list(this.#directory), sequence);
    const examined = await examineSegment(files, { base, id, acknowledged, kept, commits });
    return mend(files, base, sequence, examined, this.#stored.losses);
  }

  /** A try that failed leaves nothing behind: there may be no room, and there will be more tries. */
  async #sweep(error: unknown): Promise<never> {
    const { files } = this.#options;
    for (const name of await files.list(this.#directory).catch(() => []))
      if (/\.(parquet|tmp)$/.test(name)) await files.remove(join(this.#directory, name)).catch(() => {});
    throw error;
  }

  async #settle(segment: SealedSegment, checked: Promise<void> | undefined): Promise<void> {
    const { files, log, nowMs } = this.#options;
    const place = { files, tableDirectory: log.directory, writer: this.#writer };
    const coverage = coverageOf(this.#writer, segment.sequence);
    let { events } = segment;
    if (await isCovered(log, coverage)) {
      // By this process, when a try failed after its commit; else it was stored and counted before a crash.
      if (this.#tried === segment.sequence) this.#count(segment, events);
      return;
    }
    this.#tried = segment.sequence;
    // Before they get a name in the quarantine.
    if (segment.asideLines > 0) await checked;
    const held = segment.asideLines > 0 ? await placeAside(place, segment) : undefined;
    if (held === undefined) await removePlaced(place, segment);
    try {
      await this.#flush(segment, checked, held);
    } catch (error) {
      if (!(error instanceof UnstorableError)) throw error;
      // DuckDB may not be usable any more.
      this.close();
      const all = await placeSegment({ ...place, nowMs }, this.#directory, segment, error.message);
      await this.#flush({ ...segment, events: 0 }, checked, all);
      this.#stored.unstorable.push({ reason: error.message, events });
      events = 0;
    }
    this.#count(segment, events);
  }

  #count(segment: SealedSegment, events: number): void {
    this.#tried = undefined;
    this.#stored.events += events;
    this.#stored.bytes += events === 0 ? 0 : segment.length;
    this.#stored.asideLines += segment.asideLines;
  }

  /** `held`: checksum of what the quarantine has of it. */
  async #flush(
    segment: SealedSegment,
    checked: Promise<void> | undefined,
    held: number | undefined,
  ): Promise<void> {
    this.#session ??= await Session.open({
      memoryBytes: DUCKDB_MEMORY_BYTES,
      threads: DUCKDB_THREADS,
      tempDirectory: join(this.#directory, "spill"),
    });
    const { files, log, maxColumns, nowMs } = this.#options;
    const id = entryId(this.#writer, segment.sequence);
    const noted = held === undefined ? [] : [checksumTransaction(id, { generation: 1, crc32c: held })];
    const known = checked === undefined ? {} : { checked };
    const options = { files, session: this.#session, log, maxColumns, nowMs, noted, ...known };
    const coverage = coverageOf(this.#writer, segment.sequence);
    const done = await flushSegment(options, coverage, this.#directory, segment);
    const stored = this.#stored;
    stored.parquetFiles += done.parquetFiles;
    stored.parquetBytes += done.parquetBytes;
    stored.duckdbMs += done.duckdbMs;
    stored.commitMs += done.commitMs;
    const reason = done.carefulReason;
    if (reason !== undefined) stored.careful.set(reason, (stored.careful.get(reason) ?? 0) + 1);
  }
}
