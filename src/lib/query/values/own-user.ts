/** The sentence for `user` in SQL where no table has such a column: DuckDB then gives the name of its own user. */
import type { QuerySession } from "../session.js";
import { splitStatements } from "../sql/sql-text.js";
import { askOf, selectTree } from "./tree.js";

/** Cost: nothing where the SQL has no such word. */
export async function noticeOwnUser(
  session: QuerySession,
  sql: string,
  notice: (text: string) => void,
): Promise<void> {
  if (!/\buser\b/i.test(sql)) return;
  const last = splitStatements(sql).at(-1);
  const tree =
    last === undefined ? undefined : await selectTree(askOf(session), last.sql).catch(() => undefined);
  if (tree === undefined || !readsUser(tree)) return;
  const columns = await session.connection.runAndReadAll(
    "SELECT 1 FROM duckdb_columns() WHERE lower(column_name) = 'user' AND NOT internal LIMIT 1",
  );
  if (columns.getRows().length > 0) return;
  notice(
    'no table here has a column "user": SQL takes the word for the name of DuckDB\'s own user, "duckdb"',
  );
}

/** Whether a column of the name is read, and the statement itself makes none. */
function readsUser(tree: unknown): boolean {
  const found = { isRead: false, isMade: false };
  look(tree, found);
  return found.isRead && !found.isMade;
}

function look(tree: unknown, found: { isRead: boolean; isMade: boolean }): void {
  if (typeof tree !== "object" || tree === null) return;
  const { class: kind, column_names: names, alias } = tree as Readonly<Record<string, unknown>>;
  if (kind === "COLUMN_REF" && Array.isArray(names) && names.length === 1 && isUser(names[0]))
    found.isRead = true;
  if (isUser(alias)) found.isMade = true;
  for (const member of Object.values(tree)) look(member, found);
}

function isUser(name: unknown): boolean {
  return typeof name === "string" && name.toLowerCase() === "user";
}
