/** The clock behind a date, or alone: where it begins, hours to seconds, the fraction, and which half of the day. */
import {
  decimalAt,
  digitsAt,
  endOfBlanks,
  isBlankCode,
  isDigitCode,
  isLetterCode,
  isWordCode,
} from "./chars.js";
import { nameAt, nameEnd } from "./names.js";
import { DateForm, written } from "./written.js";

const COMMA = 44;
const DASH = 45;
const DOT = 46;
const COLON = 58;
const BAR = 124;

/** Behind hours, minutes and perhaps seconds that follow the date which ends at `at`; -1 when no clock does. */
export function endOfClockBehind(line: string, at: number): number {
  const code = line.charCodeAt(at);
  const { form } = written;
  if (form === DateForm.compact && (isDigitCode(code) || code === DOT))
    return compactClock(line, code === DOT ? at + 1 : at);
  const isYearless = form === DateForm.yearless || form === DateForm.named;
  const start = isYearless ? endOfBlanks(line, at, 2) : startOfClock(line, at, code);
  if (start === at) return isIdeographic(line, at) ? endOfClock(line, at, false) : -1;
  const end = endOfClock(line, start, code === DASH || code === 32);
  if (end < 0) return isYearless ? -1 : compactClock(line, start);
  const mayLackSeconds = !isYearless || (written.isWholeText && form === DateForm.named);
  return written.hasSeconds || (mayLackSeconds && code !== BAR) ? end : -1;
}

/**
 * Behind what stands between date and clock: `T`, blanks, `_`, `:`, `-`, `, `|`, `, `, ` - `, ` at `, a day's name;
 * `at` where it is none of these.
 */
function startOfClock(line: string, at: number, code: number): number {
  if (code === COLON) return line.charCodeAt(at + 1) === COLON ? at + 2 : at + 1;
  if (code === 84 || code === 116 || code === 95 || code === DASH) return at + 1;
  if (code === BAR) return at + 1;
  const afterComma = code === COMMA ? at + 1 : at;
  const start = endOfBlanks(line, afterComma, 2);
  if (start === afterComma) return start;
  const next = line.charCodeAt(start);
  if ((next === DASH || next === 64) && isBlankCode(line.charCodeAt(start + 1))) return start + 2;
  if (next === 97 && line.charCodeAt(start + 1) === 116 && isBlankCode(line.charCodeAt(start + 2)))
    return start + 3;
  return isLetterCode(next) && nameAt(line, start) === 0 ? endOfBlanks(line, nameEnd, 1) : start;
}

/** Behind `10:00:01`, `1:05`, `10.00.01` (`mayBeDotted`), `10時00分01秒` with what says morning or afternoon before it. */
export function endOfClock(line: string, at: number, mayBeDotted: boolean): number {
  const half = halfBefore(line, at);
  const start = half === 0 ? at : endOfBlanks(line, at + 2, 1);
  const hourDigits = digitsAt(line, start, 2);
  if (hourDigits === 0 || hourDigits > 2) return -1;
  const hourEnd = start + hourDigits;
  const separator = line.charCodeAt(hourEnd);
  written.hour = decimalAt(line, start, hourDigits);
  written.isDotted = false;
  if (half !== 0 && !toHalf(half)) return -1;
  if (isSign(separator, HOUR_SIGNS)) return ideographicClock(line, hourEnd + 1);
  if (separator !== COLON) return mayBeDotted ? dottedClock(line, start, hourEnd) : -1;
  const minuteDigits = digitsAt(line, hourEnd + 1, 2);
  if (minuteDigits === 0 || minuteDigits > 2) return -1;
  const minuteEnd = hourEnd + 1 + minuteDigits;
  written.minute = decimalAt(line, hourEnd + 1, minuteDigits);
  const secondDigits = line.charCodeAt(minuteEnd) === COLON ? digitsAt(line, minuteEnd + 1, 2) : 0;
  written.hasSeconds = secondDigits > 0;
  written.second = secondDigits > 0 ? decimalAt(line, minuteEnd + 1, secondDigits) : 0;
  if (secondDigits > 2) return -1;
  return secondDigits > 0 ? minuteEnd + 1 + secondDigits : minuteEnd;
}

/** `10.00.01`, as Db2 and Blue Gene write it. */
function dottedClock(line: string, at: number, hourEnd: number): number {
  if (hourEnd - at !== 2 || line.charCodeAt(hourEnd) !== DOT || line.charCodeAt(hourEnd + 3) !== DOT)
    return -1;
  if (digitsAt(line, hourEnd + 1, 2) !== 2 || digitsAt(line, hourEnd + 4, 2) !== 2) return -1;
  written.isDotted = true;
  return set(line, hourEnd + 1, hourEnd + 4, hourEnd + 6);
}

/**
 * `100001`, and `1000` only behind a `T`; seventeen digits hold milliseconds. Behind a date with separators and a blank
 * six digits are some other number, but where the whole text is a time.
 */
function compactClock(line: string, at: number): number {
  const before = line.charCodeAt(at - 1);
  if (written.form !== DateForm.compact && before !== 84 && before !== 95 && !written.isWholeText) return -1;
  const digits = digitsAt(line, at, 9);
  const isShort = digits === 4 && before === 84;
  if (digits !== 6 && !isShort && !(digits === 9 && isDigitCode(before))) return -1;
  written.hour = decimalAt(line, at, 2);
  written.isDotted = false;
  if (isShort) {
    written.minute = decimalAt(line, at + 2, 2);
    written.second = 0;
    written.hasSeconds = false;
    return at + 4;
  }
  return set(line, at + 2, at + 4, at + 6);
}

function set(line: string, minuteAt: number, secondAt: number, end: number): number {
  written.minute = decimalAt(line, minuteAt, 2);
  written.second = decimalAt(line, secondAt, 2);
  written.hasSeconds = true;
  return end;
}

const HOUR_SIGNS = [0x6642, 0x65f6, 0xc2dc];
const MINUTE_SIGNS = [0x5206, 0xbd84];
const SECOND_SIGNS = [0x79d2, 0xcd08];

function isSign(code: number, signs: readonly number[]): boolean {
  return code > 0x500 && signs.includes(code);
}

function ideographicClock(line: string, at: number): number {
  const minuteAt = endOfBlanks(line, at, 1);
  const minuteDigits = digitsAt(line, minuteAt, 2);
  if (minuteDigits === 0 || !isSign(line.charCodeAt(minuteAt + minuteDigits), MINUTE_SIGNS)) return -1;
  written.minute = decimalAt(line, minuteAt, minuteDigits);
  const end = minuteAt + minuteDigits + 1;
  const secondAt = endOfBlanks(line, end, 1);
  const secondDigits = digitsAt(line, secondAt, 2);
  const hasSign = isSign(line.charCodeAt(secondAt + secondDigits), SECOND_SIGNS);
  written.hasSeconds = secondDigits > 0 && hasSign;
  written.second = written.hasSeconds ? decimalAt(line, secondAt, secondDigits) : 0;
  return written.hasSeconds ? secondAt + secondDigits + 1 : end;
}

const AM = 1;
const PM = 2;

/** What says the half of the day before the clock, in Chinese, Japanese and Korean; 0: nothing. */
function halfBefore(line: string, at: number): 0 | 1 | 2 {
  const first = line.charCodeAt(at);
  if (!(first > 0x4e00)) return 0;
  const second = line.charCodeAt(at + 1);
  if (first === 0x4e0a && second === 0x5348) return AM;
  if (first === 0x4e0b && second === 0x5348) return PM;
  if (first === 0x5348) return second === 0x524d ? AM : second === 0x5f8c ? PM : 0;
  if (first === 0xc624) return second === 0xc804 ? AM : second === 0xd6c4 ? PM : 0;
  return 0;
}

function isIdeographic(line: string, at: number): boolean {
  return halfBefore(line, at) !== 0 || (line.charCodeAt(at - 1) > 0x500 && isDigitCode(line.charCodeAt(at)));
}

/**
 * Puts the hour into its half of the day; false for an hour that it has not. `14:00 PM` says nothing else, nor does
 * `0:15 AM`.
 */
function toHalf(half: 1 | 2): boolean {
  const { hour } = written;
  if (half === PM) {
    if (hour === 0) return false;
    if (hour < 12) written.hour = hour + 12;
    return true;
  }
  if (hour > 12) return false;
  if (hour === 12) written.hour = 0;
  return true;
}

/**
 * Behind the digits of the second's fraction, which a point, a comma or (three digits) a colon begins. Digits behind a
 * comma that are not a whole number of milli-, micro- or nanoseconds are none where another comma follows: the line is
 * a table's.
 */
export function endOfFraction(line: string, at: number): number {
  written.fraction = "";
  const point = line.charCodeAt(at);
  if (point !== DOT && point !== COMMA && point !== COLON) {
    return digitsAt(line, at, 3) === 3 ? fraction(line, at, at + 3) : at;
  }
  if (!isDigitCode(line.charCodeAt(at + 1))) return at;
  let end = at + 2;
  while (isDigitCode(line.charCodeAt(end))) end++;
  const digits = end - at - 1;
  const next = line.charCodeAt(end);
  if (point === COLON && digits !== 3) return -1;
  if (point === COMMA && next === COMMA && digits % 3 !== 0) return at;
  return fraction(line, at + 1, end);
}

function fraction(line: string, start: number, end: number): number {
  written.fraction = line.slice(start, end);
  return end;
}

/** Behind AM or PM; `at` where there is neither, -1 where the clock has no such hour. */
export function endOfHalf(line: string, at: number): number {
  let start = at;
  let letter = line.charCodeAt(at) | 32;
  if (letter === 32 || letter > 122) {
    if (!isBlankCode(line.charCodeAt(at))) return at;
    letter = line.charCodeAt(++start) | 32;
  }
  if (letter !== 97 && letter !== 112) return at;
  const isPointed = line.charCodeAt(start + 1) === DOT;
  const m = isPointed ? start + 2 : start + 1;
  if ((line.charCodeAt(m) | 32) !== 109 || (isPointed && line.charCodeAt(m + 1) !== DOT)) return at;
  const end = isPointed ? m + 2 : m + 1;
  const next = line.charCodeAt(end);
  // What goes on with a letter behind a dash is a name; a digit is of an offset.
  if (isWordCode(next) || (next === DASH && !isDigitCode(line.charCodeAt(end + 1)))) return at;
  if (!toHalf(letter === 97 ? AM : PM)) return -1;
  const hasMillis = next === COLON && written.fraction === "" && digitsAt(line, end + 1, 3) === 3;
  return hasMillis ? fraction(line, end + 1, end + 4) : end;
}
