/**
 * What `query` shows of a table: one column a key. A key whose values are all of one type keeps it; a key with typed
 * siblings becomes JSON, so that 200 and "200" stay different and `SELECT status` shows every value
 * (`TRY_CAST(status AS BIGINT)` gets numbers back, `status->>'$'` text). `timestamp` keeps its type always: what was no
 * time is in `timestamp_string` and the like. Partition columns are left out.
 */
import { identifier } from "./names.js";
import { type Column, type ColumnType, NANOSECONDS, type TableSchema, TIMESTAMP } from "./schema.js";
import { valueSql } from "./value.js";

export interface ViewColumn {
  /** As `query` shows it. */
  readonly name: string;
  /** "json" where the key has values of several types. */
  readonly type: Exclude<ColumnType, "struct">;
  /** Over the physical columns. */
  readonly sql: string;
  /** Physical columns it is made of. */
  readonly columns: readonly Column[];
}

export function viewColumns(schema: TableSchema): ViewColumn[] {
  const live = schema.columns.filter((column) => column.isRetired !== true);
  // An event's own key of that name must not be taken for digits of its time.
  const taken = new Set([NANOSECONDS.name, ...live.map((column) => column.name.toLowerCase())]);
  const view: ViewColumn[] = [];
  for (const column of schema.columns) {
    if (column.isRetired === true) continue;
    if (column.role !== "value" || column.key === TIMESTAMP.key)
      view.push({
        name: column.name,
        type: shownType(column),
        sql: shownSql(column, identifier(column.name)),
        columns: [column],
      });
    else if (!column.isSibling) view.push(united(schema, column, shownName(column, schema, taken)));
  }
  return view;
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

function united(schema: TableSchema, first: Column, name: string): ViewColumn {
  const live = schema.byKey.get(first.key)!;
  const columns = [...live, ...schema.columns.filter((c) => c.isRetired === true && c.key === first.key)];
  const values = live.map((column) => ({ column, sql: valueSql(schema, column) }));
  if (values.length === 1)
    return { name, type: shownType(first), sql: shownSql(first, values[0]!.sql), columns };
  const parts = values.map(({ column, sql }) =>
    column.type === "json" || column.type === "struct" ? shownSql(column, sql) : `to_json(${sql})`,
  );
  return { name, type: "json", sql: `COALESCE(${parts.join(", ")})`, columns };
}

function shownType({ type }: Column): ViewColumn["type"] {
  return type === "struct" ? "json" : type;
}

/** JSON text that DuckDB refuses (a lone surrogate) is shown as a JSON string of that text. */
function shownSql(column: Column, value: string): string {
  if (column.type === "struct") return `to_json(${value})`;
  if (column.type !== "json") return value;
  return `CASE WHEN json_valid(${value}) THEN ${value}::JSON ELSE to_json(${value}) END`;
}
