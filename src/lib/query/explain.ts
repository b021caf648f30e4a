/** What a query would read and how: for `--explain`. */
import { formatSize } from "../base/size.js";
import { runSql } from "./result.js";
import type { Session } from "./session.js";
import { splitStatements } from "./sql-text.js";
import type { TableUse } from "./tables.js";

/** Files considered, left out and read for each store table, then DuckDB's plan of the last statement; earlier ones run. */
export async function explain(
  session: Session,
  sql: string,
  tables: readonly string[],
  uses: readonly TableUse[],
): Promise<string> {
  const statements = splitStatements(sql);
  const last = statements.at(-1);
  if (last === undefined) return "";
  // EXPLAIN in the place of the statement's own blanks keeps the positions of errors right.
  const before = sql.slice(0, last.offset);
  const isExplain = /^\s*explain\b/i.test(last.sql);
  const result = await runSql(session, `${before}${isExplain ? "" : "EXPLAIN "}${last.sql}`, tables);
  let plan = "";
  for await (const { cells, count } of result.rows("text")) {
    const texts = cells.at(-1)!;
    for (let row = 0; row < count; row++) plan += `${texts[row] ?? ""}\n`;
  }
  return uses.map(useText).join("") + plan;
}

function useText({ name, files, filesRead, bytes, bytesRead, liveEvents, liveBytes }: TableUse): string {
  const pruned = files - filesRead;
  return [
    `table ${name}`,
    `  files considered  ${files} (${formatSize(bytes)})`,
    `  files pruned      ${pruned} (${formatSize(bytes - bytesRead)})`,
    `  files read        ${filesRead} (${formatSize(bytesRead)})`,
    `  live events       ${liveEvents} (${formatSize(liveBytes)})`,
    "",
  ].join("\n");
}
