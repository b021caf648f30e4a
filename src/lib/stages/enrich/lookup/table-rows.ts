/** Rows of look-up files, one after the other: cells as JSON text by the number of their column. */

import { Event } from "../../../event/event.js";
import { type Cell, splitCsv, splitTsv } from "../../../format/structured/cells.js";
import { bareJson } from "../../../format/structured/scalar.js";
import { quote } from "../../../json/quote.js";

/** The JSON text of each cell; undefined: there is none. */
export type TableRow = readonly (string | undefined)[];

export interface TableRows {
  readonly columns: readonly string[];
  readonly rows: Iterable<TableRow>;
}

/** Why a file is no table. */
export class TableFault extends Error {}

/** A record of a CSV file may go over so many lines. */
const RECORD_LINES_MAX = 1000;

/**
 * A CSV or TSV file with a header line: an unquoted cell that is a JSON number is one, an empty one is absent, all else
 * is text; a quoted CSV cell may hold line breaks. Throws TableFault.
 */
export function delimitedRows(text: string, kind: "csv" | "tsv"): TableRows {
  const split = kind === "csv" ? splitCsv : splitTsv;
  const records = recordsOf(text, split);
  const header = records.next();
  if (header.done === true)
    throw new TableFault("it is empty: a first line with the names of the columns is missing");
  return { columns: header.value.map((cell) => cell.text.trim()), rows: mapped(records, cellsOf) };
}

/**
 * NDJSON: the members of each object. `columns` says which; without it those of the first object. Throws TableFault.
 */
export function objectRows(text: string, columns: readonly string[] | undefined): TableRows {
  const lines = linesOf(text);
  const names = columns ?? firstKeys(text);
  return { columns: names, rows: mapped(lines, ({ line, number }) => objectRow(line, number, names)) };
}

function* mapped<A, B>(items: Iterable<A>, each: (item: A) => B): Generator<B> {
  for (const item of items) yield each(item);
}

function cellsOf(cells: readonly Cell[]): TableRow {
  return cells.map(({ text, isQuoted }) => {
    if (text === "" && !isQuoted) return undefined;
    return isQuoted ? quote(text) : bareJson(text);
  });
}

function objectRow(line: string, number: number, names: readonly string[]): TableRow {
  const event = Event.parse(line);
  if (!(event instanceof Event)) throw new TableFault(`line ${number} is no JSON object: ${event.reason}`);
  return names.map((name) => event.raw(name));
}

function firstKeys(text: string): readonly string[] {
  for (const { line, number } of linesOf(text)) {
    const event = Event.parse(line);
    if (!(event instanceof Event)) throw new TableFault(`line ${number} is no JSON object: ${event.reason}`);
    return [...new Set(event.keys())];
  }
  return [];
}

function* recordsOf(text: string, split: (line: string) => Cell[] | undefined): Generator<Cell[], undefined> {
  let open = "";
  let openedAt = 0;
  for (const { line, number } of linesOf(text, "keepsBlank")) {
    if (open === "" && line.trim() === "") continue;
    if (open === "") openedAt = number;
    const record = open === "" ? line : `${open}\n${line}`;
    const cells = split(record);
    if (cells !== undefined) {
      open = "";
      yield cells;
    } else if (number - openedAt < RECORD_LINES_MAX && record.length < 1 << 20) open = record;
    else throw new TableFault(`line ${openedAt}: a quote is not closed, or has text behind it`);
  }
  if (open !== "") throw new TableFault(`line ${openedAt}: a quote is not closed, or has text behind it`);
  return undefined;
}

/**
 * Lines without their ends, numbered from 1; a byte order mark is left out, and so are blank lines unless they are
 * wanted.
 */
function* linesOf(text: string, keeps?: "keepsBlank"): Generator<{ line: string; number: number }> {
  let at = text.startsWith("\ufeff") ? 1 : 0;
  for (let number = 1; at < text.length; number++) {
    const end = text.indexOf("\n", at);
    const stop = end < 0 ? text.length : end;
    const line = text.slice(at, text[stop - 1] === "\r" && stop > at ? stop - 1 : stop);
    if (keeps !== undefined || line.trim() !== "") yield { line, number };
    at = stop + 1;
  }
}
