/** A result on its way out: formatted, written as fast as the reader takes it. */
import { failure } from "../../base/errors/index.js";
import type { Output } from "../../pipeline/contract/terminal.js";
import type { Result, ResultRows } from "../result.js";
import type { TextFormat } from "./text-format.js";

/** Text is handed over in pieces of about this size. */
const PIECE_CHARACTERS = 256 * 1024;

/** Where a result goes. */
export type Write = (data: string | Uint8Array) => Promise<boolean>;

/** Writes the result; resolves false when the reader has gone before its end. */
export async function deliverText(result: Result, format: TextFormat, write: Write): Promise<boolean> {
  let pending = format.begin(result.columns);
  let rowCount = 0;
  for await (const { cells, count } of result.rows(format.cells)) {
    rowCount += count;
    pending += format.rows(cells, count);
    if (pending.length < PIECE_CHARACTERS) continue;
    if (!(await write(pending))) return false;
    pending = "";
  }
  pending += format.end(rowCount);
  return pending === "" || write(pending);
}

/** Rows kept back to measure a table: all of a small result, the head of a long one. */
const MEASURED_ROWS = 1000;

/** What a table needs beside rows. `Table` of src/lib/terminal is one. */
export interface TableText {
  head(cells: ResultRows["cells"]): string;
  rows(cells: ResultRows["cells"], count: number): string;
  foot(rowCount: number): string;
}

/** Writes the result as a table whose widths are measured on its first rows. */
export async function deliverTable(
  result: Result,
  table: TableText,
  write: Write,
  hasFoot: boolean,
): Promise<boolean> {
  const head: ResultRows[] = [];
  let measured = 0;
  let isBegun = false;
  let rowCount = 0;
  const begin = () => {
    isBegun = true;
    const cells = result.columns.map((_, k) => head.flatMap((rows) => rows.cells[k] ?? []));
    return table.head(cells) + table.rows(cells, measured);
  };
  for await (const rows of result.rows("text")) {
    rowCount += rows.count;
    if (!isBegun) {
      head.push(rows);
      measured += rows.count;
      if (measured >= MEASURED_ROWS && !(await write(begin()))) return false;
    } else if (!(await write(table.rows(rows.cells, rows.count)))) return false;
  }
  const rest = (isBegun ? "" : begin()) + (hasFoot ? table.foot(rowCount) : "");
  return rest === "" || write(rest);
}

/** Throws usage.bad-value: bytes that are no text would upset a terminal. */
export function refuseTerminal(output: Output, format: string): void {
  if (!output.isTerminal) return;
  const reason = "it is binary and standard output is a terminal";
  throw failure("usage.bad-value", {
    option: "--to",
    value: format,
    reason,
    hint: "name a file with -o FILE, or pipe it on",
  });
}
