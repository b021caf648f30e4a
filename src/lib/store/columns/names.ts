/** Names of tables, columns and SQL identifiers. */
import { failure } from "../../base/errors/index.js";

/** The longest a column's name gets, in UTF-16 units; longer keys are cut and told apart by a number. */
const LONGEST = 120;

/**
 * A column name for an event key: the key itself where every engine can live with it. Spark and Hive refuse
 * ` ,;{}()\n\t=` in names; names that differ only in case are one name to DuckDB, Spark and Delta.
 */
export function nameFor(key: string, taken: Pick<ReadonlySet<string>, "has">): string {
  const readable = key
    .replace(/[\u0000-\u0020,;{}()="'`\\\u007f\ud800-\udfff]/gu, "_")
    .slice(0, LONGEST)
    .replace(/[\ud800-\udfff]$/u, "");
  const base = readable === "" ? "_empty" : readable;
  if (!taken.has(base.toLowerCase())) return base;
  if (!taken.has(`_${base}`.toLowerCase()) && taken.has(base.toLowerCase()) && base.toLowerCase() === "date")
    return `_${base}`;
  for (let n = 2; ; n++) {
    const numbered = `${base}_${n}`;
    if (!taken.has(numbered.toLowerCase())) return numbered;
  }
}

/** `name` as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `text` as an SQL string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Throws store.table-name when one of `tables` has this name in other letters: SQL would take them for one. */
export function checkNewTable(name: string, tables: readonly string[]): void {
  const other = tables.find((table) => table !== name && table.toLowerCase() === name.toLowerCase());
  if (other !== undefined && !tables.includes(name))
    throw failure("store.table-name", { name, reason: `the store has a table "${other}", one name in SQL` });
}

/** Throws store.table-name unless the name is safe as a directory and plain in SQL. */
export function checkTableName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,127}$/.test(name)) return name;
  const reason =
    name === "" ? "it is empty" : name.length > 128 ? "it is too long" : "it has other characters";
  throw failure("store.table-name", { name, reason });
}
