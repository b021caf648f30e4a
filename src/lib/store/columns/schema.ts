// Enter here: columns of a table and how NDJSON becomes them.
/**
 * Columns of a table: which event key each holds and of which type. Kept in the Delta schema, with our own metadata on
 * the fields, so that the log alone says how to read the files. A column's type never changes; a value of another type
 * under the same key goes to a typed sibling.
 */
import { failure } from "../../base/errors/index.js";
import { table } from "../../base/table.js";
import { Kind } from "../../event/summary.js";
import { nameFor } from "./names.js";
import { StoredNames } from "./spellings/stored.js";
import { decodeStruct, encodeStruct, LEAVES_OF_DELTA, type StructField } from "./structs.js";
import { firstType } from "./types/first.js";
import { type ColumnType, ESCAPED, isRaw, RAW_TYPES } from "./types/types.js";

export interface Column {
  /** Its name in Parquet and in the Delta schema. Unique when case is ignored. */
  readonly name: string;
  /** The key in the events. */
  readonly key: string;
  /** "nanoseconds": the digits of `timestamp` beyond microseconds; "rest": a JSON object of what has no column. */
  readonly role: "value" | "nanoseconds" | "rest";
  readonly type: ColumnType;
  /** Holds values that did not fit the key's first column. */
  readonly isSibling: boolean;
  /** Of a struct: its fields, which never change. */
  readonly fields?: readonly StructField[];
  /** Its type was set by the operator: it takes values of other types that fit it. Only of a key's first column. */
  readonly isSet?: boolean;
  /** Replaced by others of its key: read while files have it, never written. */
  readonly isRetired?: boolean;
  /** Other names of the key in the events, since it was renamed. Of a key's first column. */
  readonly aliases?: readonly string[];
}

export interface TableSchema {
  readonly columns: readonly Column[];
  /** Columns with role "value" of each key that are not retired, the first one first. */
  readonly byKey: ReadonlyMap<string, readonly Column[]>;
  /** Other names in the events to the key. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** The key that an event's key is stored under. */
export function storedKey(schema: TableSchema, key: string): string {
  return schema.aliases.get(key) ?? key;
}

/** The column that files are partitioned by; it is in the paths, not in the files. */
export const PARTITION_COLUMN = "date";

export const TIMESTAMP_KEY: Column = {
  name: "timestamp",
  key: "timestamp",
  role: "value",
  type: "timestamp",
  isSibling: false,
};
export const NANOSECONDS: Column = {
  name: "_timestamp_ns",
  key: "timestamp",
  role: "nanoseconds",
  type: "integer",
  isSibling: true,
};
export const REST: Column = { name: "_rest", key: "", role: "rest", type: "json", isSibling: false };

export const EMPTY_SCHEMA: TableSchema = schemaOf([TIMESTAMP_KEY]);

export function schemaOf(columns: readonly Column[]): TableSchema {
  const byKey = new Map<string, Column[]>();
  const aliases = new Map<string, string>();
  for (const column of columns) {
    if (column.role !== "value" || column.isRetired === true) continue;
    for (const alias of column.aliases ?? []) aliases.set(alias, column.key);
    const same = byKey.get(column.key);
    if (same === undefined) byKey.set(column.key, [column]);
    else if (column.isSibling) same.push(column);
    else same.unshift(column);
  }
  return { columns, byKey, aliases };
}

export interface SeenKey {
  readonly name: string;
  /** Bits of `Kind`, and the internal ones. */
  readonly kinds: number;
  /** The type of its first column, should the key be new: see types/first.ts. */
  readonly first?: ColumnType;
}

/** What columns may do without siblings. */
export interface Structs {
  /** Fields of new keys whose objects are regular. */
  readonly regular: ReadonlyMap<string, readonly StructField[]>;
  /** Keys with values that did not fit their struct or the type that was set: they need siblings. */
  readonly irregular: ReadonlySet<string>;
}

/**
 * The schema with room for all that was seen. Keys beyond `maxColumns` get no column: they go to `_rest`. Without
 * `structs` every key with objects has a JSON column in the end, because nobody knows whether they fit a struct.
 */
export function evolve(
  schema: TableSchema,
  seen: Iterable<SeenKey>,
  maxColumns: number,
  structs?: Structs,
): TableSchema {
  const columns = [...schema.columns];
  const byKey = new Map<string, readonly Column[]>(schema.byKey);
  const taken = new Set([
    PARTITION_COLUMN,
    NANOSECONDS.name,
    REST.name,
    ...columns.map((c) => c.name.toLowerCase()),
  ]);
  const add = (column: Column) => {
    columns.push(column);
    taken.add(column.name.toLowerCase());
  };
  const addOnce = (column: Column) => {
    if (!columns.some((c) => c.name === column.name)) add(column);
  };
  const keys = [...seen].map((one) => ({ ...one, key: storedKey(schema, one.name) }));
  const names = new StoredNames(
    taken,
    keys.flatMap(({ key, kinds }) => (byKey.has(key) || (kinds & ~Kind.null) === 0 ? [] : [key])),
  );
  for (const { key, kinds, first } of keys) {
    const existing = byKey.get(key) ?? [];
    if (key === TIMESTAMP_KEY.key && (kinds & Kind.nanoseconds) !== 0) addOnce(NANOSECONDS);
    const missing = missingTypes(key, existing, { kinds, first }, structs);
    if (missing.length === 0) continue;
    if (columns.length + missing.length > maxColumns) {
      addOnce(REST);
      continue;
    }
    const base = existing.length === 0 ? names.of(key) : baseName(key, existing);
    const made = missing.map((type, i): Column => {
      const isSibling = existing.length + i > 0;
      const column: Column = {
        name: isSibling ? names.made(`${base}_${type}`) : base,
        key,
        role: "value",
        type,
        isSibling,
        ...(type === "struct" ? { fields: structs!.regular.get(key)! } : {}),
      };
      add(column);
      return column;
    });
    byKey.set(key, [...existing, ...made]);
  }
  return columns.length === schema.columns.length ? schema : schemaOf(columns);
}

/** What the names of a key's siblings begin with: the first column may have been a sibling once. */
function baseName(key: string, existing: readonly Column[]): string {
  const plain = nameFor(key, new Set());
  const isPlain = existing[0]!.isSet === true || existing.some(({ name }) => name === plain);
  return isPlain ? plain : existing[0]!.name;
}

/** The column for values of `kind` (one bit) under a key that has `columns`; undefined when there is none for it. */
export function columnFor(columns: readonly Column[], kind: number): Column | undefined {
  const types = acceptedTypes(columns[0]?.key === TIMESTAMP_KEY.key, kind);
  const found = columns.find((column) => column.type === types[0]);
  return found ?? columns.find((column) => types.includes(column.type));
}

/** Column types that can hold the kind exactly, the most fitting first. */
function acceptedTypes(isTimestampKey: boolean, kind: number): readonly ColumnType[] {
  switch (kind) {
    case Kind.integer:
      return ["integer"];
    case Kind.double:
      return ["double"];
    case Kind.boolean:
      return ["boolean"];
    case Kind.string:
      return ["string"];
    case Kind.timestamp:
      return isTimestampKey ? ["timestamp"] : ["string"];
    case Kind.bigNumber:
      return ["number"];
    case ESCAPED:
      return ["escaped"];
    default:
      return ["json"];
  }
}

/** The kinds that say where a value goes, apart from null (nowhere) and nanoseconds (beside timestamp). */
export const PLACED_KINDS: readonly number[] = [
  Kind.double,
  Kind.integer,
  Kind.string,
  Kind.timestamp,
  Kind.boolean,
  Kind.object,
  Kind.array,
  Kind.bigNumber,
  ESCAPED,
];

/** New types a key needs, the first column's first. */
function missingTypes(
  key: string,
  existing: readonly Column[],
  { kinds, first }: { readonly kinds: number; readonly first: ColumnType | undefined },
  structs: Structs | undefined,
): ColumnType[] {
  const missing: ColumnType[] = [];
  if (existing.length === 0 && key !== TIMESTAMP_KEY.key) {
    const type = firstType(key, kinds, first);
    if (type === "json" && structs?.regular.has(key) === true) missing.push("struct");
    else if (type !== undefined) missing.push(type);
  }
  const has = (types: readonly ColumnType[]) =>
    types.some((t) => missing.includes(t) || existing.some((c) => c.type === t));
  const isLone = structs !== undefined && mayDoAlone(key, kinds, structs);
  for (const kind of PLACED_KINDS) {
    if ((kinds & kind) === 0) continue;
    if (kind === Kind.object && isLone && (existing[0]?.type ?? missing[0]) === "struct") continue;
    if (existing[0]?.isSet === true && kind !== ESCAPED && (isLone || fitsAlways(existing[0].type, kind)))
      continue;
    const types = acceptedTypes(key === TIMESTAMP_KEY.key, kind);
    if (!has(types)) missing.push(types[0]!);
  }
  return missing;
}

/** Whether every value of the kind fits a column of the type that was set by the operator. */
function fitsAlways(type: ColumnType, kind: number): boolean {
  if (type === "json") return true;
  return type === "string" && (kind & (Kind.object | Kind.array)) === 0;
}

/**
 * Whether a column may go without siblings for what does not fit it: the count of values tells when something did not.
 */
function mayDoAlone(key: string, kinds: number, structs: Structs): boolean {
  return (kinds & Kind.null) === 0 && !structs.irregular.has(key);
}

/** Schema of the Delta log to ours. Fields another engine added are keys of their own name. */
export function decodeSchema(schemaString: string): TableSchema {
  const { fields } = JSON.parse(schemaString) as { fields: DeltaField[] };
  const columns = fields.filter((field) => field.name !== PARTITION_COLUMN).map(columnOf);
  return schemaOf(columns.some((c) => c.name === TIMESTAMP_KEY.name) ? columns : [TIMESTAMP_KEY, ...columns]);
}

/** Ours to the Delta log's: "Schema Serialization Format" of PROTOCOL.md. */
export function encodeSchema(schema: TableSchema): string {
  const fields: DeltaField[] = schema.columns.map((column) => ({
    name: column.name,
    type: column.type === "struct" ? encodeStruct(column.fields!) : DELTA_TYPES[column.type],
    nullable: true,
    metadata: metadataOf(column),
  }));
  fields.push({ name: PARTITION_COLUMN, type: "date", nullable: true, metadata: {} });
  return JSON.stringify({ type: "struct", fields });
}

interface DeltaField {
  readonly name: string;
  readonly type: unknown;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const DELTA_TYPES: Readonly<Record<Exclude<ColumnType, "struct">, string>> = {
  number: "string",
  escaped: "string",
  integer: "long",
  double: "double",
  boolean: "boolean",
  string: "string",
  json: "string",
  timestamp: "timestamp",
};

const TYPES_OF_DELTA: Readonly<Record<string, ColumnType>> = table({
  ...LEAVES_OF_DELTA,
  timestamp: "timestamp",
});

function metadataOf(column: Column): Record<string, unknown> {
  return {
    ...(column.role === "value" ? { "logpipe.key": column.key } : { "logpipe.role": column.role }),
    ...(column.isSibling && column.role === "value" ? { "logpipe.sibling": true } : {}),
    ...(isRaw(column.type) ? { [`logpipe.${column.type}`]: true } : {}),
    ...(column.isSet === true ? { "logpipe.set": true } : {}),
    ...(column.isRetired === true ? { "logpipe.retired": true } : {}),
    ...(column.aliases === undefined ? {} : { "logpipe.aliases": JSON.stringify(column.aliases) }),
  };
}

function columnOf(field: DeltaField): Column {
  const role = field.metadata["logpipe.role"];
  if (role === "nanoseconds") return NANOSECONDS;
  if (role === "rest") return REST;
  const fields = decodeStruct(field.type);
  const type =
    fields !== undefined
      ? "struct"
      : (RAW_TYPES.find((raw) => isSet(field, `logpipe.${raw}`)) ?? TYPES_OF_DELTA[String(field.type)]);
  if (type === undefined) {
    const reason = `its column "${field.name}" has type ${JSON.stringify(field.type)}, which logpipe does not read yet`;
    throw failure("store.unreadable", { path: "schema", reason });
  }
  const key = String(field.metadata["logpipe.key"] ?? field.name);
  return {
    name: field.name,
    key,
    role: "value",
    type,
    isSibling: isSet(field, "logpipe.sibling"),
    ...(fields === undefined ? {} : { fields }),
    ...(isSet(field, "logpipe.set") ? { isSet: true } : {}),
    ...(isSet(field, "logpipe.retired") ? { isRetired: true } : {}),
    ...aliasesOf(field.metadata["logpipe.aliases"]),
  };
}

function aliasesOf(text: unknown): Pick<Column, "aliases"> {
  return typeof text === "string" ? { aliases: JSON.parse(text) as string[] } : {};
}

/** delta-rs writes a field's metadata again as texts. */
function isSet(field: DeltaField, name: string): boolean {
  return String(field.metadata[name]) === "true";
}
