/** Dates that begin with the name of a month or a day. */
import { fullYear } from "../parts.js";
import {
  decimalAt,
  digitsAt,
  endOfBlanks,
  endOfWord,
  isBlankCode,
  isDigitCode,
  isWordCode,
} from "./chars.js";
import { endOfNumericDate } from "./date.js";
import { nameAt, nameEnd } from "./names.js";
import { DateForm, dated, written } from "./written.js";

const COMMA = 44;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const APOSTROPHE = 39;

/** Behind the date that begins with the letter at `at`; -1 when there is none. Its parts are in `written`. */
export function endOfNamedDate(line: string, at: number): number {
  const month = nameAt(line, at);
  if (month > 0) return dayBehind(line, nameEnd, month);
  return month === 0 ? behindWeekday(line, nameEnd) : -1;
}

/** The day's name is not checked against the date: some programs write it in another zone than the rest. */
function behindWeekday(line: string, at: number): number {
  let end = line.charCodeAt(at) === DOT ? at + 1 : at;
  if (line.charCodeAt(end) === COMMA) end++;
  const dateAt = endOfBlanks(line, end, 2);
  if (dateAt === at) return -1;
  if (!isDigitCode(line.charCodeAt(dateAt))) {
    const month = nameAt(line, dateAt);
    return month < 1 ? -1 : dayBehind(line, nameEnd, month);
  }
  const dateEnd = endOfNumericDate(line, dateAt);
  return written.form === DateForm.yearless ? -1 : dateEnd;
}

/** ` 21`, ` 21, 2026`, `-21-2026`, ` 21st '26` behind the month. */
function dayBehind(line: string, at: number, month: number): number {
  const afterName = line.charCodeAt(at) === DOT || line.charCodeAt(at) === COMMA ? at + 1 : at;
  const separator = line.charCodeAt(afterName);
  const isTight = separator === DASH || separator === SLASH;
  const dayAt = isTight ? afterName + 1 : endOfBlanks(line, afterName, 2);
  const digits = digitsAt(line, dayAt, 2);
  if (dayAt === afterName || digits === 0 || digits > 2) return -1;
  const day = decimalAt(line, dayAt, digits);
  const dayEnd = dayAt + digits;
  if (isTight) return yearBehind(line, dayEnd, separator, month, day);
  const end = behindOrdinal(line, dayEnd);
  return end < 0 ? -1 : spacedYear(line, end, month, day);
}

/** Behind `st`, `nd`, `rd` or `th`; -1 before other letters. */
function behindOrdinal(line: string, at: number): number {
  if (!isWordCode(line.charCodeAt(at))) return at;
  const end = endOfWord(line, at, 2);
  return /^(?:st|nd|rd|th)$/i.test(line.slice(at, end)) ? end : at;
}

function yearBehind(line: string, at: number, separator: number, month: number, day: number): number {
  if (line.charCodeAt(at) !== separator) return dated(DateForm.named, -1, month, day, at);
  const digits = digitsAt(line, at + 1, 4);
  if (digits !== 4 && digits !== 2) return -1;
  const year = decimalAt(line, at + 1, digits);
  return dated(DateForm.whole, digits === 4 ? year : fullYear(year), month, day, at + 1 + digits);
}

function spacedYear(line: string, at: number, month: number, day: number): number {
  const afterComma = line.charCodeAt(at) === COMMA ? at + 1 : at;
  const yearAt = endOfBlanks(line, afterComma, 2);
  const first = line.charCodeAt(yearAt);
  if (yearAt > afterComma && isDigitCode(first)) {
    const after = line.charCodeAt(yearAt + 4);
    if (digitsAt(line, yearAt, 4) === 4 && after !== COLON)
      return dated(DateForm.whole, decimalAt(line, yearAt, 4), month, day, yearAt + 4);
  } else if (first === APOSTROPHE && digitsAt(line, yearAt + 1, 2) === 2) {
    return dated(DateForm.whole, fullYear(decimalAt(line, yearAt + 1, 2)), month, day, yearAt + 3);
  }
  const isFollowed = isBlankCode(line.charCodeAt(afterComma)) || afterComma === line.length;
  return dated(DateForm.named, -1, month, day, isFollowed ? afterComma : at);
}
