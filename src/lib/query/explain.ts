/** What a query would read and how: for `--explain`. */
import { formatSize } from "../base/size.js";
import { describeCondition } from "../store/parquet/condition.js";
import { runSql } from "./result.js";
import type { QuerySession } from "./session.js";
import { splitStatements } from "./sql/sql-text.js";
import type { TableUse } from "./tables/store-tables.js";

/**
 * Files considered, left out and read for each store table, then DuckDB's plan of the last statement; earlier ones run.
 */
export async function explain(
  session: QuerySession,
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

function useText(use: TableUse): string {
  const { name, files, bytes, condition, pruned, bytesRead, columns, columnsRead, liveEvents, liveBytes } =
    use;
  const filters = pruned.bloomBytes === 0 ? "" : ` (${formatSize(pruned.bloomBytes)} of filters read)`;
  return [
    `table ${name}`,
    `  rows wanted           ${clipped(describeCondition(condition))}`,
    `  files considered      ${files} (${formatSize(bytes)})`,
    `  pruned by partition   ${pruned.byPartition}`,
    `  pruned by statistics  ${pruned.byStatistics}`,
    `  pruned by filters     ${pruned.byBloom}${filters}`,
    `  files read            ${pruned.files.length} (${formatSize(bytesRead)})`,
    ...(columnsRead === undefined ? [] : [`  columns read          ${columnsRead} of ${columns}`]),
    `  live events           ${liveEvents} (${formatSize(liveBytes)})`,
    "",
  ].join("\n");
}

const LONGEST_CONDITION = 200;

function clipped(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= LONGEST_CONDITION ? line : `${line.slice(0, LONGEST_CONDITION)}...`;
}
