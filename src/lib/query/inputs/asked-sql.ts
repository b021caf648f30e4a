/** What a query was given on its command line: its SQL, and what that reads. */
import { readFile } from "node:fs/promises";
import { failure, reasonOf } from "../../base/errors/index.js";
import { localName } from "../../base/local/path.js";
import type { Terminal } from "../../pipeline/contract/terminal.js";
import { splitStatements } from "../sql/sql-text.js";
import { inputsOf, type QueryInput } from "./inputs.js";

/** The SQL of the operand, of a file or of standard input. Throws usage errors and input.unreadable. */
export async function readSql(
  operand: string | undefined,
  file: string | undefined,
  terminal: Terminal,
): Promise<string> {
  const path = file ?? (operand === "-" ? terminal.stdin : undefined);
  if (path === terminal.stdin && terminal.stdinIsTerminal)
    throw failure("usage.nothing-to-read", { command: "query" });
  let sql = operand ?? "";
  if (path !== undefined) {
    try {
      sql = await readFile(
        path === 0 ? "/dev/stdin" : typeof path === "number" ? `/dev/fd/${path}` : path,
        "utf8",
      );
    } catch (error) {
      throw failure("input.unreadable", { path: String(path), reason: reasonOf(error) }, error);
    }
  }
  if (splitStatements(sql).length === 0)
    throw failure("usage.missing-operand", { command: "query", operand: "SQL" });
  return sql;
}

/** The files that the SQL can name, and standard input where it does. */
export function inputsFor(
  sql: string,
  operand: string | undefined,
  files: readonly string[],
  terminal: Terminal,
): QueryInput[] {
  const inputs = inputsOf(sql, files, operand === "-");
  for (const { path } of inputs) localName(path, "FILE");
  if (terminal.stdinIsTerminal && inputs.some(({ path }) => path === "-"))
    throw failure("usage.nothing-to-read", { command: "query" });
  return inputs;
}
