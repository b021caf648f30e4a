/** Cells of a line that stand apart by blanks, some in quotes or brackets. */

const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;

/**
 * The cells of `line`: apart by blanks, `"in quotes"` with blanks inside, in which a quote is written `\"` or `""`.
 * `brackets`: a cell that begins with `[` goes to the next `]`, and both are left out. Undefined where a quote or
 * bracket has no end.
 */
export function cellsOf(line: string, brackets = false): string[] | undefined {
  if (!line.includes('"') && !brackets) return line.trim().split(/[ \t]+/);
  const cells: string[] = [];
  for (let at = 0; at < line.length; ) {
    const code = line.charCodeAt(at);
    if (code === SPACE || code === TAB) {
      at++;
      continue;
    }
    const end =
      code === QUOTE
        ? endOfQuoted(line, at + 1)
        : code === BRACKET && brackets
          ? line.indexOf("]", at)
          : endOfBare(line, at);
    if (end < 0) return undefined;
    if (code === QUOTE) cells.push(unquoted(line.slice(at + 1, end)));
    else cells.push(line.slice(code === BRACKET && brackets ? at + 1 : at, end));
    at = code === QUOTE || (code === BRACKET && brackets) ? end + 1 : end;
    if (at < line.length && !isBlank(line.charCodeAt(at))) return undefined;
  }
  return cells;
}

const isBlank = (code: number) => code === SPACE || code === TAB;

function endOfBare(line: string, start: number): number {
  let end = start;
  while (end < line.length && !isBlank(line.charCodeAt(end))) end++;
  return end;
}

/**
 * The quote that ends a cell: a blank or the end of the line is behind it, and no backslash before; -1: there is none.
 */
function endOfQuoted(line: string, start: number): number {
  for (let at = start; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) {
      const next = line.charCodeAt(at + 1);
      if (next === QUOTE) at++;
      else if (at + 1 === line.length || isBlank(next)) return at;
    }
  }
  return -1;
}

function unquoted(text: string): string {
  return text.includes('"') || text.includes("\\")
    ? text.replace(/""|\\(["\\])/g, (whole, of) => of ?? whole[0]!)
    : text;
}
