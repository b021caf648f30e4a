/**
 * What `query` shows of a table: a column a key, with the type of the key's first column, and beside it the siblings
 * under their stored names. A text column shows every value, odd ones as their text; a column of numbers those that are
 * numbers, in a type wide enough for them; what cannot be shown is NULL there and stands in its sibling. So one odd
 * event changes nothing that is asked of the others: docs/decisions/0043-column-types.md. Partition columns are left
 * out.
 */
import { identifier, nameFor } from "./names.js";
import { type Column, NANOSECONDS, type TableSchema, TIMESTAMP_KEY } from "./schema.js";
import { type KeyNames, keyNames } from "./spellings/shown.js";
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
  readonly siblings?: readonly SiblingColumn[];
  /** The key in the events, where the column has another name. */
  readonly key?: string;
  /** Of a column that reads several keys, which differ only in case: they have columns of their own, too. */
  readonly spellings?: readonly Spelling[];
}

export interface Spelling {
  readonly key: string;
  /** The column that has exactly its values, and those with its values of other types. */
  readonly names: readonly string[];
}

export interface SiblingColumn {
  /** As `query` shows it. */
  readonly name: string;
  readonly type: ColumnType;
  /** Whether the key's column has all its values, in its own type. */
  readonly isShown: boolean;
}

export function viewColumns(schema: TableSchema): ViewColumn[] {
  const live = schema.columns.filter((column) => column.isRetired !== true);
  const isKey = ({ role, key, isSibling }: Column) =>
    role === "value" && key !== TIMESTAMP_KEY.key && !isSibling;
  const fixed = live.filter(({ role, key }) => role !== "value" || key === TIMESTAMP_KEY.key);
  const names = keyNames(
    live.filter(isKey).map(({ key, name }) => ({ key, stored: name })),
    [...SYSTEM_NAMES, ...fixed.map(({ name }) => name.toLowerCase())],
  );
  const view: ViewColumn[] = [];
  const beside: ViewColumn[] = [];
  const retired = retiredByKey(schema);
  const shared = new Map<string, KeyColumns>();
  for (const column of live) {
    const { key } = column;
    if (!isKey(column)) {
      if (fixed.includes(column))
        view.push({
          name: column.name,
          type: shownType(column),
          sql: shownSql(column, identifier(column.name)),
          columns: [column],
        });
      continue;
    }
    const own = columnsOfKey(schema, column, names, retired.get(key) ?? []);
    const [shown, ...siblings] = own.view;
    const keys = names.shared.get(key);
    if (keys !== undefined) {
      shared.set(key, own);
      const all = keys.flatMap((one) => shared.get(one) ?? []);
      // Its place is before the last of them.
      if (all.length === keys.length) view.push(sharedColumn(keys[0]!, all));
    }
    view.push(shown!);
    beside.push(...siblings);
  }
  return [...view, ...beside];
}

/** An event's own key of that name must not be taken for digits of its time. */
export const SYSTEM_NAMES = [NANOSECONDS.name];

function retiredByKey({ columns }: TableSchema): ReadonlyMap<string, Column[]> {
  const found = new Map<string, Column[]>();
  for (const column of columns) {
    if (column.isRetired === true) found.set(column.key, [...(found.get(column.key) ?? []), column]);
  }
  return found;
}

/** What is shown of a key. */
export interface KeyColumns {
  readonly key: string;
  /** Its column, then its siblings. */
  readonly view: readonly ViewColumn[];
  /** Of its stored columns, in the same order. */
  readonly values: readonly Value[];
}

function columnsOfKey(
  schema: TableSchema,
  first: Column,
  names: KeyNames,
  retired: readonly Column[],
): KeyColumns {
  const { key } = first;
  const live = schema.byKey.get(key)!;
  const name = names.exact.get(key)!;
  const named = name === key ? { name } : { name, key };
  const own = valueSql(schema, first);
  const columns = [...live, ...retired];
  if (live.length === 1) {
    const shown = { ...named, type: shownType(first), sql: shownSql(first, own), columns };
    return { key, view: [shown], values: [{ column: first, sql: own, name }] };
  }
  const siblings = live.slice(1).map((column) => {
    const sibling = siblingName(column, name, names.taken);
    return { column, sql: remainingSql(schema, column), name: sibling };
  });
  const type = widenedType(first, siblings);
  const sql = coalesced(type, [{ column: first, sql: own, name }, ...siblings]);
  const beside = siblings.map(
    ({ column, sql, name }): ViewColumn => ({
      name,
      type: shownType(column),
      sql: shownSql(column, sql),
      columns: [column],
    }),
  );
  let exactName = name;
  if (first.type === "integer" && type === "double") {
    // As a double a whole number beyond 2^53 is another one.
    exactName = nameFor(`${name}_integer`, names.taken);
    names.taken.add(exactName.toLowerCase());
    beside.unshift({ name: exactName, type: "integer", sql: own, columns: [first] });
  }
  const shown = beside.map(({ name, columns: [column] }) => ({
    name,
    type: column!.type,
    isShown: isShownAs(type, column!.type),
  }));
  const values = [{ column: first, sql: own, name: exactName }, ...siblings];
  return { key, view: [{ ...named, type, sql, columns, siblings: shown }, ...beside], values };
}

/** The column that reads keys which differ only in case: of an event that has several, the first. */
export function sharedColumn(name: string, keys: readonly KeyColumns[]): ViewColumn {
  const type = sharedType(keys.map(({ view: [shown] }) => shown!.type));
  const values = keys.flatMap((one) => one.values);
  const siblings = values
    .filter(({ column }, k) => k > 0 || column.type !== type)
    .map(
      (value): SiblingColumn => ({
        name: value.name,
        type: value.column.type,
        isShown: isShownAs(type, value.column.type),
      }),
    );
  const columns = keys.flatMap(({ view: [shown] }) => shown!.columns);
  const spellings = keys.map(({ key, view }) => ({ key, names: view.map((column) => column.name) }));
  return { name, type, sql: coalesced(type, values), columns, siblings, spellings };
}

/** Text where they have nothing else in common. */
function sharedType(types: readonly ShownType[]): ShownType {
  const all = new Set(types);
  if (all.size === 1) return types[0]!;
  if (types.some((type) => type !== "integer" && type !== "huge" && type !== "double")) return "string";
  return all.has("double") ? "double" : "huge";
}

function coalesced(type: ShownType, values: readonly Value[]): string {
  const parts = values.flatMap(({ column, sql }) => shownAs(type, column, sql) ?? []);
  return parts.length === 1 ? parts[0]! : `COALESCE(${parts.join(", ")})`;
}

/** Its stored name, unless a key is shown under that: the sibling may have been the first one once. */
function siblingName({ name, type }: Column, main: string, taken: Set<string>): string {
  return madeName(name.toLowerCase() === main.toLowerCase() ? `${name}_${type}` : name, taken);
}

function madeName(wanted: string, taken: Set<string>): string {
  const name = taken.has(wanted.toLowerCase()) ? nameFor(wanted, taken) : wanted;
  taken.add(name.toLowerCase());
  return name;
}

interface Value {
  readonly column: Column;
  readonly sql: string;
  /** Of the column that shows exactly this. */
  readonly name: string;
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
  if (type === "string" || type === "json" || type === sibling) return true;
  if (type === "huge" && sibling === "integer") return true;
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

/**
 * SQL: JSON text with U+FFFD for each half of a surrogate pair. Control characters stand in meanwhile: JSON text has
 * none.
 */
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
