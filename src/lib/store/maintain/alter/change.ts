/** Changes of a table's columns that an operator asks for, as pure functions from schema to schema. */
import { failure } from "../../../base/errors/index.js";
import { suggest } from "../../../base/suggest.js";
import { alwaysFits, type SettableType } from "../../columns/coerce.js";
import { nameFor } from "../../columns/names.js";
import {
  type Column,
  NANOSECONDS,
  PARTITION_COLUMN,
  REST,
  schemaOf,
  storedKey,
  type TableSchema,
  TIMESTAMP_KEY,
} from "../../columns/schema.js";
import { isSame } from "../../columns/value.js";

/**
 * The schema in which the first column of the key has the type and takes every value that fits it. The same schema when
 * it is so already. Throws store.schema-change.
 */
export function withType(schema: TableSchema, name: string, type: SettableType): TableSchema {
  const key = storedKey(schema, name);
  const live = columnsOf(schema, key);
  const first = live[0]!;
  if (first.type === type && first.isSet === true) return schema;
  const { aliases } = first;
  const all = schema.columns.filter((column) => column.role === "value" && column.key === key);
  const existing = all.find((column) => column.type === type);
  const taken = takenNames(schema);
  const made: Column[] = [];
  const add = (column: Column) => {
    made.push(column);
    taken.add(column.name.toLowerCase());
  };
  const flags = { isSibling: false, isSet: true, ...(aliases === undefined ? {} : { aliases }) };
  if (existing === undefined)
    add({ name: nameFor(`${plainName(key)}_${type}`, taken), key, role: "value", type, ...flags });
  const mustHaveJson = type !== "json" && all.some((column) => column.type === "struct");
  if (mustHaveJson && !live.some((column) => column.type === "json"))
    add({
      name: nameFor(`${plainName(key)}_json`, taken),
      key,
      role: "value",
      type: "json",
      isSibling: true,
    });
  const columns = schema.columns.map((column): Column => {
    if (!all.includes(column)) return column;
    if (column === existing) return { ...withoutFlags(column), ...flags };
    if (column.isRetired === true) return column;
    const goes = alwaysFits(type, column.type) || column.type === "struct";
    return { ...withoutFlags(column), isSibling: true, ...(goes ? { isRetired: true } : {}) };
  });
  return schemaOf([...columns, ...made]);
}

/**
 * The schema in which the key is `to`; events that call it `from` are stored as `to`. When the table has a key `to`
 * already, the two become one, and no row may have both. Throws store.schema-change.
 */
export function withKey(schema: TableSchema, from: string, to: string): TableSchema {
  if (schema.aliases.get(from) === to) return schema;
  const live = columnsOf(schema, from);
  checkNewName(schema, from, to);
  const there = schema.byKey.get(to) ?? [];
  const taken = takenNames(schema);
  const names = [...(live[0]!.aliases ?? []), ...(there[0]?.aliases ?? []), from];
  const aliases = names.filter((alias) => alias !== to);
  const made: Column[] = [];
  for (const column of live) {
    if (there.some((other) => isSame(other, column))) continue;
    // Of structs a key has one; what is in another goes to JSON.
    const isText = column.type === "struct" && there.length > 0;
    const type = isText ? "json" : column.type;
    if (isText && [...there, ...made].some((other) => other.type === "json")) continue;
    const isSibling = there.length > 0 || column.isSibling;
    const name = nameFor(isSibling ? `${plainName(to)}_${type}` : to, taken);
    taken.add(name.toLowerCase());
    const plain = isSibling ? { ...withoutFlags(column), isSibling } : { ...column, aliases };
    const { fields, ...rest } = plain;
    made.push({ ...rest, name, key: to, type, ...(isText || fields === undefined ? {} : { fields }) });
  }
  const columns = schema.columns.map((column): Column => {
    if (column === there[0]) return { ...column, aliases };
    if (column.role !== "value" || column.key !== from) return column;
    return { ...withoutFlags(column), key: to, isSibling: true, isRetired: true };
  });
  return schemaOf([...columns, ...made]);
}

function checkNewName(schema: TableSchema, from: string, to: string): void {
  const owner = schema.aliases.get(to);
  if (owner !== undefined && owner !== from)
    throw failure("store.schema-change", { key: to, reason: `it is another name of "${owner}"` });
  if (to === TIMESTAMP_KEY.key || to === "" || to === from)
    throw failure("store.schema-change", { key: to, reason: "it is no name to give to a key" });
}

/** The schema without the columns of the key that are retired or siblings and of which `isGone` is true. */
export function withoutColumns(
  schema: TableSchema,
  key: string,
  isGone: (column: Column) => boolean,
): TableSchema {
  const kept = schema.columns.filter(
    (column) => column.role !== "value" || column.key !== key || !column.isSibling || !isGone(column),
  );
  return kept.length === schema.columns.length ? schema : schemaOf(kept);
}

function columnsOf(schema: TableSchema, key: string): readonly Column[] {
  const live = schema.byKey.get(key);
  if (key === TIMESTAMP_KEY.key)
    throw failure("store.schema-change", { key, reason: "the time of events keeps its name and type" });
  if (live !== undefined) return live;
  const reason = "the table has no such key";
  const suggestion = suggest(key, [...schema.byKey.keys()]);
  throw failure("store.schema-change", { key, reason, ...(suggestion === undefined ? {} : { suggestion }) });
}

function withoutFlags(column: Column): Column {
  const { isSet: _set, isRetired: _retired, aliases: _aliases, ...plain } = column;
  return plain;
}

function takenNames(schema: TableSchema): Set<string> {
  const names = schema.columns.map((column) => column.name.toLowerCase());
  return new Set([PARTITION_COLUMN, NANOSECONDS.name, REST.name, ...names]);
}

function plainName(key: string): string {
  return nameFor(key, new Set());
}
