/** Rows of the same shape for people and for scripts: a table that fits the terminal, or JSON lines. */
import type { Output } from "../../pipeline/contract/terminal.js";
import { paletteOf } from "../colours.js";
import { Table } from "./table.js";

export interface RowColumn<T> {
  readonly name: string;
  readonly isNumeric?: boolean;
  readonly text: (row: T) => string | undefined;
}

/** All rows under their heading; nothing is cut when the output is no terminal. */
export function rowsText<T>(
  columns: readonly RowColumn<T>[],
  rows: readonly T[],
  output: Pick<Output, "isTerminal" | "hasColour" | "columns">,
): string {
  const shape = columns.map(({ name, isNumeric = false }) => ({ name, isNumeric }));
  const cells = columns.map(({ text }) => rows.map((row) => text(row) ?? null));
  const width = output.isTerminal ? output.columns : undefined;
  const table = new Table(shape, { columns: width, palette: paletteOf(output) });
  const text = table.head(cells) + table.rows(cells, rows.length);
  return table.leftOut === undefined ? text : text + table.foot(rows.length);
}

/** One JSON object a line. */
export function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
