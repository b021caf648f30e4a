import { sqlType } from "../../columns/columns-sql.js";
import { identifier, literal } from "../../columns/names.js";
import type { Column, TableSchema } from "../../columns/schema.js";
import { viewColumns } from "../../columns/view.js";
import type { TableFile } from "../../delta/snapshot.js";
import { CHECKSUM_TAG } from "../../parquet/checksum.js";
import { splitByPartition, withPartitionValues } from "../../parquet/partition.js";
import type { RewriteJob } from "./rewrite-job.js";

/**
 * `SELECT` of the columns of the new file over the rows that stay, ready for an ORDER BY that may also name `places`:
 * where a row stood, so that equals keep their order. `schema`: all columns the inputs may have.
 */
export function rewriteSql(
  job: Pick<RewriteJob, "schema" | "select" | "keep">,
  schema: TableSchema,
  columns: readonly Column[],
  inputs: readonly TableFile[],
): { readonly sql: string; readonly places: readonly string[] } {
  const all = uniteColumns(schema.columns, job.schema.columns);
  const { sql: scan, places } = filesSql(all, inputs);
  const value = (column: Column) => job.select?.(column) ?? identifier(column.name);
  if (job.keep === undefined) {
    const outputs = columns.map((column) => `${value(column)} AS ${identifier(column.name)}`);
    return { sql: `SELECT ${outputs.join(", ")} FROM (${scan})`, places };
  }
  // The condition is over the columns that `query` shows; the file's own have other names meanwhile.
  const outputs = columns.map((column, i) => `${value(column)} AS ${identifier(hidden(i))}`);
  const shown = viewColumns(schema).map(({ name, sql }) => `${sql} AS ${identifier(name)}`);
  const inner = `SELECT ${[...outputs, ...shown, ...places].join(", ")} FROM (${scan})`;
  const back = columns.map((column, i) => `${identifier(hidden(i))} AS ${identifier(column.name)}`);
  return { sql: `SELECT ${back.join(", ")} FROM (${inner}) WHERE (${job.keep}\n)`, places };
}

/** DuckDB's own columns: which file of the list, which row of the file. */
const PLACES = ["file_index", "file_row_number"].map((name) => ({ name, as: identifier(`\u2063${name}`) }));

/**
 * Rows that the condition is true for: SQL over the columns that `query` shows, and so are `columns` (their own names
 * are `c0` ...); "file" is the path of a row's file. By default that alone, as FILE_COLUMN.
 */
export function matchesSql(
  schema: TableSchema,
  files: readonly TableFile[],
  condition: string,
  columns?: readonly string[],
): string {
  const paths = files.map((file) => file.path);
  const foreign = files.find((file) => file.tags[CHECKSUM_TAG] === undefined);
  const shown = viewColumns(schema).map(({ name, sql }) => `${sql} AS ${identifier(name)}`);
  const scan = withPartitionValues(scanSql(schema.columns, paths, FILE_COLUMN), schema.columns, foreign);
  const inner = `SELECT ${[identifier(FILE_COLUMN), ...shown].join(", ")} FROM (${scan})`;
  const file = identifier(FILE_COLUMN);
  const wanted = columns?.map((sql, i) => `${sql === "file" ? file : sql} AS c${i}`).join(", ") ?? file;
  return `SELECT ${wanted} FROM (${inner}) WHERE (${condition}\n)`;
}

/** No event's key can be this one's name. */
export const FILE_COLUMN = "\u2063file";

/** All rows of the files; a column that a file does not have is NULL. */
export function scanSql(
  columns: readonly Column[],
  paths: readonly string[],
  fileColumn?: string,
  hasPlaces = false,
): string {
  const types = columns.map(
    (c) =>
      `${literal(c.name)}: {name: ${literal(c.name)}, type: ${literal(sqlType(c))}, default_value: NULL}`,
  );
  const names = [...columns.map((c) => c.name), ...(fileColumn === undefined ? [] : [fileColumn])].map(
    identifier,
  );
  if (hasPlaces) names.push(...PLACES.map(({ name, as }) => `${name} AS ${as}`));
  const filename = fileColumn === undefined ? "" : `, filename = ${literal(fileColumn)}`;
  return `SELECT ${names.join(", ")} FROM read_parquet([${paths.map(literal).join(", ")}], hive_partitioning = false, schema = MAP {${types.join(", ")}}${filename})`;
}

/** The same for files of one partition, whose value files of other engines do not have in themselves. */
function filesSql(
  columns: readonly Column[],
  files: readonly TableFile[],
): { readonly sql: string; readonly places: readonly string[] } {
  const { plain, groups } = splitByPartition(Object.keys(files[0]?.partition ?? {}), files);
  const pathsOf = (some: readonly TableFile[]) => some.map((file) => file.path);
  if (groups.length === 0) {
    const sql = scanSql(columns, pathsOf(plain), undefined, true);
    return { sql, places: PLACES.map(({ as }) => as) };
  }
  const parts = groups.map((group) =>
    withPartitionValues(scanSql(columns, pathsOf(group)), columns, group[0]),
  );
  if (plain.length > 0) parts.unshift(scanSql(columns, pathsOf(plain)));
  return { sql: parts.join(" UNION ALL "), places: [] };
}

function hidden(index: number): string {
  return `\u2063${index}`;
}

function uniteColumns(first: readonly Column[], second: readonly Column[]): Column[] {
  const known = new Set(first.map((column) => column.name.toLowerCase()));
  return [...first, ...second.filter((column) => !known.has(column.name.toLowerCase()))];
}
