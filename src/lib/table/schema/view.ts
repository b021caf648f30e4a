/**
 * What `query` shows of a table: one column a key. A key whose values are all of one type keeps it; a key with typed
 * siblings becomes JSON, so that 200 and "200" stay different and `SELECT status` shows every value
 * (`TRY_CAST(status AS BIGINT)` gets numbers back, `status->>'$'` text). `timestamp` keeps its type always: what was no
 * time is in `timestamp_string` and the like. Partition columns are left out.
 */
import { identifier } from "./names.js";
import { type Column, type TableSchema, TIMESTAMP } from "./schema.js";

export interface ViewColumn {
  /** As `query` shows it. */
  readonly name: string;
  /** Over the physical columns. */
  readonly sql: string;
  /** Physical columns it is made of. */
  readonly columns: readonly Column[];
}

export function viewColumns(schema: TableSchema): ViewColumn[] {
  const taken = new Set(schema.columns.map((column) => column.name.toLowerCase()));
  const view: ViewColumn[] = [];
  for (const column of schema.columns) {
    if (column.role !== "value" || column.key === TIMESTAMP.key) view.push(single(column, column.name));
    else if (!column.isSibling) view.push(united(schema.byKey.get(column.key)!, shownName(column, taken)));
  }
  return view;
}

/** The key itself, unless another column has that name or SQL has no such identifier. */
function shownName(column: Column, taken: Set<string>): string {
  const lower = column.key.toLowerCase();
  if (column.name === column.key || column.key === "" || /[\u0000\ud800-\udfff]/u.test(column.key))
    return column.name;
  if (taken.has(lower)) return column.name;
  taken.add(lower);
  return column.key;
}

function single(column: Column, name: string): ViewColumn {
  return { name, sql: valueSql(column), columns: [column] };
}

function united(columns: readonly Column[], name: string): ViewColumn {
  if (columns.length === 1) return single(columns[0]!, name);
  const parts = columns.map((column) =>
    column.type === "json" || column.type === "struct"
      ? valueSql(column)
      : `to_json(${identifier(column.name)})`,
  );
  return { name, sql: `COALESCE(${parts.join(", ")})`, columns };
}

/** JSON text that DuckDB refuses (a lone surrogate) is shown as a JSON string of that text. */
function valueSql(column: Column): string {
  const name = identifier(column.name);
  if (column.type === "struct") return `to_json(${name})`;
  if (column.type !== "json") return name;
  return `CASE WHEN json_valid(${name}) THEN ${name}::JSON ELSE to_json(${name}) END`;
}
