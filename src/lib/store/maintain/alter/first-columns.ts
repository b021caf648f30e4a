/**
 * Puts a table right that began wrong: of a key with siblings the column with most values becomes the first one, by the
 * rule that a first flush has. Only the schema changes. Columns keep their stored names, files stay as they are, and
 * writers with an older schema shape their events again when they commit: docs/decisions/0043-column-types.md.
 */
import type { Files } from "../../../base/files.js";
import { Kind } from "../../../event/summary.js";
import { identifier, literal } from "../../columns/names.js";
import { type Column, evolve, schemaOf, type TableSchema, TIMESTAMP_KEY } from "../../columns/schema.js";
import { firstLeaf } from "../../columns/structs.js";
import {
  type ClassCounts,
  majorityType,
  newCounts,
  TEXT_COLUMN_KEYS,
  type ValueClass,
} from "../../columns/types/first.js";
import type { ColumnType } from "../../columns/types/types.js";
import { commitWith, schemaActions } from "../../delta/commit.js";
import type { Snapshot, TableFile, TableLog } from "../../delta/snapshot.js";
import { fetchFiles } from "../../delta/table-file.js";
import type { Session } from "../../duckdb/duckdb.js";

export interface FirstColumnsOptions {
  readonly files: Files;
  readonly session: Session;
  readonly log: TableLog;
  readonly nowMs: () => number;
}

/**
 * The keys whose first column is another one now. One commit, or none; by the statistics of the log where they are
 * there.
 */
export async function rightFirstColumns(options: FirstColumnsOptions): Promise<readonly string[]> {
  const { session, log, nowMs } = options;
  for (;;) {
    const snapshot = await log.refresh();
    const keys = splitKeys(snapshot);
    if (keys.length === 0) return [];
    const counts = await valueCounts(log, session, snapshot.files, keys.flat());
    let { schema } = snapshot;
    const names: string[] = [];
    for (const columns of keys) {
      const column = rightColumn(columns, counts);
      if (column === columns[0]) continue;
      const { key } = columns[0]!;
      if (column === undefined) schema = withTextColumn(schema, key);
      schema = withFirst(schema, column ?? schema.byKey.get(key)!.find(({ type }) => type === "string")!);
      names.push(key);
    }
    if (names.length === 0) return [];
    const version = await commitWith(log, (newest) =>
      newest.version === snapshot.version
        ? [info(names, nowMs()), ...schemaActions(newest, schema, nowMs())]
        : undefined,
    );
    if (version !== undefined) return names;
  }
}

/** Columns of keys that have several. What the operator has set stays, and so does what files are partitioned by. */
function splitKeys({ schema, metadata }: Snapshot): (readonly Column[])[] {
  const partitions = new Set(metadata?.partitionColumns);
  return [...schema.byKey].flatMap(([key, columns]) => {
    const isFixed = columns[0]?.isSet === true || columns.some(({ name }) => partitions.has(name));
    return key === TIMESTAMP_KEY.key || columns.length < 2 || isFixed ? [] : [columns];
  });
}

const CLASS_OF: Readonly<Record<Exclude<ColumnType, "timestamp">, ValueClass>> = {
  string: "text",
  escaped: "text",
  integer: "number",
  double: "number",
  number: "number",
  boolean: "boolean",
  json: "json",
  struct: "json",
};

/**
 * The column that the key would have first, had all its values come at once. Undefined: one for text, which it has not
 * yet.
 */
function rightColumn(columns: readonly Column[], counts: ReadonlyMap<string, number>): Column | undefined {
  const values: ClassCounts = newCounts();
  for (const { name, type } of columns) {
    const count = counts.get(name) ?? 0;
    const of = CLASS_OF[type as Exclude<ColumnType, "timestamp">];
    values[of] += count;
    if (type === "double") values.fraction += count;
  }
  const first = columns[0]!;
  const most = majorityType(values);
  const type = most === undefined || !TEXT_COLUMN_KEYS.has(first.key) ? most : "string";
  if (type === undefined || first.type === type || (type === "json" && first.type === "struct")) return first;
  const wanted = columns.find(
    (column) => column.type === type || (type === "json" && column.type === "struct"),
  );
  const likewise = columns.find((column) => column.type === "double" && type === "integer");
  // All the texts so far have half a surrogate pair, and stand in a column of their own.
  if (wanted === undefined && type === "string") return undefined;
  return wanted ?? likewise ?? first;
}

function withTextColumn(schema: TableSchema, key: string): TableSchema {
  return evolve(schema, [{ name: key, kinds: Kind.string }], Number.POSITIVE_INFINITY);
}

function withFirst(schema: TableSchema, column: Column): TableSchema {
  const [before] = schema.byKey.get(column.key)!;
  const { aliases, ...plain } = before!;
  return schemaOf(
    schema.columns.map((other) => {
      if (other === before) return { ...plain, isSibling: true };
      if (other !== column) return other;
      return { ...column, isSibling: false, ...(aliases === undefined ? {} : { aliases }) };
    }),
  );
}

/** Values of each column that are not null. Cost: the footers of files whose statistics do not say. */
async function valueCounts(
  log: TableLog,
  session: Session,
  files: readonly TableFile[],
  columns: readonly Column[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? 0) + count);
  const told = columns.filter(({ type }) => type !== "struct");
  const unsaid: TableFile[] = [];
  for (const file of files) {
    // Our own files have a count of nulls for every column that they have, but for structs.
    const { rows } = file;
    if (rows === undefined || !Object.keys(file.tags).some((tag) => tag.startsWith("logpipe."))) {
      unsaid.push(file);
      continue;
    }
    for (const { name } of told) {
      const { nulls } = file.bounds(name);
      if (nulls !== undefined) add(name, rows - nulls);
    }
  }
  const structs = columns.filter(({ type }) => type === "struct");
  await countInFooters(log, session, unsaid, told, add);
  await countInFooters(log, session, files, structs, add);
  return counts;
}

const ASKED_AT_ONCE = 256;
/** As DuckDB joins the names in `parquet_metadata`. */
const PATH = ", ";

async function countInFooters(
  log: TableLog,
  session: Session,
  files: readonly TableFile[],
  columns: readonly Column[],
  add: (name: string, count: number) => void,
): Promise<void> {
  if (columns.length === 0) return;
  const names = new Map(columns.map((column) => [pathOf(column), column.name]));
  for (let i = 0; i < files.length; i += ASKED_AT_ONCE) {
    const asked = files.slice(i, i + ASKED_AT_ONCE);
    await fetchFiles(log, asked);
    const paths = asked.map((file) => literal(file.path));
    const wanted = [...names.keys()].map(literal).join(", ");
    const rows = await session.rowsJson(
      `SELECT path_in_schema, sum(num_values - coalesce(stats_null_count, 0))
       FROM parquet_metadata([${paths.join(", ")}]) WHERE path_in_schema IN (${wanted}) GROUP BY ${identifier("path_in_schema")}`,
    );
    for (const [path, count] of rows) add(names.get(String(path))!, Number(count));
  }
}

function pathOf(column: Column): string {
  return column.type === "struct" ? [column.name, ...firstLeaf(column.fields!)].join(PATH) : column.name;
}

function info(keys: readonly string[], nowMs: number) {
  const operationParameters = { keys: JSON.stringify(keys) };
  return {
    commitInfo: { timestamp: nowMs, operation: "CHANGE COLUMNS", operationParameters, engineInfo: "logpipe" },
  };
}
