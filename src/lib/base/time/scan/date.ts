/** Dates that begin with a number. */
import { fullYear } from "../parts.js";
import { decimalAt, digitsAt, endOfBlanks, isDigitCode, isLetterCode } from "./chars.js";
import { orderedDate } from "./date-order.js";
import { nameAt, nameEnd } from "./names.js";
import { dayOfWeek, dayOfYear } from "./week-dates.js";
import { DateForm, dated, written } from "./written.js";

const DASH = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;

/** Behind the date that begins with the digit at `at`; -1 when there is none. Its parts are in `written`. */
export function endOfNumericDate(line: string, at: number): number {
  const digits = digitsAt(line, at, 17);
  if (digits === 4) return yearFirst(line, at);
  if (digits === 1 || digits === 2) return shortFirst(line, at, digits);
  if (digits === 8 || digits === 14 || digits === 17) {
    const [month, day] = [decimalAt(line, at + 4, 2), decimalAt(line, at + 6, 2)];
    return dated(DateForm.compact, decimalAt(line, at, 4), month, day, at + 8);
  }
  if (digits !== 6 || line.charCodeAt(at + 6) !== 32) return -1;
  const year = fullYear(decimalAt(line, at, 2));
  return dated(DateForm.whole, year, decimalAt(line, at + 2, 2), decimalAt(line, at + 4, 2), at + 6);
}

/** `2026-11-21`, `2026/11/21`, `2026.11.21`, `2026-Nov-21`, `2026 Nov 21`, `2026-W47-6`, `2026-325`, `2026年11月21日`. */
function yearFirst(line: string, at: number): number {
  const separator = line.charCodeAt(at + 4);
  const year = decimalAt(line, at, 4);
  if (separator === 0x5e74 || separator === 0xb144) return ideographic(line, at + 4, year);
  const isDashed = separator === DASH;
  if (!isDashed && separator !== SLASH && separator !== DOT && separator !== COLON && separator !== 32)
    return -1;
  const monthAt = separator === DOT ? endOfBlanks(line, at + 5, 1) : at + 5;
  const first = line.charCodeAt(monthAt);
  if (isLetterCode(first)) {
    if (isDashed && first === 87) return weekDate(line, monthAt + 1, year);
    const month = nameAt(line, monthAt);
    return month < 1 ? -1 : dayBehind(line, nameEnd, separator, year, month);
  }
  const digits = digitsAt(line, monthAt, 3);
  if (isDashed && digits === 3) return ordinalDate(line, monthAt, year);
  // glog and klog without the level's letter: in a line it could be a year, or any number, before a clock.
  const isGlog = separator === 32 && digits === 2 && line.charCodeAt(monthAt + 2) === COLON;
  if (isGlog && written.isWholeText)
    return dated(DateForm.yearless, -1, decimalAt(line, at, 2), decimalAt(line, at + 2, 2), at + 4);
  if (separator === 32 || digits === 0 || digits > 2) return -1;
  return dayBehind(line, monthAt + digits, separator, year, decimalAt(line, monthAt, digits));
}

function dayBehind(line: string, at: number, separator: number, year: number, month: number): number {
  if (line.charCodeAt(at) !== separator) return -1;
  const dayAt = separator === DOT || separator === 32 ? endOfBlanks(line, at + 1, 1) : at + 1;
  const digits = digitsAt(line, dayAt, 2);
  if (digits === 0 || digits > 2) return -1;
  const end = dayAt + digits;
  // Korean dates have a point behind the day, too.
  const isPointed = dayAt > at + 1 && separator === DOT && line.charCodeAt(end) === DOT;
  return dated(DateForm.whole, year, month, decimalAt(line, dayAt, digits), isPointed ? end + 1 : end);
}

/** `年11月21日`, and so in Korean. */
function ideographic(line: string, at: number, year: number): number {
  const monthAt = endOfBlanks(line, at + 1, 1);
  const monthDigits = digitsAt(line, monthAt, 2);
  const monthSign = line.charCodeAt(monthAt + monthDigits);
  if (monthDigits === 0 || (monthSign !== 0x6708 && monthSign !== 0xc6d4)) return -1;
  const dayAt = endOfBlanks(line, monthAt + monthDigits + 1, 1);
  const dayDigits = digitsAt(line, dayAt, 2);
  const daySign = line.charCodeAt(dayAt + dayDigits);
  if (dayDigits === 0 || (daySign !== 0x65e5 && daySign !== 0xc77c)) return -1;
  const [month, day] = [decimalAt(line, monthAt, monthDigits), decimalAt(line, dayAt, dayDigits)];
  return dated(DateForm.whole, year, month, day, dayAt + dayDigits + 1);
}

/** ISO 8601 week dates: `W47-6`. */
function weekDate(line: string, at: number, year: number): number {
  if (digitsAt(line, at, 2) !== 2) return -1;
  const dayAt = line.charCodeAt(at + 2) === DASH ? at + 3 : at + 2;
  if (digitsAt(line, dayAt, 1) !== 1) return -1;
  const date = dayOfWeek(year, decimalAt(line, at, 2), decimalAt(line, dayAt, 1));
  return date === undefined ? -1 : dated(DateForm.whole, date.year, date.month, date.day, dayAt + 1);
}

/** ISO 8601 ordinal dates: the day of the year. */
function ordinalDate(line: string, at: number, year: number): number {
  const date = dayOfYear(year, decimalAt(line, at, 3));
  return date === undefined ? -1 : dated(DateForm.whole, date.year, date.month, date.day, at + 3);
}

/** `21/Nov/2026`, `21-Nov-26`, `21 Nov 2026`, `21Nov2026`, `11/21/2026`, `21.11.2026`, `11-21`. */
function shortFirst(line: string, at: number, digits: number): number {
  const end = at + digits;
  const separator = line.charCodeAt(end);
  if (isLetterCode(separator))
    return digits === 2 ? namedMonth(line, end, decimalAt(line, at, digits), 0) : -1;
  const isNamed = separator === 32 || isLetterCode(line.charCodeAt(end + 1));
  if (separator === 32 || separator === SLASH || separator === DASH) {
    if (isNamed) return namedMonth(line, end + 1, decimalAt(line, at, digits), separator);
  } else if (separator === DOT) {
    const monthAt = endOfBlanks(line, end + 1, 1);
    if (isLetterCode(line.charCodeAt(monthAt)))
      return namedMonth(line, monthAt, decimalAt(line, at, digits), 32);
  } else if (separator !== COLON) return -1;
  return threeNumbers(line, at, digits, separator);
}

/** The month by its name behind a day, and the year, if any. */
function namedMonth(line: string, at: number, day: number, separator: number): number {
  const month = nameAt(line, at);
  if (month < 1) return -1;
  const monthEnd = line.charCodeAt(nameEnd) === DOT ? nameEnd + 1 : nameEnd;
  let yearAt = line.charCodeAt(monthEnd) === 44 ? monthEnd + 1 : monthEnd;
  const between = line.charCodeAt(yearAt);
  if (between === 32 || between === DASH || between === SLASH) yearAt++;
  else if (separator !== 0) return -1;
  if (line.charCodeAt(yearAt) === 39) yearAt++;
  const digits = digitsAt(line, yearAt, 4);
  const after = line.charCodeAt(yearAt + digits);
  if (digits === 4) return dated(DateForm.whole, decimalAt(line, yearAt, 4), month, day, yearAt + 4);
  const isShort = digits === 2 && (between !== 32 || after !== COLON);
  if (isShort) return dated(DateForm.whole, fullYear(decimalAt(line, yearAt, 2)), month, day, yearAt + 2);
  return between === 32 ? dated(DateForm.named, -1, month, day, monthEnd) : -1;
}

function threeNumbers(line: string, at: number, digits: number, separator: number): number {
  const secondAt = at + digits + 1;
  const secondDigits = digitsAt(line, secondAt, 2);
  if (secondDigits === 0 || secondDigits > 2) return -1;
  const secondEnd = secondAt + secondDigits;
  const first = decimalAt(line, at, digits);
  const second = decimalAt(line, secondAt, secondDigits);
  const isPadded = digits === 2 && secondDigits === 2;
  if (line.charCodeAt(secondEnd) !== separator) {
    const isYearless = isPadded && separator !== COLON && line.charCodeAt(secondEnd) === 32;
    return isYearless ? orderedDate(first, second, -1, separator, secondEnd) : -1;
  }
  const thirdDigits = digitsAt(line, secondEnd + 1, 4);
  const end = secondEnd + 1 + thirdDigits;
  if (thirdDigits === 4) {
    const year = decimalAt(line, secondEnd + 1, 4);
    return orderedDate(first, second, year, separator, end);
  }
  if (thirdDigits !== 2 || separator === COLON || !(isPadded || separator === SLASH)) return -1;
  if (isDigitCode(line.charCodeAt(end))) return -1;
  return orderedDate(first, second, decimalAt(line, secondEnd + 1, 2), separator, end);
}
