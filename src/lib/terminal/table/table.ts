// Enter here: tables that fit the screen.
/** Tables for people: columns measured on the first rows, then printed as the rows come. */
import type { Palette } from "../colours.js";
import { escapeControls } from "../escape.js";
import { cellWidth, fitCells, padCells } from "./width.js";

export interface TableColumn {
  readonly name: string;
  /** Numbers stand at the right. */
  readonly isNumeric: boolean;
}

export interface TableOptions {
  /** Cells to fit in; undefined: nothing is ever cut (a pipe or a file). */
  readonly columns: number | undefined;
  readonly palette: Palette;
}

const GAP = "  ";
/** Columns shrink no further than this, and not below their own content. */
const LEAST_WIDTH = 8;

/**
 * Prints one table. `cells[column][row]` is null for NULL, shown as nothing. Control characters are escaped, so that no
 * cell can leave its place.
 */
export class Table {
  private readonly shape: readonly TableColumn[];
  private readonly options: TableOptions;
  private widths: readonly number[] = [];

  constructor(shape: readonly TableColumn[], options: TableOptions) {
    this.shape = shape;
    this.options = options;
  }

  /**
   * Settles the widths from the first rows and gives the heading. Later cells that are wider push their line out on a
   * pipe and are cut on a terminal.
   */
  head(cells: readonly (readonly (string | null)[])[]): string {
    const { palette } = this.options;
    const names = this.shape.map(({ name }) => escapeControls(name));
    const wanted = names.map((name, k) => {
      return (cells[k] ?? []).reduce(
        (most, cell) => Math.max(most, cell === null ? 0 : cellWidth(escapeControls(cell))),
        cellWidth(name),
      );
    });
    this.widths = this.options.columns === undefined ? wanted : fitWidths(wanted, this.options.columns);
    if (this.shape.length === 0) return "";
    const rule = this.widths.map((width) => "─".repeat(width)).join(GAP);
    return `${this.line(names, palette.heading)}${palette.dim(rule)}\n`;
  }

  rows(cells: readonly (readonly (string | null)[])[], count: number): string {
    if (this.shape.length === 0) return "";
    let text = "";
    for (let row = 0; row < count; row++)
      text += this.line(cells.map((column) => escapeControls(column[row] ?? "")));
    return text;
  }

  /** `(3 rows)`; only for people at a terminal. */
  foot(rowCount: number): string {
    const count = rowCount.toLocaleString("en-US");
    const rows = rowCount === 1 ? "row" : "rows";
    return `${this.options.palette.dim(`(${count} ${rows})`)}\n`;
  }

  private line(cells: readonly string[], paint?: (text: string) => string): string {
    const last = cells.length - 1;
    let line = "";
    for (let k = 0; k <= last; k++) {
      const width = this.widths[k] ?? 0;
      const cell = this.options.columns === undefined ? cells[k]! : fitCells(cells[k]!, width);
      const isNumeric = this.shape[k]!.isNumeric;
      // The last column is not filled up: blanks at a line's end only get copied along.
      const padded = k === last && !isNumeric ? cell : padCells(cell, width, isNumeric ? "left" : "right");
      line += (k === 0 ? "" : GAP) + (paint === undefined ? padded : paint(padded));
    }
    return `${line}\n`;
  }
}

/**
 * Widths that fit in `columns`: what is wider than an even share gives way, widest first, down to LEAST_WIDTH. More
 * columns than fit even so are left as they are and wrap.
 */
export function fitWidths(wanted: readonly number[], columns: number): number[] {
  const room = Math.max(columns - GAP.length * (wanted.length - 1), 0);
  const total = wanted.reduce((sum, width) => sum + width, 0);
  if (total <= room) return [...wanted];
  let [low, high] = [LEAST_WIDTH, Math.max(...wanted, LEAST_WIDTH)];
  while (low < high) {
    const limit = Math.ceil((low + high) / 2);
    if (sumCapped(wanted, limit) <= room) low = limit;
    else high = limit - 1;
  }
  const widths = wanted.map((width) => Math.min(width, low));
  let spare = room - widths.reduce((sum, width) => sum + width, 0);
  for (let k = 0; k < widths.length && spare > 0; k++) {
    if (widths[k]! < wanted[k]!) {
      widths[k]!++;
      spare--;
    }
  }
  return widths;
}

function sumCapped(widths: readonly number[], limit: number): number {
  return widths.reduce((sum, width) => sum + Math.min(width, limit), 0);
}
