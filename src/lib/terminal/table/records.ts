/** Rows as records: a column a line, for rows that are wider than the screen. */
import type { Palette } from "../colours.js";
import { escapeControls } from "../escape.js";
import { cellWidth, padCells, wrapCells } from "./width.js";

export interface RecordLooks {
  readonly columns: number;
  readonly palette: Palette;
}

/**
 * One row: its number, then the columns that have a value. Long values go on in lines of their own.
 *
 * ```
 * -- 1 --
 * timestamp  2026-11-22T10:00:00Z
 * message    connection reset
 * ```
 */
export function recordText(
  names: readonly string[],
  cells: readonly (string | null)[],
  number: number,
  { columns, palette }: RecordLooks,
): string {
  const shown = names.map(
    (name) => wrapCells(escapeControls(name), Math.max(Math.floor(columns / 3), 4))[0] ?? "",
  );
  const width = Math.max(...shown.map(cellWidth));
  const room = Math.max(columns - width - 2, 4);
  let text = palette.dim(`-- ${number} --\n`);
  for (const [k, cell] of cells.entries()) {
    if (cell === null) continue;
    const lines = wrapCells(escapeControls(cell), room);
    for (const [n, line] of lines.entries()) {
      const name = padCells(n === 0 ? shown[k]! : "", width, "right");
      text += `${n === 0 ? palette.key(name) : name}  ${line}\n`;
    }
  }
  return text;
}
