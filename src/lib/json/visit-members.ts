/** Finds the members of JSON objects without building them: numbers and text stay as they were written. */

/** Called with key and value as they stand in the line, quotes and escapes included. */
export type Visit = (key: string, value: string) => void;

/**
 * Visits the top-level members of an object, in order, duplicates included. `line` is valid JSON whose bytes were read
 * as latin1, so that one character is one byte. Cost: one look at every character of the line.
 */
export function visitMembers(line: string, visit: Visit): void {
  let at = line.indexOf("{") + 1;
  for (;;) {
    at = skipSpace(line, at);
    const c = line.charCodeAt(at);
    if (c === COMMA) at = skipSpace(line, at + 1);
    else if (c === CLOSE_BRACE || Number.isNaN(c)) return;
    const keyEnd = endOfString(line, at);
    const key = line.slice(at, keyEnd);
    const valueStart = skipSpace(line, skipSpace(line, keyEnd) + 1);
    const valueEnd = endOfValue(line, valueStart);
    visit(key, line.slice(valueStart, valueEnd));
    at = valueEnd;
  }
}

const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

function skipSpace(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) <= 32) at++;
  return at;
}

/** The index behind the closing quote of the string that begins at `from`. */
function endOfString(line: string, from: number): number {
  for (let end = line.indexOf('"', from + 1); end > 0; end = line.indexOf('"', end + 1)) {
    let before = end;
    while (line.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end + 1;
  }
  return line.length;
}

function endOfValue(line: string, from: number): number {
  const first = line.charCodeAt(from);
  if (first === QUOTE) return endOfString(line, from);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfNested(line, from);
  let at = from;
  for (; at < line.length; at++) {
    const c = line.charCodeAt(at);
    if (c === COMMA || c === CLOSE_BRACE || c <= 32) break;
  }
  return at;
}

function endOfNested(line: string, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    const c = line.charCodeAt(at);
    if (c === QUOTE) at = endOfString(line, at) - 1;
    else if (c === OPEN_BRACE || c === OPEN_BRACKET) depth++;
    else if ((c === CLOSE_BRACE || c === CLOSE_BRACKET) && --depth === 0) return at + 1;
  }
  return line.length;
}
