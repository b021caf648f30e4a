/** Counts the values of new keys by class, where a key has several: what `majorityType` decides by. */
import { type EventFile, type KeySummary, longestObject } from "../events.js";
import { identifier, literal } from "../names.js";
import { storedKey, type TableSchema, TIMESTAMP_KEY } from "../schema.js";
import {
  CLASS_KINDS,
  CLASSES,
  type ClassCounts,
  majorityType,
  newCounts,
  TEXT_COLUMN_KEYS,
  type ValueClass,
} from "./first.js";
import type { ColumnType } from "./types.js";

/**
 * The keys with what their first columns are to be. One pass over the file, and only when a new key has values of
 * several classes. Where DuckDB refuses the file nothing is told: the careful way counts for itself.
 */
export async function withFirstTypes(
  file: EventFile | (() => Promise<EventFile>),
  keys: readonly KeySummary[],
  schema: TableSchema,
  rows: (sql: string) => Promise<unknown[][]>,
): Promise<readonly KeySummary[]> {
  const mixed = keys.filter((key) => isUndecided(key, schema));
  if (mixed.length === 0) return keys;
  const events = typeof file === "function" ? await file() : file;
  const types = await countedTypes(readJsonSql(events, mixed), mixed, rows).catch(() => undefined);
  if (types === undefined) return keys;
  return keys.map((key) => {
    const first = types.get(key.name);
    return first === undefined ? key : { ...key, first };
  });
}

function isUndecided({ name, kinds }: KeySummary, schema: TableSchema): boolean {
  const key = storedKey(schema, name);
  if (key === TIMESTAMP_KEY.key || TEXT_COLUMN_KEYS.has(key) || schema.byKey.has(key)) return false;
  return hasSeveralClasses(kinds);
}

/**
 * Whether the values are counted. Not those of a key of numbers: one with fractions begins as DOUBLE, and `compact`
 * counts them.
 */
export function hasSeveralClasses(kinds: number): boolean {
  return CLASSES.filter((one) => (kinds & CLASS_KINDS[one]) !== 0).length > 1;
}

/** A key with values of several classes, and values of it that are not in what is counted. */
export interface MixedKey {
  readonly name: string;
  readonly further?: Partial<ClassCounts>;
}

/** The types of most values of keys that `source` has as JSON, by their names. */
export async function countedTypes(
  source: string,
  keys: readonly MixedKey[],
  rows: (sql: string) => Promise<unknown[][]>,
): Promise<ReadonlyMap<string, ColumnType>> {
  // One aggregate a key: DuckDB 1.5 plans many over one column in time that grows with the square of their number.
  const counted = keys.map(({ name }) => `to_json(histogram(json_type(${identifier(name)})))::VARCHAR`);
  const [found = []] = await rows(`SELECT ${counted.join(", ")} FROM ${source}`);
  const types = new Map<string, ColumnType>();
  for (const [k, { name, further = {} }] of keys.entries()) {
    const ofTypes = (JSON.parse(String(found[k] ?? null)) ?? {}) as Readonly<Record<string, number>>;
    const counts = newCounts();
    for (const one of COUNTED)
      counts[one] = JSON_TYPES[one].reduce((sum, type) => sum + (ofTypes[type] ?? 0), further[one] ?? 0);
    const type = majorityType(counts);
    if (type !== undefined) types.set(name, type);
  }
  return types;
}

/** SQL. DuckDB 1.5 makes comparisons of `IN`, which it plans in time that grows with the square of their number. */
export function isOneOfSql(sql: string, texts: readonly string[]): string {
  const [only] = texts;
  return texts.length === 1
    ? `${sql} = ${literal(only!)}`
    : `list_contains([${texts.map(literal).join(", ")}], ${sql})`;
}

const COUNTED = [...CLASSES, "fraction"] as const;

const JSON_TYPES: Readonly<Record<ValueClass | "fraction", readonly string[]>> = {
  text: ["VARCHAR"],
  number: ["BIGINT", "UBIGINT", "HUGEINT", "DOUBLE"],
  boolean: ["BOOLEAN"],
  json: ["OBJECT", "ARRAY"],
  fraction: ["DOUBLE"],
};

function readJsonSql(file: EventFile, keys: readonly KeySummary[]): string {
  const columns = keys.map(({ name }) => `${literal(name)}: 'JSON'`).join(", ");
  return `read_json(${literal(file.path)}, format = 'newline_delimited', hive_partitioning = false, maximum_object_size = ${longestObject(file.commits)}, columns = {${columns}})`;
}
