/** A table as DuckDB sees it: the Parquet files of one snapshot and the live end of the log, in one SELECT. */
import { join } from "node:path";
import { fastShape, sqlType, type TableShape } from "../columns/columns-sql.js";
import { type EventFile, type KeySummary, keysOf } from "../columns/events.js";
import { identifier, literal } from "../columns/names.js";
import { type Column, evolve, type TableSchema, TIMESTAMP_KEY } from "../columns/schema.js";
import { type CarefulShape, carefulShape } from "../columns/slow-path.js";
import { withFirstTypes } from "../columns/types/count.js";
import { type ViewColumn, viewColumns } from "../columns/view.js";
import { type AsOf, readSnapshot, type Snapshot, type TableFile, type TableLog } from "../delta/snapshot.js";
import { fetchFiles } from "../delta/table-file.js";
import { splitByPartition, withPartitionValues } from "../parquet/partition.js";
import { localTable } from "../storage/local.js";
import type { TablePlace } from "../storage/storage.js";
import {
  countDamaged,
  keepUncovered,
  type LiveProblem,
  type LiveSegment,
  listSegments,
} from "../wal/unflushed-segments.js";
import { isSound, type UnflushedTable } from "./unflushed-table.js";

/** Columns a table has unless its writer was told otherwise; events' further keys are in `_rest`. */
export const MAX_COLUMNS = 1000;

export interface RelationOptions {
  /** An existing directory for copies of the live end, private to the caller. */
  readonly tempDirectory: string;
  /** Runs one statement and returns its rows: the live end is checked before it is used. */
  readonly rows: (sql: string) => Promise<unknown[][]>;
  /** A log that is kept between queries, so that only new commits are read. */
  readonly log?: TableLog;
  /**
   * The live end, kept between queries over one connection, so that only new events are read. A relation is good until
   * the next one is opened with it.
   */
  readonly live?: UnflushedTable;
  /** A moment of the past, without the live end. The newest state and the live end when absent. */
  readonly asOf?: AsOf;
  /** Told what DuckDB said when it could not read live events the fast way. */
  readonly onSlow?: (error: unknown) => void;
}

/** A consistent state of a table. Close it when the last query over it is done. */
export interface Relation {
  readonly snapshot: Snapshot;
  /** Of a moment of the past: files of it may be gone. */
  readonly isPast: boolean;
  /** The physical columns: the snapshot's, and those that only the live end has yet. */
  readonly schema: TableSchema;
  /** What `sql` selects, in order. */
  readonly columns: readonly ViewColumn[];
  /** `SELECT ...` to make a view of. Every acknowledged event is in it exactly once. */
  readonly sql: string;
  /** The Parquet files it reads. */
  readonly files: readonly TableFile[];
  readonly liveEvents: number;
  readonly liveBytes: number;
  /** Files beside those of `files` that `sql` reads: parts of the live end that are no tables in DuckDB. */
  readonly livePaths: readonly string[];
  /**
   * Acknowledged events of the live end that are not in it, because the disk does not have them as they were written.
   */
  readonly problems: readonly LiveProblem[];
  /** Parts of the log that recoveries have taken out for such a reason, and that wait for somebody to look at them. */
  readonly damagedParts: number;
  readonly table: TablePlace;
  /** Before SQL over files is run: they are on this machine then. All of them when absent. */
  fetch(files?: readonly TableFile[]): Promise<void>;
  /** The same as `sql` over some of the files, and all of the live end. */
  over(files: readonly TableFile[]): string;
  /** The same columns over another source of the physical ones. */
  viewOf(source: string): string;
  close(): Promise<void>;
}

/** A look that comes between two steps of a writer may miss what is there a moment later. */
const LOOK_AGAIN_MS = 100;

/**
 * Opens the newest state of the table. A directory that is no table yet gives a relation without rows. What of the live
 * end is damaged is left out, and told: `problems`.
 */
export async function openRelation(tableDirectory: string, options: RelationOptions): Promise<Relation> {
  const relation = await openOnce(tableDirectory, options);
  if (relation.problems.length === 0) return relation;
  await relation.close();
  await options.live?.forget(options);
  await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  return openOnce(tableDirectory, options);
}

async function openOnce(tableDirectory: string, options: RelationOptions): Promise<Relation> {
  const { asOf } = options;
  const table = options.log ?? localTable(tableDirectory);
  // First the live end, then the snapshot: see wal/live.ts.
  const listed = asOf === undefined ? await listSegments(tableDirectory, options.live?.indexes) : [];
  let live: LiveSegment[] = listed;
  try {
    const snapshot = await snapshotFor(table, options);
    live = await keepUncovered(listed, snapshot.txns);
    if (asOf === undefined) await options.live?.keep(live, options);
    const { schema, shapes, paths } = await shapeLive(live, snapshot.schema, options);
    const { files } = snapshot;
    const columns = viewColumns(schema);
    const viewOf = (source: string) => viewSql(columns, source);
    const over = (some: readonly TableFile[]) =>
      viewOf(physicalSql(schema, snapshot.metadata?.partitionColumns, some, shapes));
    return {
      table,
      fetch: (some = files) => fetchFiles(table, some),
      snapshot,
      isPast: asOf !== undefined,
      schema,
      columns,
      get sql() {
        return over(files);
      },
      files,
      over,
      viewOf,
      liveEvents: live.reduce((sum, segment) => sum + segment.events, 0),
      liveBytes: live.reduce((sum, segment) => sum + segment.length, 0),
      livePaths: paths,
      problems: live.flatMap(({ problems }) => problems),
      damagedParts: asOf === undefined ? await countDamaged(tableDirectory) : 0,
      close: () => closeAll(live),
    };
  } catch (error) {
    await closeAll(live);
    throw error;
  }
}

/**
 * Selects what `query` shows of rows of some files, by a snapshot's schema: in the order of the files, or by time, rows
 * of one moment in that order. DuckDB must preserve the order of insertion.
 */
export function filesSql(
  { schema, metadata }: Snapshot,
  files: readonly TableFile[],
  order: "as-stored" | "by-time",
): { readonly sql: string; readonly columns: readonly ViewColumn[] } {
  const physical = physicalSql(schema, metadata?.partitionColumns, files, []);
  const columns = viewColumns(schema);
  if (order === "as-stored") return { sql: viewSql(columns, physical), columns };
  const times = schema.columns.filter(({ key, role }) => key === TIMESTAMP_KEY.key || role === "nanoseconds");
  const keys = times
    .filter(({ type, role }) => type === "timestamp" || role === "nanoseconds")
    .map(({ name }) => `"physical ".${identifier(name)} NULLS FIRST`);
  // Events may have a key of any name.
  const taken = new Set(schema.columns.map(({ name }) => name.toLowerCase()));
  let number = "_row";
  while (taken.has(number)) number += "_";
  const numbered = `SELECT *, row_number() OVER () AS ${number} FROM (${physical})`;
  const selected = columns.map(({ name, sql }) => `${sql} AS ${identifier(name)}`).join(", ");
  const orderBy = [...keys, `"physical ".${number}`].join(", ");
  return { sql: `SELECT ${selected} FROM (${numbered}) AS "physical " ORDER BY ${orderBy}`, columns };
}

function snapshotFor(table: TablePlace, { log, asOf }: RelationOptions): Promise<Snapshot> {
  if (asOf === undefined && log !== undefined) return log.refresh();
  return readSnapshot(table, table.files, asOf);
}

async function closeAll(segments: readonly LiveSegment[]): Promise<void> {
  await Promise.all(segments.map((segment) => segment.close()));
}

async function shapeLive(
  live: readonly LiveSegment[],
  start: TableSchema,
  options: RelationOptions,
): Promise<{ schema: TableSchema; shapes: TableShape[]; paths: string[] }> {
  let schema = start;
  const shapes: TableShape[] = [];
  const paths: string[] = [];
  for (const [i, segment] of live.entries()) {
    if (segment.events === 0) continue;
    const fileOf = async (): Promise<EventFile> => {
      const path = await segment.readable(options.tempDirectory);
      const { length, events, commits } = segment;
      return { path, length, events, commits };
    };
    const keys = await withFirstTypes(fileOf, keysOf(segment.commits), schema, options.rows);
    const candidates = schemasFor(keys, schema);
    const kept = await options.live?.shape(segment, candidates, options);
    if (kept !== undefined) {
      schema = kept.schema;
      shapes.push(kept.shape);
      continue;
    }
    const file = await fileOf();
    const { path } = file;
    if (file.events === 0) continue;
    const fast = await soundShape(file, candidates, options);
    if (fast !== undefined) {
      schema = fast.schema;
      shapes.push(fast.shape);
      paths.push(path);
      continue;
    }
    const copy = join(options.tempDirectory, `live-${i}.ndjson`);
    const careful: CarefulShape = await carefulShape(file, schema, MAX_COLUMNS, copy);
    paths.push(path, copy);
    schema = careful.schema;
    shapes.push(careful);
  }
  return { schema, shapes, paths };
}

/**
 * The schemas to try: without siblings for types that were set, if all fits (a sibling makes the key's column JSON),
 * then with.
 */
function schemasFor(keys: readonly KeySummary[], schema: TableSchema): readonly TableSchema[] {
  // Objects stay JSON here.
  const structs = schema.columns.filter(({ type }) => type === "struct").map(({ key }) => key);
  const lean = evolve(schema, keys, MAX_COLUMNS, { regular: new Map(), irregular: new Set(structs) });
  const wide = evolve(schema, keys, MAX_COLUMNS);
  return lean.columns.length === wide.columns.length ? [wide] : [lean, wide];
}

/** Cost: reads the segment once, about 0.2 s for a full one of 128 MiB. */
async function soundShape(
  file: EventFile,
  candidates: readonly TableSchema[],
  { rows, onSlow }: RelationOptions,
): Promise<{ schema: TableSchema; shape: TableShape } | undefined> {
  for (const schema of candidates) {
    const shape = fastShape(file, schema);
    if (typeof shape !== "string" && (await isSound(shape, file.events, `(${shape.sql})`, rows, onSlow)))
      return { schema, shape };
  }
  return undefined;
}

function viewSql(view: readonly ViewColumn[], source: string): string {
  const selected = view.map(({ name, sql }) => `${sql} AS ${identifier(name)}`).join(", ");
  return `SELECT ${selected} FROM (${source})`;
}

function physicalSql(
  schema: TableSchema,
  partitionColumns: readonly string[] | undefined,
  files: readonly TableFile[],
  shapes: readonly TableShape[],
): string {
  const { plain, groups } = splitByPartition(partitionColumns, files);
  const parts = [
    ...(plain.length === 0 ? [] : [parquetSql(schema, plain)]),
    ...groups.map((group) => withPartitionValues(parquetSql(schema, group), schema.columns, group[0])),
    ...shapes.map((shape) => widened(shape, schema)),
  ];
  return parts.length === 0 ? emptySql(schema) : parts.map((part) => `(${part})`).join(" UNION ALL ");
}

/** One scan over all files; a column that a file does not have is NULL. */
function parquetSql(schema: TableSchema, files: readonly TableFile[]): string {
  const paths = files.map((file) => literal(file.path)).join(", ");
  const columns = schema.columns.map(
    (c) =>
      `${literal(c.name)}: {name: ${literal(c.name)}, type: ${literal(sqlType(c))}, default_value: NULL}`,
  );
  const names = schema.columns.map((c) => identifier(c.name)).join(", ");
  return `SELECT ${names} FROM read_parquet([${paths}], hive_partitioning = false, schema = MAP {${columns.join(", ")}})`;
}

function widened(shape: TableShape, schema: TableSchema): string {
  const has = new Set(shape.columns.map((column) => column.name));
  const columns = schema.columns.map((c) => (has.has(c.name) ? identifier(c.name) : nullSql(c)));
  return `SELECT ${columns.join(", ")} FROM (${shape.sql})`;
}

/** The physical columns without a row. */
export function emptySql(schema: TableSchema): string {
  return `SELECT ${schema.columns.map(nullSql).join(", ")} WHERE false`;
}

function nullSql(column: Column): string {
  return `CAST(NULL AS ${sqlType(column)}) AS ${identifier(column.name)}`;
}
