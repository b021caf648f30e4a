import { type EventWriter, quote } from "../../event/writer.js";
import type { LineParser } from "../format.js";
import { type Fields, Normaliser } from "../normalise/normaliser.js";
import { TEXT_KEYS } from "../normalise/well-known.js";
import type { Cell } from "./cells.js";
import { bareJson } from "./scalar.js";

/** The cells of a line; undefined when it is no line of the table. */
type Split = (line: string) => readonly Cell[] | undefined;

/**
 * Reads a table whose first line of at least two cells names the columns. `splitterOf`: how lines below a header are
 * read, and itself; `separator`: that of a line `sep=;` above it, as Excel writes it.
 */
export class TableParser implements LineParser {
  private readonly splitterOf: (header: string, separator?: string) => Split;
  private split: Split;
  private readonly normaliser = new Normaliser();
  private header = "";
  private separator: string | undefined;
  private columns: readonly string[] = [];

  constructor(splitterOf: (header: string, separator?: string) => Split) {
    this.splitterOf = splitterOf;
    this.split = splitterOf("");
  }

  parse(whole: string, event: EventWriter): boolean | "skip" {
    const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    if (this.columns.length === 0) return this.readHeader(line.startsWith("\ufeff") ? line.slice(1) : line);
    if (line === this.header || (this.separator !== undefined && SEPARATOR.test(line))) return "skip";
    const cells = this.split(line);
    if (cells === undefined) return false;
    this.normaliser.write(new Row(this.columns, cells), event);
    return true;
  }

  /** The header line, and the one above it that says how it is read. */
  save(): string {
    return this.separator === undefined ? this.header : `sep=${this.separator}\n${this.header}`;
  }

  load(saved: string): void {
    if (saved !== "") for (const line of saved.split("\n")) this.readHeader(line);
  }

  private readHeader(line: string): "skip" | false {
    const separator = SEPARATOR.exec(line)?.[1];
    if (separator !== undefined) {
      this.separator = separator;
      return "skip";
    }
    this.split = this.splitterOf(line, this.separator);
    const cells = this.split(line);
    if (cells === undefined || cells.length < 2) return false;
    this.header = line;
    this.columns = columnNames(cells.map((cell) => cell.text.trim()));
    return "skip";
  }
}

const SEPARATOR = /^sep=(.)\r?$/i;

/** Nameless columns are called `column_3`; of columns of the same name the later ones get a number. */
function columnNames(titles: readonly string[]): string[] {
  const names = new Set<string>();
  const seen = new Map<string, number>();
  for (const [i, title] of titles.entries()) {
    const wanted = title === "" ? `column_${i + 1}` : title;
    let n = seen.get(wanted) ?? 1;
    while (names.has(n === 1 ? wanted : `${wanted}_${n}`)) n++;
    names.add(n === 1 ? wanted : `${wanted}_${n}`);
    seen.set(wanted, n + 1);
  }
  return [...names];
}

class Row implements Fields {
  readonly names: string[] = [];
  private readonly values: string[] = [];

  constructor(columns: readonly string[], cells: readonly Cell[]) {
    for (let i = 0; i < columns.length && i < cells.length; i++) {
      const { text, isQuoted } = cells[i]!;
      if (text === "" && !isQuoted) continue;
      this.names.push(columns[i]!);
      this.values.push(isQuoted || TEXT_KEYS.has(columns[i]!) ? quote(text) : bareJson(text));
    }
    if (cells.length <= columns.length) return;
    this.names.push(columns.includes("extra") ? "extra_cells" : "extra");
    this.values.push(
      `[${cells
        .slice(columns.length)
        .map((cell) => quote(cell.text))
        .join(",")}]`,
    );
  }

  raw(i: number): string {
    return this.values[i]!;
  }

  copy(first: number, last: number, event: EventWriter): void {
    for (let i = first; i <= last; i++) event.json(this.names[i]!, this.values[i]!);
  }
}
