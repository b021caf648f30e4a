// Enter here: writing, checking and pruning Parquet files.
/**
 * Shaped events to Parquet files, one a partition, checked and durable under temporary names. Rows stay about in the
 * order they came; see docs/decisions/0009-order-of-arrival.md.
 */
import { randomUUID } from "node:crypto";
import { join, posix } from "node:path";
import { assert } from "../../base/assert.js";
import type { Files } from "../../base/files.js";
import type { TableShape } from "../columns/columns-sql.js";
import { dayOf } from "../columns/instant.js";
import { identifier, literal } from "../columns/names.js";
import { type Column, PARTITION_COLUMN, TIMESTAMP_KEY } from "../columns/schema.js";
import type { LogAction } from "../delta/actions.js";
import type { Session } from "../duckdb/duckdb.js";
import type { TableStorage } from "../storage/storage.js";
import { CHECKSUM_TAG, fileChecksum, RAW_BYTES_TAG } from "./checksum.js";
import { originOption, type ParquetOrigin } from "./origin.js";
import { encodedPath, type PartitionValues, partitionDirectory } from "./partition.js";
import {
  type ColumnStatistics,
  countValues,
  deltaStatistics,
  microsOf,
  readStatistics,
} from "./statistics.js";

/** A file that is written and durable, but not yet part of the table. */
export interface WrittenFile {
  readonly temporaryPath: string;
  /** Value of each of the table's partition columns. */
  readonly partition: PartitionValues;
  readonly rows: number;
  readonly bytes: number;
  /** Of the whole file: see checksum.ts. */
  readonly checksum: string;
  /** Bytes of the NDJSON lines that the rows came from, as far as that is known. */
  readonly rawBytes: number | undefined;
  readonly columns: readonly Column[];
  readonly statistics: ReadonlyMap<string, ColumnStatistics>;
}

/** The rows do not add up to what the summaries say: the careful way must be taken. */
export class MismatchError extends Error {
  override readonly name = "MismatchError";
  /** The keys whose values are not all there. */
  readonly keys: readonly string[];

  constructor(message: string, keys: readonly string[] = []) {
    super(message);
    this.keys = keys;
  }
}

export interface ParquetJob {
  readonly session: Session;
  readonly files: Files;
  readonly temporaryDirectory: string;
  readonly shape: TableShape;
  readonly events: number;
  /** The UTC days, in order, that all events are believed to be of; empty when that is not known. */
  readonly days: readonly string[];
  /** What the table is partitioned by, in order; "date" or a column of the shape's schema. */
  readonly partitionBy: readonly string[];
  /** Kept in the files: see origin.ts. */
  readonly origin: Omit<ParquetOrigin, "events">;
}

/** Writes the rows. Throws MismatchError, DuckDB's errors, or those of the file system. */
export async function writeParquet(job: ParquetJob): Promise<WrittenFile[]> {
  if (!job.shape.needsOrder) return writeAll(job);
  await job.session.run("SET preserve_insertion_order = true");
  return writeAll(job).finally(() => job.session.run("SET preserve_insertion_order = false"));
}

/** Reading the events once more a day costs less than staging them, up to here. */
const FEW_DAYS = 4;

async function writeAll(job: ParquetJob): Promise<WrittenFile[]> {
  const { days, shape, events, files, partitionBy } = job;
  if (partitionBy.length === 0) return writeOne(job);
  const isByDay = partitionBy.length === 1 && partitionBy[0] === PARTITION_COLUMN;
  if (!isByDay || days.length === 0 || days.length > FEW_DAYS) return writePartitions(job);
  const written: WrittenFile[] = [];
  for (const date of days) {
    const select = days.length === 1 ? shape.sql : `SELECT * FROM (${shape.sql}) WHERE ${isOfDay(date)}`;
    written.push({ ...(await copyOut(job, select)), partition: { [PARTITION_COLUMN]: date } });
  }
  const full = written.filter((file) => file.rows > 0 || written.length === 1);
  const rows = full.reduce((sum, file) => sum + file.rows, 0);
  const isRight =
    rows === events && full.every((file) => dayOfAll(file.statistics) === file.partition[PARTITION_COLUMN]);
  for (const file of written) if (!isRight || !full.includes(file)) await files.remove(file.temporaryPath);
  if (!isRight) return writePartitions(job);
  reconcile(job, full);
  return full;
}

/** A table of another engine may have no partitions. */
async function writeOne(job: ParquetJob): Promise<WrittenFile[]> {
  const written = [{ ...(await copyOut(job, job.shape.sql)), partition: {} }];
  reconcile(job, written);
  return written;
}

/** SQL: the row's time is of that UTC day. */
function isOfDay(date: string): string {
  const start = Date.parse(`${date}T00:00:00Z`) * 1000;
  const time = `epoch_us(${identifier(TIMESTAMP_KEY.name)})`;
  return `${time} >= ${start} AND ${time} < ${start + 86_400_000_000}`;
}

/** Events of several partitions: staged once in DuckDB (which spills to disk), then one file a partition. */
async function writePartitions(job: ParquetJob): Promise<WrittenFile[]> {
  const { session, shape, partitionBy } = job;
  const day = `epoch_us(${identifier(TIMESTAMP_KEY.name)}) // 86400000000 - (epoch_us(${identifier(TIMESTAMP_KEY.name)}) % 86400000000 < 0)::BIGINT`;
  const has = new Set(shape.columns.map((column) => column.name));
  const column = (i: number) => identifier(`${VALUE}${i}`);
  const values = partitionBy.map((name) => {
    if (name === PARTITION_COLUMN) return identifier(DAY);
    return has.has(name) ? `nullif(${identifier(name)}::VARCHAR, '')` : "NULL::VARCHAR";
  });
  await session.run(
    `CREATE OR REPLACE TEMP TABLE staged AS SELECT *, ${day} AS ${identifier(DAY)} FROM (${shape.sql})`,
  );
  try {
    const named = values.map((value, i) => `${value} AS ${column(i)}`).join(", ");
    await session.run(
      `CREATE OR REPLACE TEMP TABLE partitions AS SELECT *, row_number() OVER () AS ${identifier(VALUE)} FROM (SELECT DISTINCT ${named} FROM staged)`,
    );
    const found = await session.rowsJson("FROM partitions ORDER BY ALL");
    const written: WrittenFile[] = [];
    const names = shape.columns.map((column) => identifier(column.name)).join(", ");
    const isSame = values.map((value, i) => `${value} IS NOT DISTINCT FROM ${column(i)}`).join(" AND ");
    for (const row of found) {
      const one = `(FROM partitions WHERE ${identifier(VALUE)} = ${row.at(-1)}) AS partitions`;
      const file = await copyOut(job, `SELECT ${names} FROM staged SEMI JOIN ${one} ON ${isSame}`);
      written.push({ ...file, partition: partitionOf(partitionBy, row) });
    }
    reconcile(job, written);
    return written;
  } finally {
    await session.run("DROP TABLE IF EXISTS staged");
    await session.run("DROP TABLE IF EXISTS partitions");
  }
}

function partitionOf(partitionBy: readonly string[], row: readonly unknown[]): PartitionValues {
  const values = partitionBy.map((name, i): [string, string | null] => {
    const value = row[i] === null ? null : String(row[i]);
    return [name, name === PARTITION_COLUMN ? dayOf(BigInt(value!) * 86_400_000_000n) : value];
  });
  return Object.fromEntries(values);
}

/** No key of an event makes a column with such a name. */
const DAY = "\u2063day";
const VALUE = "\u2063value";

/**
 * Each thread holds a row group in memory; compaction makes larger ones. Level 2 takes a fifth less time than 3, and
 * with random ids it is smaller besides: longer matches cost more than they save.
 */
const FLUSHED: ParquetSettings = { level: 2, rowGroupRows: 61_440, version: "V1" };

async function copyOut(job: ParquetJob, select: string): Promise<Omit<WrittenFile, "partition">> {
  const { session, files, shape } = job;
  const temporaryPath = join(job.temporaryDirectory, `${randomUUID()}.parquet`);
  const origin = { ...job.origin, events: job.events };
  const copied = await copyParquet(session, files, temporaryPath, select, { ...FLUSHED, origin });
  return { ...copied, temporaryPath, rawBytes: undefined, columns: shape.columns };
}

/** How a Parquet file is laid out. */
export interface ParquetSettings {
  /** Of zstd, 1 to 22. */
  readonly level: number;
  readonly rowGroupRows: number;
  /** Encodings: V2 has delta encodings for text, whole numbers and times. */
  readonly version: "V1" | "V2";
  /** Kept in the footer. */
  readonly origin?: ParquetOrigin;
}

export interface CopiedFile {
  readonly rows: number;
  readonly bytes: number;
  /** Of the whole file: see checksum.ts. */
  readonly checksum: string;
  readonly statistics: ReadonlyMap<string, ColumnStatistics>;
}

/** Writes the rows of `select` to `path`, durably, and checks that the footer has as many as DuckDB says it wrote. */
export async function copyParquet(
  session: Session,
  files: Files,
  path: string,
  select: string,
  settings: ParquetSettings,
): Promise<CopiedFile> {
  const { rows, statistics } = await copyRows(session, path, select, settings);
  return { rows, statistics, ...(await finishParquet(session, files, path, rows)) };
}

/** Writes the rows of `select` to `path`. Not durable yet. */
export async function copyRows(
  session: Session,
  path: string,
  select: string,
  { level, rowGroupRows, version, origin }: ParquetSettings,
): Promise<Pick<CopiedFile, "rows" | "statistics">> {
  const extra = origin === undefined ? "" : `, ${originOption(origin)}`;
  const sql = `COPY (${select}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL ${level}, ROW_GROUP_SIZE ${rowGroupRows}, PARQUET_VERSION ${version}${extra}, RETURN_STATS)`;
  const rows = await session.rowsJson(sql);
  const [, count, , , statistics] = rows[0]!;
  return { rows: Number(count), statistics: readStatistics(statistics) };
}

/** Makes a written file durable and checks that its footer has so many rows. */
export async function finishParquet(
  session: Session,
  files: Files,
  path: string,
  rows: number,
): Promise<Pick<CopiedFile, "bytes" | "checksum">> {
  await files.tighten?.(path);
  const file = await files.open(path, "change");
  let checksum: string;
  let bytes: number;
  try {
    await file.sync();
    checksum = await fileChecksum(file);
    bytes = await file.size();
  } finally {
    await file.close();
  }
  const footer = await session.rowsJson(`SELECT num_rows FROM parquet_file_metadata(${literal(path)})`);
  assert(Number(footer[0]?.[0]) === rows, `the footer of ${path} does not have the rows that were written`);
  return { bytes, checksum };
}

/** The one UTC day that all rows are of, as far as the bounds say. */
function dayOfAll(statistics: ReadonlyMap<string, ColumnStatistics>): string | undefined {
  const found = statistics.get(TIMESTAMP_KEY.name);
  const low = found?.min === undefined ? undefined : microsOf(found.min);
  const high = found?.max === undefined ? undefined : microsOf(found.max);
  if (low === undefined || high === undefined) return undefined;
  const day = dayOf(BigInt(low));
  return day === dayOf(BigInt(high)) ? day : undefined;
}

/** Events in = rows out, and every key has the values its summaries counted. */
function reconcile(job: ParquetJob, written: readonly Omit<WrittenFile, "partition">[]): void {
  const rows = written.reduce((sum, file) => sum + file.rows, 0);
  if (rows !== job.events) throw new MismatchError(`${job.events} events, ${rows} rows`);
  const wrong: { key: string; count: number; found: number }[] = [];
  for (const { columns, count } of job.shape.expected) {
    const found = written.reduce((sum, file) => sum + countValues(file.statistics, columns), 0);
    if (found !== count) wrong.push({ key: columns[0]!.key, count, found });
  }
  if (wrong.length > 0) {
    const text = wrong.map(({ key, count, found }) => `${key}: ${count} values in, ${found} out`);
    const keys = wrong.map(({ key }) => key);
    throw new MismatchError(text.slice(0, 3).join("; "), keys);
  }
}

/** Moves a written file to its place in the table, durably, and makes the action that will add it. */
export async function placeFile(storage: TableStorage, file: WrittenFile, nowMs: number): Promise<LogAction> {
  const partition = partitionDirectory(file.partition);
  const key = posix.join(partition, `part-${randomUUID()}.parquet`);
  await storage.publish(file.temporaryPath, key);
  return {
    add: {
      path: encodedPath(key),
      partitionValues: file.partition,
      size: file.bytes,
      modificationTime: nowMs,
      dataChange: true,
      tags: fileTags(file),
      stats: JSON.stringify(deltaStatistics(file.rows, file.columns, file.statistics)),
    },
  };
}

/** Tags that every file of ours has in the log. */
export function fileTags({
  checksum,
  rawBytes,
}: Pick<WrittenFile, "checksum" | "rawBytes">): Readonly<Record<string, string>> {
  return {
    [CHECKSUM_TAG]: checksum,
    ...(rawBytes === undefined ? {} : { [RAW_BYTES_TAG]: String(rawBytes) }),
  };
}
