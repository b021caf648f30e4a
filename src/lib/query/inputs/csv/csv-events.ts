// Enter here: CSV files as events.
/** A CSV file as the events that a query reads: cells keep their digits and dates, short and long rows their cells. */
import { isUtf8 } from "node:buffer";
import { countOf } from "../../../base/size.js";
import { table } from "../../../base/table.js";
import { bareJson } from "../../../format/structured/scalar.js";
import { quote } from "../../../json/quote.js";
import { dialectOf, type FoundDialect } from "./dialect.js";
import { type CsvCell, recordAt } from "./records.js";

/** The column of the cells beyond the header. */
const EXTRA = "extra";
/** A header that goes on for longer is none. */
const HEADER_MAX = 1 << 20;
const EMPTY = Buffer.alloc(0);
/** Text of events that is short enough to be forgotten soon: the collector of garbage is quick with what is young. */
const PART_CHARACTERS = 16 * 1024;

/**
 * Blocks of a CSV file in, NDJSON out. As in docs/events.md: an unquoted cell that is a JSON number is a number with
 * its digits as they are, an empty one is absent, all else is text. Cells beyond the header go to the array `extra`.
 */
export class CsvEvents {
  /** The names of the columns, in order. */
  columns: readonly string[] = [];
  private readonly usual: string;
  private dialect: FoundDialect | undefined;
  /** `"name":` of each column. */
  private keys: readonly string[] = [];
  private extraKey = "";
  private held = "";
  private hasRowsOfNumbers = false;
  private title: string | undefined;
  private titles: readonly string[] = [];
  private readonly odd = { short: 0, long: 0, quotes: 0, letters: 0, headers: 0 };

  /** `usual`: the separator that a file of this name has unless it shows another. */
  constructor(usual: "," | "\t") {
    this.usual = usual;
  }

  /** Whole lines in. */
  push(bytes: Buffer): Buffer {
    const text = bytes.toString("utf8");
    if (!isUtf8(bytes)) this.odd.letters += text.split("\n").filter((line) => line.includes("\ufffd")).length;
    return this.read(this.held === "" ? text : this.held + text, false);
  }

  /** What was held back, as a record whose quote may have no end. */
  end(): Buffer {
    // Where records end with "\r", the "\n" at the end is not the file's.
    const rest = this.held.replace(/\r\n$/, "\n").replace(/\n$/, "");
    return rest === "" && this.columns.length > 0 ? EMPTY : this.read(rest, true);
  }

  /** What was read one way and could be read another, a sentence each. `isGuessed`: that it is CSV at all. */
  report(isGuessed = false): string[] {
    const { short, long, quotes, letters, headers } = this.odd;
    const { separator, alternative } = this.dialect ?? {};
    const rows = (count: number) => countOf(count, "row");
    const has = (count: number) => (count === 1 ? "has" : "have");
    const guess = this.hasRowsOfNumbers ? "read as CSV" : "read as CSV, its first line as the header";
    return [
      ...(isGuessed ? [guess] : []),
      ...(short > 0 ? [`${rows(short)} ${has(short)} fewer cells than the header: the others are NULL`] : []),
      ...(long > 0
        ? [`${rows(long)} ${has(long)} more cells than the header: they are in the column ${this.extraName}`]
        : []),
      ...(quotes > 0
        ? [
            `${rows(quotes)} ${has(quotes)} a quote without an end, or with text behind it: it is read as text`,
          ]
        : []),
      ...(letters > 0
        ? [`${countOf(letters, "line")} ${has(letters)} bytes that are no UTF-8: U+FFFD stands for them`]
        : []),
      ...(headers > 0
        ? [`${countOf(headers, "line")} ${headers === 1 ? "is" : "are"} the header again: left out`]
        : []),
      ...(alternative === undefined
        ? []
        : [`its cells are read apart by ${NAMES[separator!]}; ${NAMES[alternative]} would fit as well`]),
      ...(this.title === undefined ? [] : [this.title]),
      ...(this.hasRowsOfNumbers
        ? ["its first line is numbers, no header: the columns are column_1 and so on"]
        : []),
    ];
  }

  /** The name of the column with the cells beyond the header. */
  get extraName(): string {
    let name = EXTRA;
    while (this.columns.some((column) => column.toLowerCase() === name)) name += "_cells";
    return name;
  }

  private read(text: string, isAll: boolean): Buffer {
    let at = 0;
    if (this.dialect === undefined) {
      const head = text.startsWith("\ufeff") ? text.slice(1) : text;
      const found = this.header(head, isAll || head.length > HEADER_MAX);
      if (found === undefined) return this.hold(text);
      at = found + text.length - head.length;
    }
    const dialect = this.dialect!;
    const parts: Buffer[] = [];
    let events = "";
    while (at < text.length) {
      const record = recordAt(text, at, dialect, isAll);
      if (record === undefined) break;
      if (record.hasLooseQuote) this.odd.quotes++;
      const event = this.event(record.cells);
      if (event !== undefined) events += event;
      at = record.end;
      if (events.length < PART_CHARACTERS) continue;
      parts.push(Buffer.from(events));
      events = "";
    }
    this.hold(at < text.length ? text.slice(at) : "");
    return Buffer.concat([...parts, Buffer.from(events)]);
  }

  private hold(text: string): Buffer {
    this.held = text;
    return EMPTY;
  }

  /** Reads the names of the columns. Returns where the first row begins; undefined when the header is not all there. */
  private header(head: string, isAll: boolean): number | undefined {
    const dialect = dialectOf(head, this.usual, isAll);
    let { start } = dialect;
    for (;;) {
      const record = recordAt(head, start, dialect, isAll);
      if (record === undefined) return undefined;
      const { cells } = record;
      const isBlank = cells.length === 1 && cells[0]!.text.trim() === "";
      if (isBlank && record.end < head.length) {
        start = record.end;
        continue;
      }
      this.dialect = dialect;
      this.hasRowsOfNumbers = !isBlank && cells.every(isNumber);
      const titles = this.hasRowsOfNumbers ? cells.map(() => "") : cells.map(({ text }) => text.trim());
      this.titles = cells.map(({ text }) => text);
      this.columns = isBlank ? [] : columnNames(titles);
      this.keys = this.columns.map((name) => `${quote(name)}:`);
      this.noteTitle(head.slice(record.end), isAll);
      this.extraKey = `${quote(this.extraName)}:`;
      return this.hasRowsOfNumbers ? start : record.end;
    }
  }

  /** A first line of one cell above lines of several may be a title. */
  private noteTitle(rest: string, isAll: boolean): void {
    if (this.columns.length !== 1) return;
    const { width, separator } = dialectOf(rest, this.usual, isAll);
    if (width === undefined) return;
    this.title = `its first line is the header and has one cell; the lines behind it have ${width}, apart by ${NAMES[separator]}`;
  }

  /** Undefined: a blank line, or the header again. */
  private event(cells: readonly CsvCell[]): string | undefined {
    const { keys } = this;
    const [first] = cells;
    if (cells.length === 1 && first!.text === "" && !first!.isQuoted && keys.length !== 1) return undefined;
    if (this.isHeader(cells)) {
      this.odd.headers++;
      return undefined;
    }
    if (cells.length < keys.length) this.odd.short++;
    let event = "";
    const shared = Math.min(cells.length, keys.length);
    for (let n = 0; n < shared; n++) {
      const cell = cells[n]!;
      if (cell.text === "" && !cell.isQuoted) continue;
      event += `${event === "" ? "" : ","}${keys[n]!}${jsonOf(cell)}`;
    }
    if (cells.length > keys.length) {
      this.odd.long++;
      const more = cells.slice(keys.length).map(({ text }) => quote(text));
      event += `${event === "" ? "" : ","}${this.extraKey}[${more.join(",")}]`;
    }
    return `{${event}}\n`;
  }

  /** Of the next file, where several were joined. */
  private isHeader(cells: readonly CsvCell[]): boolean {
    const { titles } = this;
    if (cells[0]!.text !== titles[0] || cells.length !== titles.length || cells.length < 2) return false;
    return !this.hasRowsOfNumbers && cells.every(({ text }, n) => text === titles[n]);
  }
}

const NAMES: Readonly<Record<string, string>> = table({
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": '"|"',
});

function jsonOf({ text, isQuoted }: CsvCell): string {
  if (isQuoted) return quote(text);
  const json = bareJson(text);
  if (json.charCodeAt(0) !== 0x22 || !isBlankAround(text)) return json;
  const trimmed = bareJson(text.trim());
  return trimmed.charCodeAt(0) === 0x22 ? json : trimmed;
}

function isBlankAround(text: string): boolean {
  return text.charCodeAt(0) === 0x20 || text.charCodeAt(text.length - 1) === 0x20;
}

function isNumber({ text, isQuoted }: CsvCell): boolean {
  return !isQuoted && bareJson(text.trim()).charCodeAt(0) !== 0x22;
}

/** Nameless columns are called `column_3`; of columns of the same name, in any case, the later ones get a number. */
function columnNames(titles: readonly string[]): string[] {
  const taken = new Set<string>(titles.map((title) => title.toLowerCase()));
  const seen = new Set<string>();
  return titles.map((title, i) => {
    const wanted = title === "" ? `column_${i + 1}` : title;
    let name = wanted;
    if (title === "" || seen.has(wanted.toLowerCase()))
      for (let n = 2; seen.has(name.toLowerCase()) || (name !== title && taken.has(name.toLowerCase())); n++)
        name = `${wanted}_${n}`;
    seen.add(name.toLowerCase());
    return name;
  });
}
