/** How a table is partitioned: always by the UTC day of its events, by further text columns if its maker said so. */
import { createHash } from "node:crypto";
import { failure } from "../../base/errors/index.js";
import { Kind } from "../../event/summary.js";
import { sqlType } from "../columns/columns-sql.js";
import { identifier, literal } from "../columns/names.js";
import { type Column, evolve, PARTITION_COLUMN, type TableSchema } from "../columns/schema.js";
import { commitWith, schemaActions } from "../delta/commit.js";
import type { TableFile, TableLog } from "../delta/snapshot.js";
import { CHECKSUM_TAG } from "./checksum.js";

export type PartitionValues = Readonly<Record<string, string | null>>;

/**
 * The columns of `date,service`. Throws usage.bad-value for a list without `date`, or with a name twice.
 *
 * ```ts
 * parsePartitionBy("date, service", "--partition-by");      // ["date", "service"]
 * ```
 */
export function parsePartitionBy(text: string, option: string): string[] {
  const keys = text.split(",").map((key) => key.trim());
  const refuse = (reason: string) =>
    failure("usage.bad-value", { option, value: text, reason, hint: "write it like date or date,service" });
  if (keys.includes("")) throw refuse("a name is empty");
  if (keys.includes("timestamp")) throw refuse("the day of timestamp is `date`");
  if (!keys.includes(PARTITION_COLUMN)) throw refuse("every table is partitioned by date");
  if (new Set(keys.map((key) => key.toLowerCase())).size < keys.length) throw refuse("a name is there twice");
  return keys;
}

/**
 * Makes the table with these keys as partitions, unless it is there. Throws store.other-partitions when it is there
 * with others: a table keeps its partitions.
 */
export async function createPartitioned(
  log: TableLog,
  keys: readonly string[],
  nowMs: number,
): Promise<void> {
  await commitWith(log, (snapshot) => {
    if (snapshot.metadata !== undefined) return undefined;
    const seen = keys.filter((key) => key !== PARTITION_COLUMN).map((name) => ({ name, kinds: Kind.string }));
    const schema = evolve(snapshot.schema, seen, Number.POSITIVE_INFINITY);
    const partitionBy = columnNames(schema, keys);
    const actions = schemaActions(snapshot, schema, nowMs).map((action) =>
      action.metaData === undefined
        ? action
        : { metaData: { ...action.metaData, partitionColumns: partitionBy } },
    );
    const operationParameters = { mode: "ErrorIfExists", partitionBy: JSON.stringify(partitionBy) };
    const info = { timestamp: nowMs, operation: "CREATE TABLE", operationParameters, engineInfo: "logpipe" };
    return [{ commitInfo: info }, ...actions];
  });
  const { metadata, schema } = await log.refresh();
  const actual = metadata?.partitionColumns ?? [];
  if (JSON.stringify(actual) === JSON.stringify(columnNames(schema, keys))) return;
  throw failure("store.other-partitions", {
    path: log.directory,
    actual: actual.join(","),
    asked: keys.join(","),
  });
}

function columnNames(schema: TableSchema, keys: readonly string[]): string[] {
  return keys.map((key) =>
    key === PARTITION_COLUMN
      ? key
      : (schema.byKey.get(key)?.find(({ type }) => type === "string")?.name ?? key),
  );
}

/**
 * Files of other engines have the values of their partition in the log only: such files by partition, and the others.
 */
export function splitByPartition(
  partitionColumns: readonly string[] | undefined,
  files: readonly TableFile[],
): { readonly plain: readonly TableFile[]; readonly groups: readonly (readonly TableFile[])[] } {
  if (partitionColumns?.every((name) => name === PARTITION_COLUMN) !== false)
    return { plain: files, groups: [] };
  const plain: TableFile[] = [];
  const groups = new Map<string, TableFile[]>();
  for (const file of files) {
    const key = isOurs(file) ? "" : JSON.stringify(file.partition);
    const group = key === "" ? plain : (groups.get(key) ?? []);
    group.push(file);
    if (key !== "") groups.set(key, group);
  }
  return { plain, groups: [...groups.values()] };
}

function isOurs(file: TableFile): boolean {
  return file.tags[CHECKSUM_TAG] !== undefined;
}

/** `sql` selects `columns` from files of one partition. Columns that the files lack get their value from the log. */
export function withPartitionValues(
  sql: string,
  columns: readonly Column[],
  file: TableFile | undefined,
): string {
  if (file === undefined || isOurs(file)) return sql;
  const { partition } = file;
  const replaced = columns.flatMap((column) => {
    const value = Object.hasOwn(partition, column.name) ? partition[column.name] : null;
    if (value === null || value === undefined || value === "") return [];
    const name = identifier(column.name);
    return [`coalesce(${name}, CAST(${literal(value)} AS ${sqlType(column)})) AS ${name}`];
  });
  return replaced.length === 0 ? sql : `SELECT * REPLACE (${replaced.join(", ")}) FROM (${sql})`;
}

/** Hive's spelling of a partition as a path in the file system, `date=2026-11-21/service=a%2Fb`. */
export function partitionDirectory(values: PartitionValues): string {
  return Object.entries(values)
    .map(([name, value]) => `${hive(name)}=${shortened(hive(value))}`)
    .join("/");
}

/** A path in the file system, relative to the table, as it stands in the log: URL-encoded. */
export function encodedPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/").replaceAll("%3D", "=");
}

function hive(text: string | null): string {
  if (text === null || text === "") return "__HIVE_DEFAULT_PARTITION__";
  return text
    .replace(/[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^]/g, escapeByte)
    .replace(/^\.+$/, (dots) => dots.replaceAll(".", "%2E"));
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** File systems have 255 bytes for a name. The value itself is in the log. */
const LONGEST_BYTES = 180;

function shortened(text: string): string {
  if (Buffer.byteLength(text) <= LONGEST_BYTES) return text;
  const start = Buffer.from(text)
    .subarray(0, LONGEST_BYTES - 40)
    .toString("utf8")
    .replace(/[\ufffd%]+.{0,2}$/, "");
  return `${start}~${createHash("md5").update(text).digest("hex")}`;
}
