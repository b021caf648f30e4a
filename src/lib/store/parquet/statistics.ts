import type { Column } from "../columns/schema.js";
import { firstLeaf } from "../columns/structs.js";
import type { Statistics } from "../delta/actions.js";

/** What DuckDB says of one column of a file it wrote (`RETURN_STATS`). */
export interface ColumnStatistics {
  readonly min: string | undefined;
  readonly max: string | undefined;
  readonly hasNan: boolean;
  readonly nullCount: number;
  readonly valueCount: number;
}

/** Between the names of a struct and its fields; in no name of ours. */
const NESTED = "\u0000";

/**
 * Column name to statistics, from the MAP that COPY ... (RETURN_STATS) returns, as JSON. Leaves of structs are under
 * their names joined by U+0000.
 */
export function readStatistics(value: unknown): Map<string, ColumnStatistics> {
  const columns = new Map<string, ColumnStatistics>();
  for (const { key, value: facts } of value as MapEntry<MapEntry<string>[]>[]) {
    const fact = new Map(facts.map((entry) => [entry.key, entry.value]));
    const names = [...key.matchAll(/"((?:[^"]|"")*)"/g)].map((match) => match[1]!.replaceAll('""', '"'));
    columns.set(names.join(NESTED), {
      min: fact.get("min"),
      max: fact.get("max"),
      hasNan: fact.get("has_nan") === "true",
      nullCount: Number(fact.get("null_count") ?? 0),
      valueCount: Number(fact.get("num_values") ?? 0),
    });
  }
  return columns;
}

interface MapEntry<T> {
  readonly key: string;
  readonly value: T;
}

/** Values that are not null, over all the columns. */
export function countValues(
  statistics: ReadonlyMap<string, ColumnStatistics>,
  columns: readonly Column[],
): number {
  let count = 0;
  for (const column of columns) {
    const found = statistics.get(statisticsName(column));
    count += found === undefined ? 0 : found.valueCount - found.nullCount;
  }
  return count;
}

/** What stands for the values of a column: of a struct its first leaf, which is never null (see `withStructs`). */
function statisticsName(column: Column): string {
  return column.type === "struct" ? [column.name, ...firstLeaf(column.fields!)].join(NESTED) : column.name;
}

/** `add.stats` of a file: "Per-file Statistics" of PROTOCOL.md. Bounds may be wider than the values, never narrower. */
export function deltaStatistics(
  rows: number,
  columns: readonly Column[],
  statistics: ReadonlyMap<string, ColumnStatistics>,
): Statistics {
  // Not written key by key into objects: a column may be called `__proto__`.
  const minValues: [string, unknown][] = [];
  const maxValues: [string, unknown][] = [];
  const nullCount: [string, number][] = [];
  for (const column of columns) {
    const found = statistics.get(column.name);
    if (found === undefined) continue;
    nullCount.push([column.name, found.nullCount]);
    const bounds = boundsOf(column, found);
    if (bounds === undefined) continue;
    minValues.push([column.name, bounds[0]]);
    maxValues.push([column.name, bounds[1]]);
  }
  return {
    numRecords: rows,
    minValues: Object.fromEntries(minValues),
    maxValues: Object.fromEntries(maxValues),
    nullCount: Object.fromEntries(nullCount),
  };
}

function boundsOf(column: Column, { min, max, hasNan }: ColumnStatistics): [unknown, unknown] | undefined {
  if (min === undefined || max === undefined) return undefined;
  switch (column.type) {
    case "integer":
      return Number.isSafeInteger(Number(min)) && Number.isSafeInteger(Number(max))
        ? [Number(min), Number(max)]
        : undefined;
    case "double":
      return !hasNan && Number.isFinite(Number(min)) && Number.isFinite(Number(max))
        ? [Number(min), Number(max)]
        : undefined;
    case "string":
      return [prefix(min), isCut(max) ? `${prefix(max)}\u{10ffff}` : max];
    case "timestamp":
      return timestampBounds(min, max);
    default:
      return undefined;
  }
}

const LONGEST_BOUND = 32;

function prefix(text: string): string {
  return isCut(text) ? [...text].slice(0, LONGEST_BOUND).join("") : text;
}

function isCut(text: string): boolean {
  return text.length > LONGEST_BOUND && [...text].length > LONGEST_BOUND;
}

/** The log's timestamps have milliseconds: the lower bound is cut, the upper one rounded up. */
function timestampBounds(min: string, max: string): [string, string] | undefined {
  const low = microsOf(min);
  const high = microsOf(max);
  if (low === undefined || high === undefined) return undefined;
  const iso = (ms: number) => new Date(ms).toISOString();
  return [iso(Math.floor(low / 1000)), iso(Math.ceil(high / 1000))];
}

/**
 * Microseconds since the epoch of `2023-11-14 22:13:20.5+00`, as DuckDB prints it; undefined for years beyond 0-9999.
 */
export function microsOf(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/.exec(text);
  if (match === null) return undefined;
  return Date.parse(`${match[1]}T${match[2]}Z`) * 1000 + Number((match[3] ?? "").padEnd(6, "0"));
}
