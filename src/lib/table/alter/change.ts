/** Changes of a table's columns that an operator asks for, as pure functions from schema to schema. */
import { failure } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import { alwaysFits, type SettableType } from "../schema/coerce.js";
import { nameFor } from "../schema/names.js";
import {
  type Column,
  NANOSECONDS,
  PARTITION_COLUMN,
  REST,
  schemaOf,
  storedKey,
  type TableSchema,
  TIMESTAMP,
} from "../schema/schema.js";

/**
 * The schema in which the first column of the key has the type and takes every value that fits it. The same schema when it
 * is so already. Throws store.schema-change.
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

/** The schema in which the key is `to`; events that call it `from` are stored as `to`. Throws store.schema-change. */
export function withKey(schema: TableSchema, from: string, to: string): TableSchema {
  if (schema.aliases.get(from) === to) return schema;
  const live = columnsOf(schema, from);
  const owner = schema.byKey.has(to) ? to : schema.aliases.get(to);
  if (owner !== undefined && owner !== from) {
    const called = owner === to ? "it is a key of the table already" : `it is another name of "${owner}"`;
    throw failure("store.schema-change", { key: to, reason: called });
  }
  if (to === TIMESTAMP.key || to === "")
    throw failure("store.schema-change", { key: to, reason: "it is no name for a key" });
  const taken = takenNames(schema);
  const made = live.map((column): Column => {
    const name = nameFor(column.isSibling ? `${plainName(to)}_${column.type}` : to, taken);
    taken.add(name.toLowerCase());
    const aliases = [...(column.aliases ?? []).filter((alias) => alias !== to), from];
    return { ...column, name, key: to, ...(column.isSibling ? {} : { aliases }) };
  });
  const columns = schema.columns.map((column): Column => {
    if (column.role !== "value" || column.key !== from) return column;
    return { ...withoutFlags(column), key: to, isSibling: true, isRetired: true };
  });
  return schemaOf([...columns, ...made]);
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
  if (key === TIMESTAMP.key)
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
