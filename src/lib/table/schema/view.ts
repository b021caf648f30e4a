/**
 * What `query` shows of a table: a column a key, with the type of the key's first column, and beside it the siblings under
 * their stored names. A text column shows every value, odd ones as their text; a column of numbers those that are numbers,
 * in a type wide enough for them; what cannot be shown is NULL there and stands in its sibling. So one odd event changes
 * nothing that is asked of the others: docs/decisions/0043-column-types.md. Partition columns are left out.
 */
import { identifier, nameFor } from "./names.js";
import { type Column, NANOSECONDS, type TableSchema, TIMESTAMP } from "./schema.js";
import { type ColumnType, isRaw } from "./types/types.js";
import { remainingSql, valueSql } from "./value.js";

/** "huge": whole numbers of up to 128 bits. */
export type ShownType = Exclude<ColumnType, "struct"> | "huge";

export interface ViewColumn {
  /** As `query` shows it. */
  readonly name: string;
  readonly type: ShownType;
  /** Over the physical columns. */
  readonly sql: string;
  /** Physical columns it is made of. */
  readonly columns: readonly Column[];
  /** Where the values are exactly as they came that the column shows in another type, or not at all. */
  readonly siblings?: readonly Sibling[];
}

export interface Sibling {
  /** As `query` shows it. */
  readonly name: string;
  readonly type: ColumnType;
  /** Whether the key's column has all its values, in its own type. */
  readonly isShown: boolean;
}

export function viewColumns(schema: TableSchema): ViewColumn[] {
  const live = schema.columns.filter((column) => column.isRetired !== true);
  // An event's own key of that name must not be taken for digits of its time.
  const taken = new Set([NANOSECONDS.name, ...live.map((column) => column.name.toLowerCase())]);
  const view: ViewColumn[] = [];
  const beside: ViewColumn[] = [];
  const retired = retiredByKey(schema);
  for (const column of live) {
    if (column.role !== "value" || column.key === TIMESTAMP.key)
      view.push({
        name: column.name,
        type: shownType(column),
        sql: shownSql(column, identifier(column.name)),
        columns: [column],
      });
    else if (!column.isSibling) {
      const [shown, ...siblings] = columnsOfKey(schema, column, taken, retired.get(column.key) ?? []);
      view.push(shown!);
      beside.push(...siblings);
    }
  }
  return [...view, ...beside];
}

function retiredByKey({ columns }: TableSchema): ReadonlyMap<string, Column[]> {
  const found = new Map<string, Column[]>();
  for (const column of columns) {
    if (column.isRetired === true) found.set(column.key, [...(found.get(column.key) ?? []), column]);
  }
  return found;
}

/** The key itself, unless another key's column has that name or SQL has no such identifier. */
function shownName(column: Column, schema: TableSchema, taken: Set<string>): string {
  const { name, key } = column;
  if (name === key || key === "" || /[\u0000\ud800-\udfff]/u.test(key)) return name;
  const own = schema.byKey.get(key)!.some((other) => other.name.toLowerCase() === key.toLowerCase());
  if (taken.has(key.toLowerCase()) && !own) return name;
  taken.add(key.toLowerCase());
  return key;
}

/** The column of a key, then its siblings. */
function columnsOfKey(
  schema: TableSchema,
  first: Column,
  taken: Set<string>,
  retired: readonly Column[],
): ViewColumn[] {
  const live = schema.byKey.get(first.key)!;
  const name = shownName(first, schema, taken);
  const own = valueSql(schema, first);
  const columns = [...live, ...retired];
  if (live.length === 1) return [{ name, type: shownType(first), sql: shownSql(first, own), columns }];
  const siblings = live.slice(1).map((column) => ({ column, sql: remainingSql(schema, column) }));
  const type = widenedType(first, siblings);
  const parts = siblings.flatMap(({ column, sql }) => shownAs(type, column, sql) ?? []);
  const values = [shownAs(type, first, own)!, ...parts];
  const sql = values.length === 1 ? values[0]! : `COALESCE(${values.join(", ")})`;
  const beside = siblings.map(
    ({ column, sql }): ViewColumn => ({
      name: siblingName(column, name, taken),
      type: shownType(column),
      sql: shownSql(column, sql),
      columns: [column],
    }),
  );
  if (first.type === "integer" && type === "double") {
    // As a double a whole number beyond 2^53 is another one.
    const wanted = `${name}_integer`;
    // A sibling that became the first column goes on under its name.
    const exact = first.name.toLowerCase() === wanted.toLowerCase() ? first.name : nameFor(wanted, taken);
    taken.add(exact.toLowerCase());
    beside.unshift({ name: exact, type: "integer", sql: own, columns: [first] });
  }
  const shown = beside.map(({ name, columns: [column] }) => ({
    name,
    type: column!.type,
    isShown: isShownAs(type, column!.type),
  }));
  return [{ name, type, sql, columns, siblings: shown }, ...beside];
}

/** Its stored name, unless the key's column is shown under that: then the sibling was the first one once. */
function siblingName({ name, type }: Column, main: string, taken: Set<string>): string {
  if (name.toLowerCase() !== main.toLowerCase()) return name;
  const other = nameFor(`${name}_${type}`, taken);
  taken.add(other.toLowerCase());
  return other;
}

interface Value {
  readonly column: Column;
  readonly sql: string;
}

/** The type of the first column, or one that also has the numbers of its siblings. */
function widenedType(first: Column, siblings: readonly Value[]): ShownType {
  if (first.type !== "integer") return shownType(first);
  const has = (type: ColumnType) => siblings.some(({ column }) => column.type === type);
  return has("double") ? "double" : has("number") ? "huge" : "integer";
}

/** SQL: values of a column in the type, as far as they can be shown in it. Undefined: none can. */
function shownAs(type: ShownType, column: Column, sql: string): string | undefined {
  const isNumber = column.type === "integer" || column.type === "double";
  switch (type) {
    case "string":
      return textSql(column, sql);
    case "json":
      if (column.type === "escaped") return `${repairedSql(sql)}::JSON`;
      return column.type === "struct" || isRaw(column.type) ? shownSql(column, sql) : `to_json(${sql})`;
    case "double":
      if (column.type === "number")
        return `CASE WHEN isfinite(TRY_CAST(${sql} AS DOUBLE)) THEN TRY_CAST(${sql} AS DOUBLE) END`;
      return isNumber ? `${sql}::DOUBLE` : undefined;
    case "huge":
      if (column.type === "number")
        return `CASE WHEN regexp_full_match(${sql}, '-?[0-9]+') THEN TRY_CAST(${sql} AS HUGEINT) END`;
      return column.type === "integer" ? `${sql}::HUGEINT` : undefined;
    default:
      return column.type === type ? sql : undefined;
  }
}

/** Whether a column of the first type has every value of the second. */
function isShownAs(type: ShownType, sibling: ColumnType): boolean {
  if (type === "string" || type === "json") return true;
  return type === "double" && (sibling === "integer" || sibling === "double");
}

function textSql(column: Column, sql: string): string {
  switch (column.type) {
    case "integer":
    case "boolean":
      return `${sql}::VARCHAR`;
    case "double":
    case "struct":
      return `to_json(${sql})::VARCHAR`;
    case "escaped": {
      const repaired = repairedSql(sql);
      return `CASE WHEN starts_with(${sql}, '"') THEN ${repaired}->>'$' ELSE ${repaired} END`;
    }
    default:
      return sql;
  }
}

/** SQL: JSON text with U+FFFD for each half of a surrogate pair. Control characters stand in meanwhile: JSON text has none. */
function repairedSql(sql: string): string {
  const high = "u[dD][89abAB][0-9a-fA-F]{2}";
  const low = "u[dD][c-fC-F][0-9a-fA-F]{2}";
  const hidden = `replace(${sql}, '\\\\', chr(1))`;
  const paired = `regexp_replace(${hidden}, '\\\\(${high})\\\\(${low})', chr(2) || '\\1' || chr(2) || '\\2', 'g')`;
  const alone = `regexp_replace(${paired}, '\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}', chr(65533), 'g')`;
  return `replace(replace(${alone}, chr(2), '\\'), chr(1), '\\\\')`;
}

function shownType({ type }: Column): ShownType {
  return type === "struct" ? "json" : type;
}

/** JSON text that DuckDB refuses (a lone surrogate, in tables of old) is shown as a JSON string of that text. */
function shownSql(column: Column, value: string): string {
  if (column.type === "struct") return `to_json(${value})`;
  if (column.type !== "json") return value;
  return `CASE WHEN json_valid(${value}) THEN ${value}::JSON ELSE to_json(${value}) END`;
}
