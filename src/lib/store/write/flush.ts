// Enter here: a sealed segment of the write-ahead log to Parquet and one commit.
/**
 * A sealed segment of the write-ahead log into the table: Parquet files, then one commit that names them and covers it.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { LogpipeError } from "../../base/errors/index.js";
import { type Files, isNoRoom } from "../../base/files.js";
import { fastShape } from "../columns/columns-sql.js";
import { type EventFile, keysOf } from "../columns/events.js";
import { dayOf, parseInstant } from "../columns/instant.js";
import { regularStructs } from "../columns/regular.js";
import {
  encodeSchema,
  evolve,
  PARTITION_COLUMN,
  type Structs,
  type TableSchema,
  TIMESTAMP_KEY,
} from "../columns/schema.js";
import { carefulShape } from "../columns/slow-path.js";
import { withFirstTypes } from "../columns/types/count.js";
import type { LogAction } from "../delta/actions.js";
import { checkWritable, hasSameSchema, putOn, schemaActions } from "../delta/commit.js";
import { positionActions } from "../delta/positions.js";
import type { Snapshot, TableLog } from "../delta/snapshot.js";
import { keyOfAdd } from "../delta/table-file.js";
import type { Session } from "../duckdb/duckdb.js";
import type { ParquetOrigin } from "../parquet/origin.js";
import { MismatchError, placeFile, type WrittenFile, writeParquet } from "../parquet/parquet.js";
import { type Commit, transactionOf } from "../wal/segment.js";
import type { SealedSegment } from "../wal/segment-writer.js";

export interface FlushOptions {
  readonly files: Files;
  readonly session: Session;
  readonly log: TableLog;
  readonly maxColumns: number;
  readonly nowMs: () => number;
  /** `txn`s that the commit notes besides what it settles. */
  readonly noted?: readonly Coverage[];
  /** Looks whether the segment still is what was written, while DuckDB reads it; rejects when it is not. */
  readonly checked?: Promise<void>;
}

export interface FlushReport {
  readonly events: number;
  readonly parquetBytes: number;
  readonly parquetFiles: number;
  /** Why the careful way was taken, if it was. */
  readonly carefulReason: string | undefined;
  readonly duckdbMs: number;
  readonly commitMs: number;
}

/** What a commit settles: application id and version of its `txn`. A table that has one of them has the batch. */
export interface Coverage {
  readonly appId: string;
  readonly version: number;
}

/** The events cannot be stored whatever way is taken. It is their fault, or ours, but not that of disk or table. */
export class UnstorableError extends Error {
  override readonly name = "UnstorableError";
}

/**
 * Stores the segment unless the table covers it already; then nothing happens. A segment without events is covered,
 * with the positions it has. `directory` belongs to this process: temporary files live there, so that whoever recovers
 * it removes them. Throws UnstorableError, and the errors of the file system.
 */
export async function flushSegment(
  options: FlushOptions,
  coverage: readonly Coverage[],
  directory: string,
  segment: SealedSegment,
): Promise<FlushReport> {
  for (;;) {
    const snapshot = await options.log.refresh();
    if (covers(snapshot, coverage)) return NOTHING;
    checkWritable(snapshot);
    const start = performance.now();
    const written =
      segment.events === 0
        ? { files: [], schema: evolve(snapshot.schema, [], options.maxColumns), carefulReason: undefined }
        : await writeFiles(options, snapshot, directory, coverage, segment).catch(async (error) => {
            // Of a changed segment DuckDB's complaint says nothing.
            await options.checked;
            return rethrowUnstorable(error);
          });
    await options.checked;
    const duckdbMs = performance.now() - start;
    const isCommitted = await commitFiles(options, snapshot, coverage, segment, written);
    if (!isCommitted) continue;
    return {
      events: segment.events,
      parquetBytes: written.files.reduce((sum, file) => sum + file.bytes, 0),
      parquetFiles: written.files.length,
      carefulReason: written.carefulReason,
      duckdbMs,
      commitMs: performance.now() - start - duckdbMs,
    };
  }
}

const NOTHING: FlushReport = {
  events: 0,
  parquetBytes: 0,
  parquetFiles: 0,
  carefulReason: undefined,
  duckdbMs: 0,
  commitMs: 0,
};

/** The coverage of a writer's segment. */
export function coverageOf(writer: string, sequence: number): Coverage[] {
  return [{ appId: transactionOf(writer), version: sequence }];
}

/** Whether the table has the batch, as of now. */
export async function isCovered(log: TableLog, coverage: readonly Coverage[]): Promise<boolean> {
  return covers(await log.refresh(), coverage);
}

function covers(snapshot: Snapshot, coverage: readonly Coverage[]): boolean {
  return coverage.some(({ appId, version }) => (snapshot.txns.get(appId) ?? 0) >= version);
}

/** System calls, DuckDB's file system and full disks may do better another time; anything else is the segment's. */
function rethrowUnstorable(error: unknown): never {
  const isOutside =
    !(error instanceof Error) ||
    error instanceof LogpipeError ||
    typeof (error as NodeJS.ErrnoException).code === "string" ||
    isNoRoom(error) ||
    /^(IO|INTERRUPT|Connection|Permission) Error/i.test(error.message);
  throw isOutside ? error : new UnstorableError(error.message.split("\n")[0], { cause: error });
}

interface Written {
  readonly files: readonly WrittenFile[];
  readonly schema: TableSchema;
  readonly carefulReason: string | undefined;
}

async function writeFiles(
  options: FlushOptions,
  snapshot: Snapshot,
  directory: string,
  coverage: readonly Coverage[],
  segment: SealedSegment,
): Promise<Written> {
  const file: EventFile = {
    path: segment.dataPath,
    length: segment.length,
    events: segment.events,
    commits: segment.commits,
  };
  const job = {
    session: options.session,
    files: options.files,
    temporaryDirectory: directory,
    events: segment.events,
    partitionBy: partitionBy(snapshot),
  };
  const irregular = new Set<string>();
  const regular = await regularStructs(options.files, file, snapshot.schema);
  const structs: Structs = { regular, irregular };
  const rows = (sql: string) => options.session.rows(sql);
  const keys = await withFirstTypes(file, keysOf(segment.commits), snapshot.schema, rows);
  let carefulReason: string;
  for (;;) {
    const schema = evolve(snapshot.schema, keys, options.maxColumns, structs);
    const shape = fastShape(file, schema, true);
    carefulReason = typeof shape === "string" ? shape : "";
    if (typeof shape === "string") break;
    try {
      const days = daysOfCommits(segment.commits, segment.events);
      const origin = originOf(options, snapshot, coverage, segment, schema);
      const files = await options.session.withRoom(() => writeParquet({ ...job, shape, days, origin }));
      return { files, schema, carefulReason: undefined };
    } catch (error) {
      if (!(error instanceof MismatchError) && !isDataError(error)) throw error;
      carefulReason = (error as Error).message;
      if (!(error instanceof MismatchError) || !addIrregular(error.keys, schema, irregular)) break;
    }
  }
  const path = join(directory, `careful-${segment.sequence}.tmp`);
  try {
    const careful = await carefulShape(file, snapshot.schema, options.maxColumns, path, structs);
    if (careful.events !== segment.events)
      throw new Error(`${segment.events} events were logged, ${careful.events} are there`);
    const origin = originOf(options, snapshot, coverage, segment, careful.schema);
    const files = await options.session.withRoom(() =>
      writeParquet({ ...job, shape: careful, days: [], events: careful.events, origin }),
    );
    return { files, schema: careful.schema, carefulReason };
  } finally {
    await options.files.remove(path).catch(() => {});
  }
}

function originOf(
  options: FlushOptions,
  snapshot: Snapshot,
  coverage: readonly Coverage[],
  segment: SealedSegment,
  schema: TableSchema,
): Omit<ParquetOrigin, "events"> {
  const { txns, held } = transactionsOf(options, coverage, segment);
  const isChanged = snapshot.schema !== schema;
  return {
    attempt: randomUUID(),
    appId: coverage[0]!.appId,
    version: coverage[0]!.version,
    txns,
    held,
    ...(isChanged ? { schemaString: encodeSchema(schema) } : {}),
  };
}

/** What the commit of the segment says besides its files: that it is covered, and how far its sources are. */
function transactionsOf(
  { noted = [], nowMs: now }: FlushOptions,
  coverage: readonly Coverage[],
  segment: SealedSegment,
) {
  const nowMs = now();
  const { txns, held } = positionActions(
    segment.commits.flatMap(({ position, positions = [] }) => [position, ...positions]),
    nowMs,
  );
  const covered = [...coverage, ...noted].map((one) => ({ txn: { ...one, lastUpdated: nowMs } }));
  return { txns: [...covered, ...txns], held };
}

/**
 * Of keys whose values were not all there, notes those that may lack siblings for what did not fit. False: there is
 * none.
 */
function addIrregular(keys: readonly string[], schema: TableSchema, irregular: Set<string>): boolean {
  const found = keys.filter((key) => {
    const first = schema.byKey.get(key)?.[0];
    return (first?.type === "struct" || first?.isSet === true) && !irregular.has(key);
  });
  for (const key of found) irregular.add(key);
  return found.length > 0;
}

/** DuckDB's own words for input it cannot take, as against a full disk or memory. */
function isDataError(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(Invalid Input|Conversion|Out of Range|Binder|Parser|Catalog) Error/.test(error.message)
  );
}

/** The days that the commits' summaries name, in order; empty when a time of theirs cannot be placed. */
function daysOfCommits(commits: readonly Commit[], events: number): string[] {
  const days = new Set<string | undefined>();
  let timed = 0;
  for (const { firstTimestamp, lastTimestamp, columns } of commits) {
    for (const text of [firstTimestamp, lastTimestamp]) if (text !== undefined) days.add(dayOfText(text));
    timed += columns.find((column) => column.name === TIMESTAMP_KEY.key)?.count ?? 0;
  }
  if (timed < events) for (const { observedMs } of commits) days.add(dayOf(BigInt(observedMs) * 1000n));
  return days.has(undefined) ? [] : ([...days] as string[]).sort();
}

function dayOfText(text: string): string | undefined {
  const instant = parseInstant(text);
  return instant === undefined ? undefined : dayOf(instant.micros);
}

/** False: another writer changed the schema meanwhile or has stored this very segment; nothing is left behind. */
async function commitFiles(
  options: FlushOptions,
  snapshot: Snapshot,
  coverage: readonly Coverage[],
  segment: SealedSegment,
  written: Written,
): Promise<boolean> {
  const { log, nowMs } = options;
  const adds = await placeFiles(options, segment, written.files);
  const { txns, held } = transactionsOf(options, coverage, segment);
  const isChangingSchema = schemaActions(snapshot, written.schema, nowMs()).length > 0;
  // Made again for a newer snapshot: its properties may be others.
  const actionsOn = (newest: Snapshot) => [
    commitInfo(partitionBy(newest), held, nowMs()),
    ...(isChangingSchema ? schemaActions(newest, written.schema, nowMs()) : []),
    ...txns,
    ...adds,
  ];
  let newest = snapshot;
  try {
    while (!(await putOn(log.storage, newest, actionsOn(newest)))) {
      newest = await log.refresh();
      if (hasSameSchema(newest, snapshot) && !covers(newest, coverage)) continue;
      await removePlaced(options, adds);
      return false;
    }
    return true;
  } catch (error) {
    // A commit that failed late may be there all the same: then the files belong to the table.
    if (!(await isCovered(log, coverage).catch(() => true))) await removePlaced(options, adds);
    throw error;
  }
}

/** Files of a commit that was not made. */
async function removePlaced({ log }: FlushOptions, adds: readonly LogAction[]): Promise<void> {
  await log.storage.remove(adds.flatMap(({ add }) => keyOfAdd(add!.path) ?? [])).catch(() => {});
}

async function placeFiles(
  options: FlushOptions,
  segment: SealedSegment,
  written: readonly WrittenFile[],
): Promise<LogAction[]> {
  const { log, nowMs } = options;
  const adds: LogAction[] = [];
  try {
    for (const file of written) {
      const rawBytes = Math.round((segment.length * file.rows) / segment.events);
      adds.push(await placeFile(log.storage, { ...file, rawBytes }, nowMs()));
    }
  } catch (error) {
    await removePlaced(options, adds);
    throw error;
  }
  return adds;
}

/** A table's own partitions; a new one has the day. */
function partitionBy({ metadata }: Snapshot): readonly string[] {
  return metadata?.partitionColumns ?? [PARTITION_COLUMN];
}

function commitInfo(
  partitions: readonly string[],
  held: Readonly<Record<string, string>>,
  nowMs: number,
): LogAction {
  const operationParameters = { mode: "Append", partitionBy: JSON.stringify(partitions) };
  return {
    commitInfo: {
      timestamp: nowMs,
      operation: "WRITE",
      operationParameters,
      isBlindAppend: true,
      engineInfo: "logpipe",
      ...(Object.keys(held).length === 0 ? {} : { held }),
    },
  };
}
