/** Keys of a file of events whose values are of several types, in columns as a store has them. */
import { Kind } from "../../event/summary.js";
import { identifier, literal } from "../../table/schema/names.js";
import { type Column, columnFor, evolve, schemaOf } from "../../table/schema/schema.js";
import { countedTypes } from "../../table/schema/types/count.js";
import { CLASS_KINDS, CLASSES, TEXT_KEYS } from "../../table/schema/types/first.js";
import {
  ESCAPED,
  ESCAPED_WITHIN,
  LARGE_INTEGER,
  WIDE_FRACTION,
  WIDE_WHOLE,
} from "../../table/schema/types/types.js";
import { viewColumns } from "../../table/schema/view.js";
import type { SeenKey } from "../spool.js";
import { apartKey } from "./apart.js";
import { type SplitKey, splitKeysOf } from "./scope.js";

export interface EventColumn {
  readonly key: string;
  /** DuckDB's; "JSON" for a key that is split. */
  readonly type: string;
  readonly split?: SplitSource;
}

export interface SplitSource extends SeenKey {
  /** Has whole numbers that a double would round. */
  readonly isRounded: boolean;
}

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
  const read = columns.map(({ key, type }): TypedKey => ({ key, type, as: freeName(key, taken) }));
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
  const types = await firstTypes(source(read), split, rows);
  const seen = split.map(({ as, split: own }) => {
    const first = types.get(own.name);
    return { name: as, kinds: placedKinds(own), ...(first === undefined ? {} : { first }) };
  });
  // The names of the other keys are taken.
  const others = named.filter((column) => !isMixed(column)).map(({ as }) => plainColumn(as));
  const schema = evolve(schemaOf(others), seen, Number.POSITIVE_INFINITY);
  const view = viewColumns(schema).filter(({ columns: [column] }) => !others.includes(column!));
  const stored = split.flatMap(({ as, split: own }) => storedSql(schema.byKey.get(as)!, as, own));
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
  if (split.apart !== undefined || split.isRounded || TEXT_KEYS.has(split.name)) return true;
  return CLASSES.filter((one) => (split.kinds & CLASS_KINDS[one]) !== 0).length > 1;
}

/** Bits of the kinds that the values have, as a table has them. */
function placedKinds({ kinds, apart, isRounded }: SplitSource): number {
  // Scanned as what they are not any more: beside objects the bit is of a number within.
  const plain = kinds & ~(Kind.bigNumber | Kind.timestamp | Kind.duplicate | Kind.nanoseconds);
  const texts = (kinds & Kind.timestamp) !== 0 ? Kind.string : 0;
  const large = isRounded ? LARGE_INTEGER : 0;
  if (apart === undefined) return plain | texts | large;
  const { escaped, escapedWithin, wholeNumbers, otherNumbers } = apart;
  const whole = wholeNumbers > 0 ? Kind.bigNumber | WIDE_WHOLE : 0;
  const other = otherNumbers > 0 ? Kind.bigNumber | WIDE_FRACTION : 0;
  const text = escaped > 0 ? ESCAPED : 0;
  const within = escapedWithin > 0 ? ESCAPED | ESCAPED_WITHIN : 0;
  return plain | texts | large | whole | other | text | within;
}

async function firstTypes(source: string, split: readonly MixedColumn[], rows: SplitJob["rows"]) {
  const keys = split.map(({ split: { name, kinds, apart }, ...column }) => ({
    name: column.as,
    kinds: placedKinds({ name, kinds, isRounded: false, ...(apart === undefined ? {} : { apart }) }),
    further: {
      text: apart?.escaped ?? 0,
      json: apart?.escapedWithin ?? 0,
      number: (apart?.wholeNumbers ?? 0) + (apart?.otherNumbers ?? 0),
    },
  }));
  const types = await countedTypes(`(${source})`, keys, rows);
  return new Map(split.map(({ as, split: { name } }) => [name, types.get(as)]));
}

/** SQL of each stored column of a key that is read as JSON. */
function storedSql(columns: readonly Column[], as: string, { name }: SplitSource): string[] {
  const json = identifier(as);
  return columns.map((column) => {
    const types = JSON_TYPES.filter(([kind]) => columnFor(columns, kind) === column).flatMap(
      ([, all]) => all,
    );
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

function plainColumn(name: string): Column {
  return { name, key: name, role: "value", type: "string", isSibling: false };
}

/** SQL ignores the case of names, and has none that is empty. */
function freeName(key: string, taken: Set<string>): string {
  const base = key === "" ? "_empty" : key;
  let name = base;
  for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}_${n}`;
  taken.add(name.toLowerCase());
  return name;
}
