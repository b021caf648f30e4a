// Enter here: tables that fit the screen.
/** Tables for people: columns measured on the first rows, then printed as the rows come. */
import type { Palette } from "../colours.js";
import { escapeControls } from "../escape.js";
import { fitWidths, GAP, RECORDS_MAX, readableCount } from "./fit.js";
import { recordText } from "./records.js";
import { cellWidth, fitCells, padCells } from "./width.js";

export interface TableColumn {
  readonly name: string;
  /** Numbers stand at the right. */
  readonly isNumeric: boolean;
  /** Never cut where there is room for anything: a time. Numbers are not either. */
  readonly isWhole?: boolean;
}

export interface TableOptions {
  /** Cells to fit in; undefined: nothing is ever cut (a pipe or a file). */
  readonly columns: number | undefined;
  readonly palette: Palette;
}

/**
 * Prints one table. `cells[column][row]` is null for NULL, shown as nothing. Control characters are escaped, so that no
 * cell can leave its place.
 */
export class Table {
  private readonly shape: readonly TableColumn[];
  private readonly options: TableOptions;
  private widths: readonly number[] = [];
  /** Shown, from the first; the others have no room. */
  private columnCount: number;
  private areRecords = false;
  private recordCount = 0;

  constructor(shape: readonly TableColumn[], options: TableOptions) {
    this.shape = shape;
    this.options = options;
    this.columnCount = shape.length;
  }

  /**
   * Settles the widths from the first rows and gives the heading. Later cells that are wider push their line out on a
   * pipe and are cut on a terminal. Where the columns have no room, few rows become records, and of many rows the last
   * columns are left out.
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
    this.fit(wanted, cells[0]?.length ?? 0);
    if (this.shape.length === 0 || this.areRecords) return "";
    const rule = this.widths.map((width) => "─".repeat(width)).join(GAP);
    return `${this.line(names, palette.heading)}${palette.dim(rule)}\n`;
  }

  rows(cells: readonly (readonly (string | null)[])[], count: number): string {
    if (this.shape.length === 0) return "";
    let text = "";
    if (this.areRecords) {
      const names = this.shape.map(({ name }) => name);
      const looks = { columns: this.options.columns!, palette: this.options.palette };
      for (let row = 0; row < count; row++) {
        const values = cells.map((column) => column[row] ?? null);
        text += recordText(names, values, ++this.recordCount, looks);
      }
      return text;
    }
    for (let row = 0; row < count; row++)
      text += this.line(cells.map((column) => escapeControls(column[row] ?? "")));
    return text;
  }

  /** `(3 rows)`; only for people at a terminal. */
  foot(rowCount: number, remarks: readonly string[] = []): string {
    const count = rowCount.toLocaleString("en-US");
    const rows = rowCount === 1 ? "row" : "rows";
    const { leftOut } = this;
    const all = [`${count} ${rows}`, ...remarks, ...(leftOut === undefined ? [] : [leftOut])];
    const lines = wrapWords(`(${all.join("; ")})`, this.options.columns ?? Number.POSITIVE_INFINITY);
    return lines.map((text) => `${this.options.palette.dim(text)}\n`).join("");
  }

  /** Which columns had no room, in words; undefined: all are shown. */
  get leftOut(): string | undefined {
    const names = this.shape.slice(this.columnCount).map(({ name }) => escapeControls(name));
    if (names.length === 0) return undefined;
    const columns = names.length === 1 ? "1 column" : `${names.length} columns`;
    const [some, more] = [names.slice(0, 8).join(", "), names.length > 8 ? ", ..." : ""];
    return `no room for ${columns}: ${some}${more}; all are in --to csv, or -o FILE`;
  }

  private fit(wanted: readonly number[], rowCount: number): void {
    const { columns } = this.options;
    this.widths = wanted;
    if (columns === undefined) return;
    const isWhole = (k: number) => this.shape[k]!.isNumeric || this.shape[k]!.isWhole === true;
    const shown = readableCount(
      wanted.map((width, k) => ({ wanted: width, isWhole: isWhole(k) })),
      columns,
    );
    if (shown < wanted.length && rowCount <= RECORDS_MAX) this.areRecords = true;
    else this.columnCount = shown;
    this.widths = fitWidths(wanted.slice(0, this.columnCount), columns, isWhole);
  }

  private line(cells: readonly string[], paint?: (text: string) => string): string {
    const last = Math.min(cells.length, this.columnCount) - 1;
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

/** Broken between words. */
function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || cellWidth(last) + 1 + cellWidth(word) > columns)
      lines.push(fitCells(word, columns));
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
