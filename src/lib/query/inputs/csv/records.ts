/** Text of a CSV file to its records, whatever is odd about them: no cell is dropped. */

export interface CsvCell {
  readonly text: string;
  /** It stood in quotes: whatever it looks like, it is text. */
  readonly isQuoted: boolean;
}

export interface CsvRecord {
  readonly cells: readonly CsvCell[];
  /** Where the next record begins. */
  readonly end: number;
  /** A quote had no end, or text behind it: it is read as a character like any other. */
  readonly hasLooseQuote: boolean;
}

/** How the cells and records of a file are apart. */
export interface Dialect {
  /** One character. */
  readonly separator: string;
  /** "\r" for the files of old programs, which have no "\n". */
  readonly lineEnd: "\n" | "\r";
}

/** A cell in quotes is no longer than this; where one does not end before, its quote is a character like any other. */
const QUOTED_MAX = 16 << 20;

/**
 * The record at `start`: RFC 4180, with line breaks in quotes, and blanks before and behind a quoted cell. Undefined:
 * its end has not come yet, and `isAll` says that no more will. Cost: of lines without quotes, a search and a split.
 */
export function recordAt(
  text: string,
  start: number,
  { separator, lineEnd }: Dialect,
  isAll: boolean,
): CsvRecord | undefined {
  const found = text.indexOf(lineEnd, start);
  if (found < 0 && !isAll) return undefined;
  const stop = found < 0 ? text.length : found;
  const line = text.slice(start, withoutReturn(text, start, stop));
  if (!line.includes('"')) return { cells: plainCells(line, separator), end: stop + 1, hasLooseQuote: false };
  const cells: CsvCell[] = [];
  let hasLooseQuote = false;
  for (let at = start; ; ) {
    const quoted = quotedAt(text, at, separator, lineEnd, isAll);
    if (quoted === "more") return undefined;
    hasLooseQuote ||= quoted === "loose" || quoted?.isLoose === true;
    const cell = quoted === undefined || quoted === "loose" ? plainAt(text, at, separator, lineEnd) : quoted;
    cells.push(cell.cell);
    if (text[cell.end] !== separator) {
      const after = text.startsWith("\r\n", cell.end) ? cell.end + 2 : cell.end + 1;
      return { cells, end: after, hasLooseQuote };
    }
    at = cell.end + 1;
  }
}

interface Placed {
  readonly cell: CsvCell;
  /** Of the separator or line end behind it. */
  readonly end: number;
  readonly isLoose?: boolean;
}

function plainCells(line: string, separator: string): CsvCell[] {
  return line.split(separator).map((text) => ({ text, isQuoted: false }));
}

function plainAt(text: string, start: number, separator: string, lineEnd: string): Placed {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== lineEnd) end++;
  const stop = text[end] === separator ? end : withoutReturn(text, start, end);
  return { cell: { text: text.slice(start, stop), isQuoted: false }, end };
}

/** Undefined: no quote opens there. "loose": one does that has no end. "more": its end may be still to come. */
function quotedAt(
  text: string,
  start: number,
  separator: string,
  lineEnd: string,
  isAll: boolean,
): Placed | "loose" | "more" | undefined {
  let open = start;
  while (text[open] === " ") open++;
  if (text[open] !== '"') return undefined;
  // Behind a quote that is none of the cell's ends, the cell is looked for within the line.
  let limit = Math.min(text.length, open + QUOTED_MAX);
  let isLoose = false;
  for (let at = text.indexOf('"', open + 1); at >= 0 && at < limit; at = text.indexOf('"', at + 1)) {
    if (text[at + 1] === '"') {
      at++;
      continue;
    }
    const end = endBehind(text, at + 1, separator, lineEnd);
    if (end !== undefined) {
      const cell = { text: text.slice(open + 1, at).replaceAll('""', '"'), isQuoted: true };
      return { cell, end, isLoose };
    }
    const lineStop = text.indexOf(lineEnd, open);
    if (lineStop >= 0 && lineStop < at) return "loose";
    isLoose = true;
    limit = lineStop < 0 ? limit : Math.min(limit, lineStop);
  }
  return isAll || isLoose || text.length - open > QUOTED_MAX ? "loose" : "more";
}

/** Where the cell whose quote has ended is over; undefined when other text is there. */
function endBehind(text: string, from: number, separator: string, lineEnd: string): number | undefined {
  let at = from;
  while (text[at] === " ") at++;
  if (at >= text.length || text[at] === separator || text[at] === lineEnd) return at;
  return text.startsWith("\r\n", at) ? at : undefined;
}

function withoutReturn(text: string, start: number, stop: number): number {
  return stop > start && text[stop - 1] === "\r" ? stop - 1 : stop;
}
