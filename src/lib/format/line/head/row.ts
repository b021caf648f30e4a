/** Lines that are rows: cells behind a time, with commas or semicolons between. */
import { levelOfCell } from "../level-at.js";
import type { LineParts } from "../line-parts.js";

/** More cells than tables of logs have before their level. */
const CELLS_MAX = 32;

/** Whether a mark between cells is at `at`, right behind the time: one of a sentence has a blank behind it. */
export function isRowMark(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return (code === 0x2c || code === 0x3b) && line.charCodeAt(at + 1) > 0x20;
}

/**
 * Takes the level of the row whose time ends at `at`: the first cell that is a level word and nothing else. Returns
 * where the text begins: behind a level that is the first cell, else all cells are.
 */
export function takeRow(line: string, at: number, parts: LineParts): number {
  const mark = line.charCodeAt(at);
  let start = at + 1;
  for (let n = 0; n < CELLS_MAX && start < line.length; n++) {
    const end = endOfCell(line, start, mark);
    const isQuoted = line.charCodeAt(start) === 0x22 && line.charCodeAt(end - 1) === 0x22;
    const [first, last] = isQuoted ? [start + 1, end - 1] : [start, end];
    if (isLevelCell(line, first, last)) {
      parts.level = levelOfCell(line, first, last);
      if (parts.level !== undefined) return n === 0 ? Math.min(end + 1, line.length) : at + 1;
    }
    start = end + 1;
  }
  return at + 1;
}

function endOfCell(line: string, start: number, mark: number): number {
  const isQuoted = line.charCodeAt(start) === 0x22;
  let isInside = isQuoted;
  for (let at = isQuoted ? start + 1 : start; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x22 && isQuoted) isInside = !isInside;
    else if (code === mark && !isInside) return at;
  }
  return line.length;
}

/** In the first cells a level may be written in any way; further on there are other words. */
function isLevelCell(line: string, start: number, end: number): boolean {
  const length = end - start;
  if (length < 4 || length > 11) return length === 3 && line.slice(start, end).toUpperCase() === "ERR";
  const word = line.slice(start, end);
  return word === word.toUpperCase() ? /^[A-Z]+$/.test(word) : LEVELS.has(word.toLowerCase());
}

const LEVELS = new Set("trace debug info notice warn warning error critical fatal".split(" "));
