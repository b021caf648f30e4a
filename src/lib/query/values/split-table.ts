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
import { type KeyNames, keyNames } from "../../table/schema/spellings/shown.js";
import { StoredNames } from "../../table/schema/spellings/stored.js";
import { countedTypes } from "../../table/schema/types/count.js";
import { CLASS_KINDS, CLASSES, TEXT_KEYS } from "../../table/schema/types/first.js";
import {
  type ColumnType,
  ESCAPED,
  ESCAPED_WITHIN,
  LARGE_INTEGER,
  WIDE_FRACTION,
  WIDE_WHOLE,
} from "../../table/schema/types/types.js";
import { type KeyColumns, sharedColumn, type ViewColumn, viewColumns } from "../../table/schema/view.js";
import type { SeenKey } from "../spool.js";
import { apartKey } from "./apart.js";
import { type SplitKey, splitKeysOf } from "./scope.js";

export interface EventColumn {
  readonly key: string;
  /** The key as it stands in the events: the other one may stand for it. */
  readonly original: string;
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
  const names = namesOf(columns);
  const named = columns.map((column) => ({ ...column, as: names.exact.get(column.original)! }));
  const read = named.map(({ key, type, as }): TypedKey => ({ key, type, as }));
  const split = named.filter(isMixed);
  const apart = split.flatMap(({ split: { name, apart: counts } }) =>
    counts === undefined
      ? []
      : (["number", "escaped"] as const).map((type): TypedKey => {
          const key = apartKey(name, type);
          return { key, type: "VARCHAR", as: key };
        }),
  );
  const types = await firstTypes(source(read), split, rows);
  const { schema, plain } = splitSchema(named, split, types);
  const view = viewColumns(schema).filter(({ columns: [column] }) => !plain.has(column!.name));
  const stored = split.flatMap(({ as, split: own }) => storedSql(schema.byKey.get(as)!, as, own));
  const kept = [...plain.keys()].map(identifier);
  const inner =
    split.length === 0
      ? source(read)
      : `SELECT ${[...kept, ...stored].join(", ")} FROM (${source([...read, ...apart])})`;
  const shown = new Map(view.map((column) => [column.name, column]));
  const ofKeys = new Map(
    named.map((column): [string, KeyColumns] => {
      const own = plain.get(column.as);
      const main = shown.get(column.as);
      const stored = schema.byKey.get(column.as)!;
      const found =
        own === undefined
          ? keyColumns(column, main!, view, stored)
          : keyColumns(column, plainView(column, own), [], []);
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
  const all = [...outputs, ...view.filter(({ name }) => !own.has(name))];
  const splitKeys = splitKeysOf(all);
  if (split.length === 0 && splitKeys.length === 0) return { sql: inner, splitKeys };
  const selected = all.map(({ name, sql }) => `${sql} AS ${identifier(name)}`);
  return { sql: `SELECT ${selected.join(", ")} FROM (${inner})`, splitKeys };
}

/** Columns of the keys as a store would have them; `plain`: those that need one, by name. */
function splitSchema(
  named: readonly NamedColumn[],
  split: readonly MixedColumn[],
  types: ReadonlyMap<string, ColumnType | undefined>,
): { readonly schema: TableSchema; readonly plain: ReadonlyMap<string, Column> } {
  const seen = split.map(({ as, split: own }) => {
    const first = TEXT_KEYS.has(own.name) ? "string" : types.get(own.name);
    return { name: as, kinds: placedKinds(own), ...(first === undefined ? {} : { first }) };
  });
  const plain = new Map(
    named.flatMap((column) => (isMixed(column) ? [] : [[column.as, plainColumn(column)] as const])),
  );
  // The names of the other keys are taken.
  return { schema: evolve(schemaOf([...plain.values()]), seen, Number.POSITIVE_INFINITY), plain };
}

/** `timestamp` is the time of an event, and no other key is. */
function namesOf(columns: readonly EventColumn[]): KeyNames {
  const isTime = (key: string) => key === TIMESTAMP.key;
  const keys = columns.map(({ original }) => original).filter((key) => !isTime(key));
  const fixed = columns.some(({ original }) => isTime(original)) ? [TIMESTAMP.key] : [];
  const taken = new Set(fixed);
  const names = new StoredNames(taken, keys);
  const stored = keys.map((key) => {
    const name = names.of(key);
    taken.add(name.toLowerCase());
    return { key, stored: name };
  });
  const found = keyNames(stored, fixed);
  return { ...found, exact: new Map([...found.exact, [TIMESTAMP.key, TIMESTAMP.key]]) };
}

/** What is shown of a key that is split, or is not. */
function keyColumns(
  { as, original: key }: NamedColumn,
  shown: ViewColumn,
  view: readonly ViewColumn[],
  stored: readonly Column[],
): KeyColumns {
  const own = as === key ? shown : { ...shown, key };
  if (stored.length === 0) {
    const [column] = own.columns;
    const sql = own.type === "json" ? `${own.sql}::VARCHAR` : own.sql;
    return { key, view: [own], values: [{ column: column!, sql, name: as }] };
  }
  const beside = view.filter(({ columns }) => columns.length === 1 && stored.includes(columns[0]!));
  const siblings = beside.filter((column) => column !== shown);
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

async function firstTypes(
  source: string,
  split: readonly MixedColumn[],
  rows: SplitJob["rows"],
): Promise<ReadonlyMap<string, ColumnType | undefined>> {
  if (split.length === 0) return new Map();
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

function plainColumn({ as, type }: NamedColumn): Column {
  return { name: as, key: as, role: "value", type: PLAIN_TYPES[type] ?? "timestamp", isSibling: false };
}

const PLAIN_TYPES: Readonly<Record<string, Exclude<ColumnType, "struct">>> = {
  VARCHAR: "string",
  BIGINT: "integer",
  DOUBLE: "double",
  BOOLEAN: "boolean",
  JSON: "json",
};

function plainView({ as, type }: NamedColumn, column: Column): ViewColumn {
  const shown = PLAIN_TYPES[type] ?? "timestamp";
  return { name: as, type: shown, sql: identifier(as), columns: [column] };
}
