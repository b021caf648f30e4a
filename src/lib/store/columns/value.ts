/** SQL for the current value of a column, including columns that files of older schemas have instead. */
import { coercedSql, columnJsonSql } from "./coerce.js";
import { identifier } from "./names.js";
import type { Column, TableSchema } from "./schema.js";

/** SQL over the physical columns: the value of a column that is written today. */
export function valueSql(schema: TableSchema, column: Column): string {
  const own = ownValues(schema, column);
  const others = column.isSet === true ? foreignValues(schema, column) : [];
  const parts = [...own, ...others.map((other) => coercedSql(column.type, columnJsonSql(other)))];
  return coalesce(parts);
}

/** The same when values that fit the key's first column are to move there. */
export function remainingSql(schema: TableSchema, column: Column): string {
  const first = schema.byKey.get(column.key)?.[0];
  if (first === undefined || first === column || first.isSet !== true) return valueSql(schema, column);
  const kept = `${coercedSql(first.type, columnJsonSql(column))} IS NULL`;
  const [name, ...retired] = ownValues(schema, column);
  const moved = retiredOf(schema, column.key)
    .filter((other) => isSame(other, column))
    .map(
      (other) =>
        `CASE WHEN ${coercedSql(first.type, columnJsonSql(other))} IS NULL THEN ${identifier(other.name)} END`,
    );
  return coalesce([`CASE WHEN ${kept} THEN ${name} END`, ...(moved.length > 0 ? moved : retired)]);
}

/**
 * SQL condition: the row has a value of the key in a column where it is not to stay. Undefined: there is no such
 * column.
 */
export function misplacedSql(schema: TableSchema, key: string): string | undefined {
  const [first, ...siblings] = schema.byKey.get(key) ?? [];
  const conditions = retiredOf(schema, key).map((column) => `${identifier(column.name)} IS NOT NULL`);
  if (first?.isSet === true) {
    for (const sibling of siblings)
      conditions.push(`${coercedSql(first.type, columnJsonSql(sibling))} IS NOT NULL`);
  }
  return conditions.length === 0 ? undefined : conditions.join(" OR ");
}

export function retiredOf(schema: TableSchema, key: string): Column[] {
  return schema.columns.filter((column) => column.isRetired === true && column.key === key);
}

/** Whether both hold the same type of value. */
export function isSame(a: Column, b: Column): boolean {
  return a.type === b.type && JSON.stringify(a.fields) === JSON.stringify(b.fields);
}

function ownValues(schema: TableSchema, column: Column): string[] {
  const retired = retiredOf(schema, column.key);
  const same = retired.filter((other) => isSame(other, column)).map((other) => identifier(other.name));
  // A struct that is no more becomes JSON text.
  const structs =
    column.type === "json" && column.isSet !== true ? retired.filter((r) => r.type === "struct") : [];
  const texts = structs
    .filter((struct) => !schema.byKey.get(column.key)!.some((live) => isSame(live, struct)))
    .map((struct) => `to_json(${identifier(struct.name)})::VARCHAR`);
  return [identifier(column.name), ...same, ...texts];
}

function foreignValues(schema: TableSchema, column: Column): Column[] {
  const siblings = schema.byKey.get(column.key)!.filter((other) => other !== column);
  return [...siblings, ...retiredOf(schema, column.key)].filter((other) => !isSame(other, column));
}

function coalesce(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : `COALESCE(${parts.join(", ")})`;
}
