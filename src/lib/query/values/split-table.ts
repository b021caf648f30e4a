// Enter here: keys whose values are of several types.
/** Keys of a file of events whose values are of several types, in columns as a store has them. */

import { table } from "../../base/table.js";
import { Kind } from "../../event/summary.js";
import { numbersSql } from "../../store/columns/columns-sql.js";
import { identifier } from "../../store/columns/names.js";
import {
  type Column,
  columnFor,
  evolve,
  schemaOf,
  type TableSchema,
  TIMESTAMP_KEY,
} from "../../store/columns/schema.js";
import { type KeyNames, keyNames } from "../../store/columns/spellings/shown.js";
import { StoredNames } from "../../store/columns/spellings/stored.js";
import { countedTypes, hasSeveralClasses, isOneOfSql } from "../../store/columns/types/count.js";
import { firstType, TEXT_COLUMN_KEYS } from "../../store/columns/types/first.js";
import {
  type ColumnType,
  ESCAPED,
  ESCAPED_WITHIN,
  WIDE_FRACTION,
  WIDE_WHOLE,
} from "../../store/columns/types/types.js";
import {
  type KeyColumns,
  SYSTEM_NAMES,
  sharedColumn,
  type ViewColumn,
  viewColumns,
} from "../../store/columns/view.js";
import { type TimeType, timeSql } from "../sql/time-text.js";
import type { SpooledKey } from "../tables/spool.js";
import { apartKey } from "./apart.js";
import { type SplitKey, splitKeysOf } from "./scope.js";

export interface EventColumn {
  readonly key: string;
  /** The key as it stands in the events: the other one may stand for it. */
  readonly original: string;
  /** DuckDB's; "JSON" for a key that is split. */
  readonly type: string;
  readonly split?: SplitSource;
  /** Of a split key: its column has times of this type, and all else is beside it. */
  readonly time?: TimeType;
}

export type SplitSource = SpooledKey;

/** A key to be read as a column. */
export interface TypedKey {
  readonly key: string;
  readonly type: string;
  readonly as: string;
}

export interface SplitJob {
  readonly columns: readonly EventColumn[];
  /** SQL that reads keys. */
  readonly source: (wanted: readonly TypedKey[]) => string;
  readonly rows: (sql: string) => Promise<unknown[][]>;
}

/** SQL with a column a key, and the siblings behind them. */
export async function splitTable({ columns, source, rows }: SplitJob): Promise<{
  readonly sql: string;
  readonly splitKeys: readonly SplitKey[];
}> {
  const names = namesOf(columns);
  const named = columns.map((column) => ({ ...column, as: names.exact.get(column.original)! }));
  const read = named.map(({ key, type, as, split: own }): TypedKey => {
    const isText = own !== undefined && isOfNumbers(own);
    return { key, type: isText ? "VARCHAR" : type, as };
  });
  const split = named.filter(isMixed);
  const apart = split.flatMap(({ as, split: { name, apart: counts } }) =>
    counts === undefined
      ? []
      : (["number", "escaped"] as const).map(
          (type): TypedKey => ({ key: apartKey(name, type), type: "VARCHAR", as: apartKey(as, type) }),
        ),
  );
  const counted = split.filter(({ split: own, time }) => time === undefined && !isOfNumbers(own));
  const types = await firstTypes(source(read), counted, rows);
  const { schema, plain } = splitSchema(named, split, types);
  const view = viewColumns(withoutEventTime(schema)).filter(
    ({ columns: [column] }) => !plain.has(column!.name),
  );
  const stored = split.flatMap((column) => storedSql(schema.byKey.get(column.as)!, column));
  const kept = [...plain.keys()].map(identifier);
  const inner =
    split.length === 0
      ? source(read)
      : `SELECT ${[...kept, ...stored].join(", ")} FROM (${withKinds(source([...read, ...apart]), split)})`;
  const all = shownColumns(named, names, { schema, plain, view });
  const splitKeys = splitKeysOf(all);
  if (split.length === 0 && splitKeys.length === 0) return { sql: inner, splitKeys };
  const selected = all.map(({ name, sql }) => `${sql} AS ${identifier(name)}`);
  return { sql: `SELECT ${selected.join(", ")} FROM (${inner})`, splitKeys };
}

interface SplitSchema {
  readonly schema: TableSchema;
  /** Columns of keys that need one, by name. */
  readonly plain: ReadonlyMap<string, Column>;
}

/** A column a key in the order of the keys, one more for keys that share a name, and the siblings behind them. */
function shownColumns(
  named: readonly NamedColumn[],
  names: KeyNames,
  { schema, plain, view }: SplitSchema & { readonly view: readonly ViewColumn[] },
): readonly ViewColumn[] {
  const shown = new Map(view.map((column) => [column.name, column]));
  const viewOf = new Map(
    view.flatMap((column) => (column.columns.length === 1 ? [[column.columns[0]!, column] as const] : [])),
  );
  const ofKeys = new Map(
    named.map((column): [string, KeyColumns] => {
      const own = plain.get(column.as);
      const found =
        own === undefined
          ? keyColumns(column, shown.get(column.as)!, viewOf, schema.byKey.get(column.as)!)
          : keyColumns(column, plainView(column, own), viewOf, []);
      return [column.original, found];
    }),
  );
  const outputs = named.flatMap(({ original }): ViewColumn[] => {
    const [own] = ofKeys.get(original)!.view;
    const keys = names.shared.get(original) ?? [];
    if (keys[0] !== original) return [own!];
    const shared = keys.map((key) => ofKeys.get(key)!);
    return [sharedColumn(original, shared), own!];
  });
  const own = new Set(named.map(({ as }) => as));
  return [...outputs, ...view.filter(({ name }) => !own.has(name))];
}

/** Columns of the keys as a store would have them. */
function splitSchema(
  named: readonly NamedColumn[],
  split: readonly MixedColumn[],
  types: ReadonlyMap<string, ColumnType | undefined>,
): SplitSchema {
  const seen = split.map(({ as, split: own }) => ({ name: as, kinds: placedKinds(own) }));
  const plain = new Map(
    named.flatMap((column) => (isMixed(column) ? [] : [[column.as, plainColumn(column)] as const])),
  );
  const firsts = split.flatMap(({ as, split: own, time }) => {
    const type =
      time === undefined ? firstType(own.name, placedKinds(own), types.get(own.name)) : "timestamp";
    return type === undefined ? [] : [columnOf(as, type)];
  });
  // The names of the other keys are taken.
  const schema = evolve(schemaOf([...plain.values(), ...firsts]), seen, Number.POSITIVE_INFINITY);
  return { schema, plain };
}

/** `timestamp` is the time of an event, and no other key is. */
function namesOf(columns: readonly EventColumn[]): KeyNames {
  const isTime = (key: string) => key === TIMESTAMP_KEY.key;
  const keys = columns.map(({ original }) => original).filter((key) => !isTime(key));
  const fixed = [
    ...SYSTEM_NAMES,
    ...(columns.some(({ original }) => isTime(original)) ? [TIMESTAMP_KEY.key] : []),
  ];
  const taken = new Set(fixed);
  const names = new StoredNames(taken, keys);
  const stored = keys.map((key) => {
    const name = names.of(key);
    taken.add(name.toLowerCase());
    return { key, stored: name };
  });
  const found = keyNames(stored, fixed);
  return { ...found, exact: new Map([...found.exact, [TIMESTAMP_KEY.key, TIMESTAMP_KEY.key]]) };
}

/** What is shown of a key that is split, or is not. */
function keyColumns(
  { as, original: key }: NamedColumn,
  shown: ViewColumn,
  viewOf: ReadonlyMap<Column, ViewColumn>,
  stored: readonly Column[],
): KeyColumns {
  const { key: _, ...plain } = shown;
  const own = as === key ? plain : { ...plain, key };
  if (stored.length === 0) {
    const [column] = own.columns;
    const sql = own.type === "json" ? `${own.sql}::VARCHAR` : own.sql;
    return { key, view: [own], values: [{ column: column!, sql, name: as }] };
  }
  const siblings = stored.flatMap((column) => {
    const beside = viewOf.get(column);
    return beside === undefined || beside === shown ? [] : [beside];
  });
  const values = stored.map((column) => {
    const exact = siblings.find(({ columns }) => columns[0] === column);
    return { column, sql: identifier(column.name), name: exact?.name ?? as };
  });
  return { key, view: [own, ...siblings], values };
}

type NamedColumn = EventColumn & { readonly as: string };

type MixedColumn = NamedColumn & { readonly split: SplitSource };

/** Whether a key needs more than one column, or another type than its values have. */
function isMixed(column: NamedColumn): column is MixedColumn {
  const { split } = column;
  if (split === undefined) return false;
  if (column.time !== undefined || split.apart !== undefined || TEXT_COLUMN_KEYS.has(split.name)) return true;
  return hasSeveralClasses(split.kinds) || isOfNumbers(split);
}

/** Whether all values are numbers that a column of one type does not have all. */
function isOfNumbers({ name, kinds, apart }: SplitSource): boolean {
  return (
    apart === undefined &&
    !TEXT_COLUMN_KEYS.has(name) &&
    (kinds & ~(Kind.null | Kind.duplicate)) === (Kind.integer | Kind.double)
  );
}

/** Bits of the kinds that the values have, as a table has them. */
function placedKinds({ kinds, apart }: SplitSource): number {
  const plain = kinds & ~(Kind.timestamp | Kind.duplicate | Kind.nanoseconds);
  const texts = (kinds & Kind.timestamp) !== 0 ? Kind.string : 0;
  if (apart === undefined) return plain | texts;
  const { escaped, escapedWithin, wholeNumbers, otherNumbers } = apart;
  const whole = wholeNumbers > 0 ? Kind.bigNumber | WIDE_WHOLE : 0;
  const other = otherNumbers > 0 ? Kind.bigNumber | WIDE_FRACTION : 0;
  const text = escaped > 0 ? ESCAPED : 0;
  const within = escapedWithin > 0 ? ESCAPED | ESCAPED_WITHIN : 0;
  return plain | texts | whole | other | text | within;
}

async function firstTypes(
  source: string,
  split: readonly MixedColumn[],
  rows: SplitJob["rows"],
): Promise<ReadonlyMap<string, ColumnType | undefined>> {
  if (split.length === 0) return new Map();
  const keys = split.map(({ split: { apart }, as }) => ({
    name: as,
    further: {
      text: apart?.escaped ?? 0,
      json: apart?.escapedWithin ?? 0,
      number: (apart?.wholeNumbers ?? 0) + (apart?.otherNumbers ?? 0),
      fraction: apart?.otherNumbers ?? 0,
    },
  }));
  const types = await countedTypes(`(${source})`, keys, rows);
  return new Map(split.map(({ as, split: { name } }) => [name, types.get(as)]));
}

/**
 * SQL: the source with the JSON type of each key's values beside it. Where an expression names a column twice, DuckDB
 * 1.5 plans it in time that grows with the square of their number; and a plan asks each type once.
 */
function withKinds(source: string, split: readonly MixedColumn[]): string {
  const kinds = split.flatMap(({ as, split: own }) =>
    isOfNumbers(own) ? [] : [`json_type(${identifier(as)}) AS ${identifier(apartKey(as, "kind"))}`],
  );
  return kinds.length === 0 ? source : `SELECT *, ${kinds.join(", ")} FROM (${source})`;
}

/** SQL of each stored column of a key that is read as JSON. */
function storedSql(columns: readonly Column[], { as, split, time }: MixedColumn): string[] {
  const json = identifier(as);
  if (isOfNumbers(split))
    return columns.map((column) => `${numbersSql(json, column.type)} AS ${identifier(column.name)}`);
  const kind = identifier(apartKey(as, "kind"));
  const text = `CASE WHEN ${kind} = 'VARCHAR' THEN ${json}->>'$' END`;
  const asTime = time === undefined ? undefined : timeSql(`(${text})`, time);
  return columns.map((column) => {
    const types = JSON_TYPES.filter(([kind]) => columnFor(columns, kind) === column).flatMap(
      ([, all]) => all,
    );
    if (asTime !== undefined && column.type === "timestamp") return `${asTime} AS ${identifier(column.name)}`;
    if (asTime !== undefined && column.type === "string")
      return `CASE WHEN ${asTime} IS NULL THEN ${text} END AS ${identifier(column.name)}`;
    const value =
      column.type === "string" ? `${json}->>'$'` : `${json}::${SQL_TYPES[column.type] ?? "VARCHAR"}`;
    const when = isOneOfSql(kind, types);
    const isApart = column.type === "number" || column.type === "escaped";
    const sql = isApart
      ? identifier(apartKey(as, column.type as "number"))
      : types.length === 0
        ? `NULL::${SQL_TYPES[column.type] ?? "VARCHAR"}`
        : `CASE WHEN ${when} THEN ${value} END`;
    return `${sql} AS ${identifier(column.name)}`;
  });
}

const SQL_TYPES: Readonly<Record<string, string>> = table({
  integer: "BIGINT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
});

const JSON_TYPES: readonly (readonly [number, readonly string[]])[] = [
  [Kind.boolean, ["BOOLEAN"]],
  [Kind.integer, ["BIGINT", "UBIGINT"]],
  [Kind.double, ["DOUBLE"]],
  [Kind.string, ["VARCHAR"]],
  [Kind.object, ["OBJECT", "ARRAY"]],
];

function plainColumn({ as, type }: NamedColumn): Column {
  return columnOf(as, PLAIN_TYPES[type] ?? "timestamp");
}

function columnOf(name: string, type: ColumnType): Column {
  return { name, key: name, role: "value", type, isSibling: false };
}

/** The schema in which `timestamp` is a key like any other: a store has a time for every event, files do not. */
function withoutEventTime(schema: TableSchema): TableSchema {
  const key = `${TIMESTAMP_KEY.key}\0`;
  return schemaOf(
    schema.columns.map((column) => (column.key === TIMESTAMP_KEY.key ? { ...column, key } : column)),
  );
}

const PLAIN_TYPES: Readonly<Record<string, Exclude<ColumnType, "struct">>> = table({
  VARCHAR: "string",
  BIGINT: "integer",
  DOUBLE: "double",
  BOOLEAN: "boolean",
  JSON: "json",
});

function plainView({ as, type }: NamedColumn, column: Column): ViewColumn {
  const shown = PLAIN_TYPES[type] ?? "timestamp";
  return { name: as, type: shown, sql: identifier(as), columns: [column] };
}
