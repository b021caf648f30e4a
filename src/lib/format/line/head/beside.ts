// Enter here: what stands beside a part of a head, and so tells what the part is.
/** What stands beside a part of a head, and so tells what the part is. */
import { closeOf, isOfText } from "../bracket.js";
import { areDigits, endOfBlanks, isBlank } from "../chars.js";
import { endOfWord, levelOfCell } from "../level-at.js";
import { isThreadName, type LineParts } from "../line-parts.js";
import { colonOfPlace, isQualified } from "../names.js";
import { isFault } from "./head-words.js";
import { isLabelWord } from "./labels.js";

/** Whether a level stands between the bar at `at` and the next one: `|ERROR|`. */
export function isLevelInBars(line: string, at: number, parts: LineParts): boolean {
  const bar = line.indexOf("|", at + 1);
  return bar > 0 && parts.level === undefined && levelOfCell(line, at + 1, bar) !== undefined;
}

/** Whether what is in the brackets that open at `at` belongs to the text. */
export function isTextInBracket(line: string, at: number): boolean {
  const close = closeOf(line, at);
  return close > 0 && isOfText(line, endOfBlanks(line, at + 1), close);
}

/** Whether a place in a source file, or a number, is in the brackets that open at `open`. */
export function isPlaceInBracket(line: string, open: number): boolean {
  const close = closeOf(line, open);
  return close > 0 && (colonOfPlace(line, open + 1, close) > 0 || areDigits(line, open + 1, close));
}

/** Whether a level and a colon follow a name and its colon, which end at `end`: `general: error: text`, as of BIND. */
export function isBeforeLevel(line: string, end: number, parts: LineParts): boolean {
  if (!parts.hasTime || line.charCodeAt(end) !== 0x20) return false;
  const wordEnd = endOfWord(line, end + 1);
  const isColon = line.charCodeAt(wordEnd) === 0x3a && line.charCodeAt(wordEnd + 1) === 0x20;
  return isColon && wordEnd - end > 3 && levelOfCell(line, end + 1, wordEnd) !== undefined;
}

/**
 * Whether a name before a colon belongs to the text: that of an exception, a word that leads to what happened, any
 * where the logger is known.
 */
export function isNameOfText(line: string, start: number, end: number, parts: LineParts): boolean {
  if (isFault(line, start, end) || isLabelWord(line, start, end)) return true;
  return !isQualified(line, start, end) && parts.names.some((name) => !isThreadName(name));
}

/** As PostgreSQL has it: two blanks behind the colon of a level, and what follows is text. */
export function isPostgresLevel(line: string, at: number, end: number, parts: LineParts): boolean {
  const isWide = isBlank(line.charCodeAt(end + 1)) && isBlank(line.charCodeAt(end + 2));
  return isWide && parts.hasTime && POSTGRES.has(line.slice(at, end));
}

const POSTGRES = new Set(
  "LOG STATEMENT DETAIL HINT CONTEXT QUERY ERROR FATAL WARNING PANIC NOTICE INFO DEBUG".split(" "),
);
