/** Heads whose parts are set apart by bars or tabs. */
import { areDigits, endOfBlanks, isBlank } from "./chars.js";
import { levelOfCell } from "./level-at.js";
import type { LineParts } from "./line-parts.js";
import { colonOfPlace, isName, isSourceFile } from "./names.js";

/** Behind a place in a source file, loggers that part with tabs have the text. */
const TAB = 0x09;
const CELLS_MAX = 8;

/**
 * Takes cells from `start` on for as long as each says what it is: level, place in a source file, number, name. Returns
 * where the first that does not begins: the text. The last cell is text always.
 */
export function readCells(line: string, start: number, separator: number, parts: LineParts): number {
  let at = start;
  for (let n = 0; n < CELLS_MAX; n++) {
    const bar = endOfCell(line, at, separator);
    if (bar < 0) return at;
    let end = bar;
    while (end > at && isBlank(line.charCodeAt(end - 1))) end--;
    const next = endOfBlanks(line, bar + 1);
    // Behind the text there may be an object.
    const isText = line.charCodeAt(next) === 0x7b || (separator === TAB && parts.file !== undefined);
    if (end > at && (isText || !takeCell(line, at, end, parts))) return at;
    at = next;
  }
  return at;
}

/** The separator behind the cell; a bar must not touch text on one side only. */
function endOfCell(line: string, at: number, separator: number): number {
  return line.indexOf(separator === 0x7c ? "|" : "\t", at);
}

function takeCell(line: string, start: number, end: number, parts: LineParts): boolean {
  if (parts.level === undefined) {
    parts.level = levelOfCell(line, start, end);
    if (parts.level !== undefined) return true;
  }
  const colon = colonOfPlace(line, start, end);
  if (colon > 0 && parts.file === undefined) {
    parts.file = line.slice(start, colon);
    parts.line = line.slice(colon + 1, end);
  } else if (areDigits(line, start, end) && end - start < 20) takeNumber(line.slice(start, end), parts);
  else if (isSourceFile(line, start, end) && parts.file === undefined) parts.file = line.slice(start, end);
  else if (isName(line, start, end)) parts.names.push(line.slice(start, end));
  else return false;
  return true;
}

/** A number behind a file is its line; of any other a cell does not say what it counts. */
function takeNumber(digits: string, parts: LineParts): void {
  if (parts.file !== undefined && parts.line === undefined && digits.length < 8) parts.line = digits;
  else parts.tags.push(digits);
}
