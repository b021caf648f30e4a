/**
 * The SQL that turns NDJSON into the table's columns, used alike by flush and query. Keys and types come from the
 * summaries of the commits, so DuckDB never guesses: `read_json` gets explicit columns.
 */
import { Kind } from "../../event/summary.js";
import {
  type EventFile,
  type KeySummary,
  keysOf,
  longestObject,
  type ObservedRange,
  observedRanges,
} from "./events.js";
import { identifier, literal } from "./names.js";
import { fittingSql, otherSql, type Preference, preferredColumn, withPreferred } from "./preferred.js";
import {
  type Column,
  columnFor,
  NANOSECONDS,
  PLACED_KINDS,
  storedKey,
  type TableSchema,
  TIMESTAMP_KEY,
} from "./schema.js";
import { structSql } from "./structs.js";
import type { ColumnType } from "./types/types.js";

/** How a file of events becomes rows. */
export interface TableShape {
  /** Columns that the rows have, in the order of `sql`. Columns of the schema that are not here are NULL. */
  readonly columns: readonly Column[];
  /** `SELECT ... FROM read_json(...)` without a semicolon. */
  readonly sql: string;
  /** Values that are not null each key must yield over all its columns; keys where nulls may be are left out. */
  readonly expected: readonly { readonly columns: readonly Column[]; readonly count: number }[];
  /** Rows must be read in the order of the file: their numbers decide a value. */
  readonly needsOrder: boolean;
}

const SQL_TYPES: Readonly<Record<Exclude<ColumnType, "struct">, string>> = {
  integer: "BIGINT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  string: "VARCHAR",
  json: "VARCHAR",
  number: "VARCHAR",
  escaped: "VARCHAR",
  timestamp: "TIMESTAMP WITH TIME ZONE",
};

/** The type that DuckDB has for a column. */
export function sqlType(column: Column): string {
  return column.type === "struct" ? structSql(column.fields!) : SQL_TYPES[column.type];
}

/**
 * Why the fast way cannot be taken, or the shape. `schema` has room for all keys (see `evolve`). With `usesStructs`
 * objects go to the struct columns they fit, else all of them to the JSON columns.
 */
export function fastShape(file: EventFile, schema: TableSchema, usesStructs = false): TableShape | string {
  const keys = keysOf(file.commits);
  const reason = obstacle(keys, schema, usesStructs);
  if (reason !== undefined) return reason;
  const timestampKey = keys.find((key) => key.name === TIMESTAMP_KEY.key);
  const reads: Read[] = [timestampRead(file, timestampKey)];
  for (const key of keys) {
    if (key.name !== TIMESTAMP_KEY.key && (key.kinds & ~Kind.null) !== 0)
      reads.push(valueRead(key, schema, usesStructs));
  }
  const outputs = reads.flatMap((read) => read.outputs);
  const needsRows = outputs.some((output) => output.expression.includes(identifier(ROW)));
  const events = readJson(file, reads);
  const source = needsRows ? `(SELECT *, row_number() OVER () AS ${identifier(ROW)} FROM ${events})` : events;
  return {
    columns: outputs.map((output) => output.column),
    sql: `SELECT ${outputs.map(aliased).join(", ")} FROM ${withPreferred(
      source,
      reads.flatMap((read) => read.preference ?? []),
    )}`,
    expected: reads.flatMap((read) => read.expected ?? []),
    needsOrder: needsRows,
  };
}

interface Output {
  readonly column: Column;
  readonly expression: string;
}

interface Read {
  readonly key: string;
  /** The type asked of read_json. */
  readonly type: string;
  readonly outputs: readonly Output[];
  readonly expected?: TableShape["expected"][number];
  readonly preference?: Preference;
}

/** Name of the row number beside the events' own keys. */
const ROW = "\u2063row";

/** What DuckDB's reader would lose or refuse; the careful way reads these. */
function obstacle(
  keys: readonly KeySummary[],
  schema: TableSchema,
  usesStructs: boolean,
): string | undefined {
  const lower = new Set<string>();
  const stored = new Set<string>();
  for (const { name, kinds } of keys) {
    const key = storedKey(schema, name);
    if (stored.has(key)) return "two names of one key";
    stored.add(key);
    if (name === "" || /[\u0000\ud800-\udfff]/u.test(name)) return "a key that DuckDB cannot name";
    if (lower.has(name.toLowerCase())) return "keys that differ only in case";
    lower.add(name.toLowerCase());
    if ((kinds & Kind.duplicate) !== 0) return "an event with a key twice";
    if ((kinds & Kind.bigNumber) !== 0) return "a number beyond 64 bits";
    if (name === TIMESTAMP_KEY.key && (kinds & ~(Kind.timestamp | Kind.nanoseconds | Kind.null)) !== 0)
      return "an odd timestamp";
    const columns = schema.byKey.get(key) ?? [];
    const preferred = preferredColumn(columns, kinds, usesStructs);
    const mayFit = (kind: number) =>
      preferred?.isSet === true || (preferred !== undefined && kind === Kind.object);
    const isPlaced = (kind: number) => mayFit(kind) || columnFor(columns, kind) !== undefined;
    if (PLACED_KINDS.some((kind) => (kinds & kind) !== 0 && !isPlaced(kind))) return "too many keys";
  }
  return undefined;
}

function timestampRead(file: EventFile, key: KeySummary | undefined): Read {
  const column = identifier(TIMESTAMP_KEY.key);
  const kinds = key?.kinds ?? 0;
  const mayBeAbsent = (key?.count ?? 0) < file.events || (kinds & Kind.null) !== 0;
  const hasNanoseconds = (kinds & Kind.nanoseconds) !== 0;
  const parsed = hasNanoseconds ? `${column}::TIMESTAMPTZ` : column;
  const expression = mayBeAbsent
    ? `COALESCE(${parsed}, ${observedSql(observedRanges(file.commits))})`
    : parsed;
  const outputs: Output[] = [{ column: TIMESTAMP_KEY, expression }];
  if (hasNanoseconds) outputs.push({ column: NANOSECONDS, expression: nanosecondsSql(column) });
  const expected = { columns: [TIMESTAMP_KEY], count: file.events };
  return { key: TIMESTAMP_KEY.key, type: hasNanoseconds ? "VARCHAR" : "TIMESTAMPTZ", outputs, expected };
}

/** Digits seven to nine of the fraction, where there are any. */
function nanosecondsSql(column: string): string {
  const digits = `regexp_extract(${column}, '\\.[0-9]{6}([0-9]{1,3})', 1)`;
  return `NULLIF(TRY_CAST(rpad(${digits}, 3, '0') AS BIGINT), 0)`;
}

export function observedSql(ranges: readonly ObservedRange[]): string {
  const time = (range: ObservedRange) => `make_timestamp(${range.micros}::BIGINT)`;
  if (ranges.length <= 1) return `${time(ranges[0] ?? { lastRow: 0, micros: 0 })}::TIMESTAMPTZ`;
  const cases = ranges
    .slice(0, -1)
    .map((range) => `WHEN ${identifier(ROW)} <= ${range.lastRow} THEN ${time(range)}`);
  return `(CASE ${cases.join(" ")} ELSE ${time(ranges.at(-1)!)} END)::TIMESTAMPTZ`;
}

function valueRead(key: KeySummary, schema: TableSchema, usesStructs: boolean): Read {
  const columns = schema.byKey.get(storedKey(schema, key.name))!;
  const preferred = preferredColumn(columns, key.kinds, usesStructs);
  const others = preferred === undefined ? columns : columns.filter((column) => column !== preferred);
  const kinds = PLACED_KINDS.filter((kind) => (key.kinds & kind) !== 0);
  const targets = new Map<Column, number>();
  for (const kind of kinds) {
    const column = columnFor(others, kind);
    if (column !== undefined) targets.set(column, (targets.get(column) ?? 0) | kind);
  }
  const all = [...(preferred === undefined ? [] : [preferred]), ...targets.keys()];
  const expected = (key.kinds & Kind.null) === 0 ? { expected: { columns: all, count: key.count } } : {};
  const name = identifier(key.name);
  if (preferred !== undefined) {
    const outputs = [...targets].map(([column, bits]) => ({
      column,
      expression: otherSql(preferred, splitSql(name, column, bits)),
    }));
    const preference = { column: preferred, json: name };
    const read = { key: key.name, type: "JSON", preference, ...expected };
    return { ...read, outputs: [{ column: preferred, expression: fittingSql(preferred) }, ...outputs] };
  }
  const isOfNumbers = all.every(({ type }) => type === "integer" || type === "double");
  if (targets.size > 1 && isOfNumbers) {
    const outputs = all.map((column) => ({ column, expression: numbersSql(name, column.type) }));
    return { key: key.name, type: "VARCHAR", outputs, ...expected };
  }
  if (targets.size > 1) {
    const outputs = all.map((column) => ({
      column,
      expression: splitSql(name, column, targets.get(column)!),
    }));
    return { key: key.name, type: "JSON", outputs, ...expected };
  }
  const column = all[0]!;
  const type = column.type === "json" ? "JSON" : sqlType(column);
  const expression = column.type === "json" ? `${name}::VARCHAR` : name;
  return { key: key.name, type, outputs: [{ column, expression }], ...expected };
}

/**
 * Of a key of numbers read as text, the whole ones or the others: DuckDB writes these with a point or an exponent.
 * Cost: half of what it takes to split JSON.
 */
export function numbersSql(name: string, type: ColumnType): string {
  const isFraction = `(contains(${name}, '.') OR contains(${name}, 'e'))`;
  return type === "integer"
    ? `CASE WHEN NOT ${isFraction} THEN ${name}::BIGINT END`
    : `CASE WHEN ${isFraction} THEN ${name}::DOUBLE END`;
}

/** Of a key read as JSON, the values of the kinds that belong to the column. */
function splitSql(name: string, column: Column, kinds: number): string {
  const types = JSON_TYPES.filter(([kind]) => (kinds & kind) !== 0).flatMap(([, names]) => names);
  const value =
    column.type === "json"
      ? `${name}::VARCHAR`
      : column.type === "string"
        ? `${name}->>'$'`
        : `${name}::${sqlType(column)}`;
  return `CASE WHEN json_type(${name}) IN (${types.map(literal).join(", ")}) THEN ${value} END`;
}

const JSON_TYPES: readonly (readonly [number, readonly string[]])[] = [
  [Kind.boolean, ["BOOLEAN"]],
  [Kind.integer, ["BIGINT", "UBIGINT"]],
  [Kind.double, ["DOUBLE"]],
  [Kind.string | Kind.timestamp, ["VARCHAR"]],
  [Kind.object, ["OBJECT"]],
  [Kind.array, ["ARRAY"]],
];

function aliased({ column, expression }: Output): string {
  return `${expression} AS ${identifier(column.name)}`;
}

function readJson(file: EventFile, reads: readonly Read[]): string {
  const columns = reads.map((read) => `${literal(read.key)}: ${literal(read.type)}`).join(", ");
  return `read_json(${literal(file.path)}, format = 'newline_delimited', hive_partitioning = false, maximum_object_size = ${longestObject(file.commits)}, columns = {${columns}})`;
}
