/** A file of events as a table: a column a key, its type by all the values there are, not by a sample. */
import { Kind } from "../../event/summary.js";
import { identifier, literal } from "../../store/columns/names.js";
import { TEXT_COLUMN_KEYS } from "../../store/columns/types/first.js";
import type { QuerySession } from "../session.js";
import { isNanosecondsSql, isTimeSql, type TimeType } from "../sql/time-text.js";
import { apartKey } from "../values/apart.js";
import type { SplitKey } from "../values/scope.js";
import { type EventColumn, splitTable, type TypedKey } from "../values/split-table.js";
import type { Spool, SpooledKey } from "./spool.js";

const { null: NULL, boolean, integer, double, string, timestamp, nanoseconds, duplicate, bigNumber } = Kind;
/** Says nothing about the value itself. */
const MARKS = NULL | nanoseconds | duplicate;

/** SQL that reads events, and those of their keys that are in several columns. */
export interface EventTable {
  readonly sql: string;
  readonly splitKeys: readonly SplitKey[];
}

/**
 * How to read the events of `spool`. Keys with values of one type have it; those of several have the type of most, and
 * the others beside it, as in a store. Keys whose values are all RFC 3339 times with a zone are times, and `timestamp`
 * is when any of its values is: the others stand beside it.
 */
export async function eventTable(session: QuerySession, spool: Spool): Promise<EventTable> {
  if (spool.keys.length > 0) return tableOfEvents(session, spool);
  return { sql: emptyTableSql(["timestamp"]), splitKeys: [] };
}

async function tableOfEvents(session: QuerySession, spool: Spool): Promise<EventTable> {
  const keys = await withNumbersHeld(session, spool);
  const types = keys.map(typeOf);
  const ofTime = keys.filter((_, k) => types[k]!.startsWith("TIMESTAMP"));
  const refused = await refusedKeys(session, spool, ofTime);
  const texts = keys.filter((_, k) => types[k] === "VARCHAR");
  const plain = spool.form === "csv" ? await plainKeys(session, spool, texts) : new Map<string, string>();
  const times = await timeKeys(session, spool, texts);
  const columns = keys.map((key, k): EventColumn => {
    const { name, original = name } = key;
    const split = { key: name, original, type: "JSON", split: key };
    if (refused.has(name)) return { ...split, time: timeType(key) };
    const time = times.get(name);
    if (time?.hasOthers === true) return { ...split, time: time.type };
    if (types[k] !== "JSON") return { key: name, original, type: time?.type ?? plain.get(name) ?? types[k]! };
    const isTime = name === "timestamp" && (key.kinds & timestamp) !== 0;
    return isTime ? { ...split, time: timeType(key) } : split;
  });
  return splitTable({
    columns: withEvenTimes(columns),
    source: (wanted) => (needsPointers(spool.keys) ? pointersSql(spool, wanted) : columnsSql(spool, wanted)),
    rows: async (sql) => (await session.connection.runAndReadAll(sql)).getRowsJS(),
  });
}

/** Keys that differ only in case are text when not all of them are times of one type: they share a column. */
function withEvenTimes(columns: readonly EventColumn[]): readonly EventColumn[] {
  const types = new Map<string, Set<string>>();
  for (const { original, type, time = type } of columns) {
    const lower = original.toLowerCase();
    types.set(lower, (types.get(lower) ?? new Set()).add(time));
  }
  return columns.map((column) => {
    const { key, original, type, time = type } = column;
    const isMixed = key !== "timestamp" && types.get(original.toLowerCase())!.size > 1;
    return isMixed && /^(?:TIMESTAMP|DATE)/.test(time) ? { key, original, type: "VARCHAR" } : column;
  });
}

/** A table without rows that has the columns asked for: no events is no reason for a query to fail. */
export function emptyTableSql(columns: readonly string[]): string {
  return `SELECT ${columns.map((name) => `NULL::${name === "timestamp" ? "TIMESTAMPTZ" : "JSON"} AS ${identifier(name)}`).join(", ")} WHERE false`;
}

/** "JSON": a key to be split, where it is not one of objects and arrays alone. */
function typeOf({ name, kinds, apart }: SpooledKey): string {
  const values = kinds & ~MARKS;
  if (values === 0)
    return name === "timestamp" ? "TIMESTAMPTZ" : TEXT_COLUMN_KEYS.has(name) ? "VARCHAR" : "JSON";
  const isText = (values & ~(string | timestamp)) === 0;
  if (apart !== undefined || (TEXT_COLUMN_KEYS.has(name) && !isText)) return "JSON";
  if (name === "timestamp" && (values & timestamp) !== 0)
    return values === timestamp ? timeType({ kinds }) : "JSON";
  if (values === boolean) return "BOOLEAN";
  if (values === integer) return "BIGINT";
  if (values === double) return "DOUBLE";
  return isText ? "VARCHAR" : "JSON";
}

function timeType({ kinds }: Pick<SpooledKey, "kinds">): TimeType {
  return (kinds & nanoseconds) === 0 ? "TIMESTAMPTZ" : "TIMESTAMP_NS";
}

/**
 * The keys without `bigNumber`, which is seen of more numbers than stand apart: of large exponents, of zeros at the
 * end, within objects. Those that float64 holds are told from them by a pass over the file, should there be any.
 */
async function withNumbersHeld(session: QuerySession, spool: Spool): Promise<readonly SpooledKey[]> {
  const doubtful = spool.keys.filter(({ kinds }) => (kinds & bigNumber) !== 0);
  const held = await keysFor(
    session,
    doubtful,
    (_, path) => `count_if(json_type(json, ${path}) = 'DOUBLE') > 0`,
    objectsOf(spool),
  );
  const isHeld = new Set(held.map(({ name }) => name));
  return spool.keys.map((key) => ({
    ...key,
    kinds: (key.kinds & ~bigNumber) | (isHeld.has(key.name) ? double : 0),
  }));
}

/** Of keys of times, those with one that the type cannot hold. One pass over the file. */
async function refusedKeys(
  session: QuerySession,
  spool: Spool,
  keys: readonly SpooledKey[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const checks = keys.map((key) => {
    const value = `json->>${literal(pointer(key.name))}`;
    return `count_if(${value} IS NOT NULL AND TRY_CAST(${value} AS ${timeType(key)}) IS NULL)`;
  });
  const reader = await session.connection.runAndReadAll(
    `SELECT ${checks.join(", ")} FROM ${objectsOf(spool)}`,
  );
  const counts = reader.getRows()[0]!;
  return new Set(keys.filter((_, k) => counts[k] !== 0n).map((key) => key.name));
}

/** Rows looked at before a key of texts is read to its end. */
const LOOKED_AT_ROWS = 1000;

/**
 * Of keys of texts, those whose values are all times, with the type that loses nothing. Few keys need a pass over the
 * file.
 */
async function timeKeys(
  session: QuerySession,
  spool: Spool,
  keys: readonly SpooledKey[],
): Promise<ReadonlyMap<string, { readonly type: TimeType; readonly hasOthers: boolean }>> {
  const likely = await keysFor(
    session,
    keys,
    (text) => `coalesce(bool_and(${isTimeSql(text)}), true)`,
    `(FROM ${objectsOf(spool)} LIMIT ${LOOKED_AT_ROWS})`,
  );
  const times = await keysFor(session, likely, (text) => `bool_and(${isTimeSql(text)})`, objectsOf(spool));
  const exact = await keysFor(
    session,
    times,
    (text) => `coalesce(bool_or(${isNanosecondsSql(text)}), false)`,
    objectsOf(spool),
  );
  // A column has one type, and that of nanoseconds reaches from 1677 to 2262: Go's zero time stands beside it.
  const beyond = await keysFor(
    session,
    exact,
    (text) => `bool_or(${text} IS NOT NULL AND TRY_CAST(${text} AS TIMESTAMP_NS) IS NULL)`,
    objectsOf(spool),
  );
  return new Map(
    times.map((key) => [
      key.name,
      { type: exact.includes(key) ? "TIMESTAMP_NS" : "TIMESTAMPTZ", hasOthers: beyond.includes(key) },
    ]),
  );
}

/**
 * Of a table of text, keys whose values are all `true` or `false`, all ISO 8601 dates, or all such times without a
 * zone.
 */
async function plainKeys(
  session: QuerySession,
  spool: Spool,
  keys: readonly SpooledKey[],
): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  for (const { type, pattern } of PLAIN_TYPES) {
    // An empty cell is NULL, and says nothing of the others.
    const isOne = (text: string) =>
      `CASE WHEN ${text} IS NOT NULL THEN regexp_full_match(${text}, ${literal(pattern)}) AND TRY_CAST(${text} AS ${type}) IS NOT NULL END`;
    const source = `(FROM ${objectsOf(spool)} LIMIT ${LOOKED_AT_ROWS})`;
    const likely = await keysFor(session, keys, (text) => `coalesce(bool_and(${isOne(text)}), true)`, source);
    const found = await keysFor(session, likely, (text) => `bool_and(${isOne(text)})`, objectsOf(spool));
    for (const { name } of found) types.set(name, type);
  }
  return types;
}

const PLAIN_TYPES = [
  { type: "BOOLEAN", pattern: "true|false" },
  { type: "DATE", pattern: "\\d{4}-\\d\\d-\\d\\d" },
  { type: "TIMESTAMP", pattern: "\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?" },
] as const;

/** Those of the keys for which an aggregate over their texts is true. */
async function keysFor(
  session: QuerySession,
  keys: readonly SpooledKey[],
  aggregate: (text: string, path: string) => string,
  source: string,
): Promise<readonly SpooledKey[]> {
  if (keys.length === 0) return [];
  const paths = keys.map((key) => literal(pointer(key.name)));
  const sums = paths.map((path) => aggregate(`json->>${path}`, path));
  const reader = await session.connection.runAndReadAll(`SELECT ${sums.join(", ")} FROM ${source}`);
  const [row] = reader.getRows();
  return keys.filter((_, k) => row?.[k] === true);
}

function columnsSql(spool: Spool, columns: readonly TypedKey[]): string {
  const bent = bentKeys(spool);
  const isBent = ({ key, type }: TypedKey) => type === "JSON" && bent.has(key);
  const apart = columns.filter(isBent).map(({ key }) => `${literal(apartKey(key, "json"))}: 'VARCHAR'`);
  const types = [...columns.map(({ key, type }) => `${literal(key)}: ${literal(type)}`), ...apart].join(", ");
  const source = `read_json(${literal(spool.path)}, hive_partitioning = false, ${options(spool)}, columns = {${types}})`;
  if (apart.length === 0 && columns.every(({ key, as }) => key === as)) return `SELECT * FROM ${source}`;
  const named = columns.map((column) => {
    const value = identifier(column.key);
    const sql = isBent(column)
      ? `COALESCE(${identifier(apartKey(column.key, "json"))}::JSON, ${value})`
      : value;
    return `${sql} AS ${identifier(column.as)}`;
  });
  return `SELECT ${named.join(", ")} FROM ${source}`;
}

function bentKeys({ keys }: Spool): ReadonlySet<string> {
  return new Set(keys.filter(({ isBent }) => isBent).map(({ name }) => name));
}

function objectsOf(spool: Spool): string {
  return `read_json_objects(${literal(spool.path)}, hive_partitioning = false, ${options(spool)})`;
}

function options(spool: Spool): string {
  return `format = 'newline_delimited', maximum_object_size = ${Math.max(2 * 1024 * 1024, spool.longestBytes + 16)}`;
}

/**
 * SQL ignores the case of names, and has none that is empty; DuckDB refuses an object that has a key twice.
 * Such events are read by JSON pointer, which takes the first of two.
 */
function needsPointers(keys: readonly SpooledKey[]): boolean {
  const lower = new Set(keys.map(({ name }) => name.toLowerCase()));
  const isOdd = ({ name, kinds }: SpooledKey) => name === "" || (kinds & duplicate) !== 0;
  return lower.size < keys.length || keys.some(isOdd);
}

function pointersSql(spool: Spool, columns: readonly TypedKey[]): string {
  const bent = bentKeys(spool);
  const expressions = columns.map(({ key, type, as }) => {
    const path = literal(pointer(key));
    const json = `NULLIF(json->${path}, 'null')`;
    const own = type === "JSON" ? json : `CAST(json->>${path} AS ${type})`;
    const apart = `CAST(json->>${literal(pointer(apartKey(key, "json")))} AS JSON)`;
    const value = type === "JSON" && bent.has(key) ? `COALESCE(${apart}, ${own})` : own;
    return `${value} AS ${identifier(as)}`;
  });
  return `SELECT ${expressions.join(", ")} FROM ${objectsOf(spool)}`;
}

/** RFC 6901. */
function pointer(key: string): string {
  return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
