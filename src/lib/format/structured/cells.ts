/** One line of a table to its cells. */
import { table } from "../../base/table.js";

export interface Cell {
  readonly text: string;
  /** It stood in quotes: whatever it looks like, it is text. */
  readonly isQuoted: boolean;
}

/**
 * RFC 4180, within one line: cells apart by the separator (one character), quotes around a cell, `""` for a quote
 * inside. A quote inside an unquoted cell is an ordinary character. Undefined when a quote is not closed or has text
 * between it and the comma.
 */
export function splitCsv(line: string, separator = ","): Cell[] | undefined {
  if (!line.includes('"')) return line.split(separator).map(unquoted);
  const cells: Cell[] = [];
  let at = 0;
  for (;;) {
    const isQuoted = line.charCodeAt(at) === 0x22;
    const end = isQuoted ? endOfQuoted(line, at) : endOfUnquoted(line, at, separator);
    if (end < 0 || (end < line.length && line[end] !== separator)) return undefined;
    if (!isQuoted) cells.push(unquoted(line.slice(at, end)));
    else cells.push({ text: line.slice(at + 1, end - 1).replaceAll('""', '"'), isQuoted });
    if (end === line.length) return cells;
    at = end + 1;
  }
}

/** The separator of a header: of those it has outside quotes the most frequent one, a comma before others. */
export function separatorIn(header: string): string {
  const bare = header.replace(/"(?:[^"]|"")*"/g, "");
  const counts = SEPARATORS.map((separator) => bare.split(separator).length - 1);
  return SEPARATORS[counts.indexOf(Math.max(...counts))]!;
}

const SEPARATORS = [",", ";", "\t", "|"] as const;

/** Cells apart by tabs, with `\t`, `\n`, `\r` and `\\` for tab, line feed, carriage return and backslash. */
export function splitTsv(line: string): Cell[] {
  return line.split("\t").map((text) => unquoted(text.includes("\\") ? withoutEscapes(text) : text));
}

function unquoted(text: string): Cell {
  return { text, isQuoted: false };
}

function endOfUnquoted(line: string, from: number, separator: string): number {
  const found = line.indexOf(separator, from);
  return found < 0 ? line.length : found;
}

/** The index after the closing quote of the cell that opens at `from`, or -1. */
function endOfQuoted(line: string, from: number): number {
  let at = line.indexOf('"', from + 1);
  while (at >= 0 && line.charCodeAt(at + 1) === 0x22) at = line.indexOf('"', at + 2);
  return at < 0 ? -1 : at + 1;
}

const ESCAPES: Readonly<Record<string, string>> = table({
  "\\t": "\t",
  "\\n": "\n",
  "\\r": "\r",
  "\\\\": "\\",
});

function withoutEscapes(text: string): string {
  return text.replace(/\\[tnr\\]/g, (pair) => ESCAPES[pair]!);
}
