/** Keys of a file of events whose values are of several types, in columns as a store has them. */
import { Kind } from "../../event/summary.js";
import { identifier, literal } from "../../table/schema/names.js";
import {
  type Column,
  columnFor,
  evolve,
  schemaOf,
  type TableSchema,
  TIMESTAMP,
} from "../../table/schema/schema.js";
import { numbersSql } from "../../table/schema/shape.js";
import { countedTypes, hasSeveralClasses } from "../../table/schema/types/count.js";
import { firstType, TEXT_KEYS } from "../../table/schema/types/first.js";
import {
  type ColumnType,
  ESCAPED,
  ESCAPED_WITHIN,
  WIDE_FRACTION,
  WIDE_WHOLE,
} from "../../table/schema/types/types.js";
import { viewColumns } from "../../table/schema/view.js";
import type { SeenKey } from "../spool.js";
import { type TimeType, timeSql } from "../time-text.js";
import { apartKey } from "./apart.js";
import { type SplitKey, splitKeysOf } from "./scope.js";

export interface EventColumn {
  readonly key: string;
  /** DuckDB's; "JSON" for a key that is split. */
  readonly type: string;
  readonly split?: SplitSource;
  /** Of a split key: its column has times of this type, and all else is beside it. */
  readonly time?: TimeType;
}

export type SplitSource = SeenKey;

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
  const taken = new Set<string>();
  const read = columns.map(({ key, type, split: own }): TypedKey => {
    const isText = own !== undefined && isOfNumbers(own);
    return { key, type: isText ? "VARCHAR" : type, as: freeName(key, taken) };
  });
  const named = columns.map((column, k) => ({ ...column, as: read[k]!.as }));
  const split = named.filter(isMixed);
  if (split.length === 0) return { sql: source(read), splitKeys: [] };
  const apart = split.flatMap(({ split: { name, apart: counts } }) =>
    counts === undefined
      ? []
      : (["number", "escaped"] as const).map((type): TypedKey => {
          const key = apartKey(name, type);
          return { key, type: "VARCHAR", as: key };
        }),
  );
  const counted = split.filter(({ split: own, time }) => time === undefined && !isOfNumbers(own));
  const types = await firstTypes(source(read), counted, rows);
  const seen = split.map(({ as, split: own }) => ({ name: as, kinds: placedKinds(own) }));
  // The names of the other keys are taken.
  const others = named.filter((column) => !isMixed(column)).map(({ as }) => columnOf(as, "string"));
  const firsts = split.flatMap(({ as, split: own, time }) => {
    const type = time === undefined ? firstType(as, placedKinds(own), types.get(own.name)) : "timestamp";
    return type === undefined ? [] : [columnOf(as, type)];
  });
  const schema = evolve(schemaOf([...others, ...firsts]), seen, Number.POSITIVE_INFINITY);
  const isOther = new Set(others.map(({ name }) => name));
  const view = viewColumns(withoutEventTime(schema)).filter(
    ({ columns: [column] }) => !isOther.has(column!.name),
  );
  const stored = split.flatMap((column) => storedSql(schema.byKey.get(column.as)!, column));
  const kept = named.filter((column) => !isMixed(column)).map(({ as }) => identifier(as));
  const inner = `SELECT ${[...kept, ...stored].join(", ")} FROM (${source([...read, ...apart])})`;
  const shown = new Map(view.map(({ name, sql }) => [name, `${sql} AS ${identifier(name)}`]));
  const outputs = named.map((column) => shown.get(column.as) ?? identifier(column.as));
  const own = new Set(named.map(({ as }) => as));
  const beside = view.filter(({ name }) => !own.has(name)).map(({ name }) => shown.get(name)!);
  return {
    sql: `SELECT ${[...outputs, ...beside].join(", ")} FROM (${inner})`,
    splitKeys: splitKeysOf(view),
  };
}

type MixedColumn = EventColumn & { readonly as: string; readonly split: SplitSource };

/** Whether a key needs more than one column, or another type than its values have. */
function isMixed(column: EventColumn & { readonly as: string }): column is MixedColumn {
  const { split } = column;
  if (split === undefined) return false;
  if (column.time !== undefined || split.apart !== undefined || TEXT_KEYS.has(split.name)) return true;
  return hasSeveralClasses(split.kinds) || isOfNumbers(split);
}

/** Whether all values are numbers that a column of one type does not have all. */
function isOfNumbers({ name, kinds, apart }: SplitSource): boolean {
  return (
    apart === undefined &&
    !TEXT_KEYS.has(name) &&
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

async function firstTypes(source: string, split: readonly MixedColumn[], rows: SplitJob["rows"]) {
  if (split.length === 0) return new Map<string, ColumnType | undefined>();
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

/** SQL of each stored column of a key that is read as JSON. */
function storedSql(columns: readonly Column[], { as, split, time }: MixedColumn): string[] {
  const { name } = split;
  const json = identifier(as);
  if (isOfNumbers(split))
    return columns.map((column) => `${numbersSql(json, column.type)} AS ${identifier(column.name)}`);
  const text = `CASE WHEN json_type(${json}) = 'VARCHAR' THEN ${json}->>'$' END`;
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
    const when = `json_type(${json}) IN (${types.map(literal).join(", ")})`;
    const isApart = column.type === "number" || column.type === "escaped";
    const sql = isApart
      ? identifier(apartKey(name, column.type as "number"))
      : types.length === 0
        ? `NULL::${SQL_TYPES[column.type] ?? "VARCHAR"}`
        : `CASE WHEN ${when} THEN ${value} END`;
    return `${sql} AS ${identifier(column.name)}`;
  });
}

const SQL_TYPES: Readonly<Record<string, string>> = {
  integer: "BIGINT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
};

const JSON_TYPES: readonly (readonly [number, readonly string[]])[] = [
  [Kind.boolean, ["BOOLEAN"]],
  [Kind.integer, ["BIGINT", "UBIGINT"]],
  [Kind.double, ["DOUBLE"]],
  [Kind.string, ["VARCHAR"]],
  [Kind.object, ["OBJECT", "ARRAY"]],
];

function columnOf(name: string, type: ColumnType): Column {
  return { name, key: name, role: "value", type, isSibling: false };
}

/** The schema in which `timestamp` is a key like any other: a store has a time for every event, files do not. */
function withoutEventTime(schema: TableSchema): TableSchema {
  const key = `${TIMESTAMP.key}\0`;
  return schemaOf(
    schema.columns.map((column) => (column.key === TIMESTAMP.key ? { ...column, key } : column)),
  );
}

/** SQL ignores the case of names, and has none that is empty. */
function freeName(key: string, taken: Set<string>): string {
  const base = key === "" ? "_empty" : key;
  let name = base;
  for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}_${n}`;
  taken.add(name.toLowerCase());
  return name;
}
