import { CHECKSUM_TAG } from "../file/checksum.js";
import type { TableFile } from "../log/snapshot.js";
import { splitByPartition, withPartitionValues } from "../partition.js";
import { identifier, literal } from "../schema/names.js";
import type { Column, TableSchema } from "../schema/schema.js";
import { sqlType } from "../schema/shape.js";
import { viewColumns } from "../schema/view.js";
import type { RewriteJob } from "./rewrite-job.js";

/** `SELECT` of the columns of the new file over the rows that stay. `schema`: all columns the inputs may have. */
export function rewriteSql(
  job: Pick<RewriteJob, "schema" | "select" | "keep">,
  schema: TableSchema,
  columns: readonly Column[],
  inputs: readonly TableFile[],
): string {
  const all = uniteColumns(schema.columns, job.schema.columns);
  const scan = filesSql(all, inputs);
  const value = (column: Column) => job.select?.(column) ?? identifier(column.name);
  if (job.keep === undefined) {
    return `SELECT ${columns.map((column) => `${value(column)} AS ${identifier(column.name)}`).join(", ")} FROM (${scan})`;
  }
  // The condition is over the columns that `query` shows; the file's own have other names meanwhile.
  const outputs = columns.map((column, i) => `${value(column)} AS ${identifier(hidden(i))}`);
  const shown = viewColumns(schema).map(({ name, sql }) => `${sql} AS ${identifier(name)}`);
  const inner = `SELECT ${[...outputs, ...shown].join(", ")} FROM (${scan})`;
  const back = columns.map((column, i) => `${identifier(hidden(i))} AS ${identifier(column.name)}`);
  return `SELECT ${back.join(", ")} FROM (${inner}) WHERE (${job.keep}\n)`;
}

/** Rows that the condition is true for, with the path of their file in FILE_COLUMN: over the columns that `query` shows. */
export function matchesSql(schema: TableSchema, files: readonly TableFile[], condition: string): string {
  const paths = files.map((file) => file.path);
  const foreign = files.find((file) => file.tags[CHECKSUM_TAG] === undefined);
  const shown = viewColumns(schema).map(({ name, sql }) => `${sql} AS ${identifier(name)}`);
  const scan = withPartitionValues(scanSql(schema.columns, paths, FILE_COLUMN), schema.columns, foreign);
  const inner = `SELECT ${[identifier(FILE_COLUMN), ...shown].join(", ")} FROM (${scan})`;
  return `SELECT ${identifier(FILE_COLUMN)} FROM (${inner}) WHERE (${condition}\n)`;
}

/** No event's key can be this one's name. */
export const FILE_COLUMN = "\u2063file";

/** All rows of the files; a column that a file does not have is NULL. */
export function scanSql(columns: readonly Column[], paths: readonly string[], fileColumn?: string): string {
  const types = columns.map(
    (c) =>
      `${literal(c.name)}: {name: ${literal(c.name)}, type: ${literal(sqlType(c))}, default_value: NULL}`,
  );
  const names = [...columns.map((c) => c.name), ...(fileColumn === undefined ? [] : [fileColumn])];
  const filename = fileColumn === undefined ? "" : `, filename = ${literal(fileColumn)}`;
  return `SELECT ${names.map(identifier).join(", ")} FROM read_parquet([${paths.map(literal).join(", ")}], hive_partitioning = false, schema = MAP {${types.join(", ")}}${filename})`;
}

/** The same for files of one partition, whose value files of other engines do not have in themselves. */
function filesSql(columns: readonly Column[], files: readonly TableFile[]): string {
  const { plain, groups } = splitByPartition(Object.keys(files[0]?.partition ?? {}), files);
  const scan = (some: readonly TableFile[]) =>
    scanSql(
      columns,
      some.map((file) => file.path),
    );
  const parts = groups.map((group) => withPartitionValues(scan(group), columns, group[0]));
  if (plain.length > 0 || parts.length === 0) parts.unshift(scan(plain));
  return parts.join(" UNION ALL ");
}

function hidden(index: number): string {
  return `\u2063${index}`;
}

function uniteColumns(first: readonly Column[], second: readonly Column[]): Column[] {
  const known = new Set(first.map((column) => column.name.toLowerCase()));
  return [...first, ...second.filter((column) => !known.has(column.name.toLowerCase()))];
}
