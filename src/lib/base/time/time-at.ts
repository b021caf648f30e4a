/** The one scanner of times: what stands at a place of a line, and what a whole text says. */
import { assumedMinutes, assumedNow, assuming, assumption, Guess, noteGuess } from "./assumed.js";
import { zonelessTime } from "./iso.js";
import { rfc3339FromParts, yearFor } from "./parts.js";
import { decimalAt, digitsAt, isBlankCode, isDigitCode, isLetterCode, isWordCode } from "./scan/chars.js";
import { endOfClock, endOfClockBehind, endOfFraction, endOfHalf } from "./scan/clock.js";
import { countAt } from "./scan/count.js";
import { endOfNumericDate } from "./scan/date.js";
import { endOfNamedDate } from "./scan/named-date.js";
import { endOfPlainDateTime } from "./scan/plain-date-time.js";
import { DateForm, DayOrder, written, ZoneForm } from "./scan/written.js";
import { readZone, setZone } from "./scan/zone-at.js";
import { isZoneLetters } from "./zone-letters.js";

export { countBetween, uptimeAt } from "./scan/count.js";
export { dateOrderEvidence, hasDateOfNumbers } from "./scan/date-order.js";
export { ZONE_SOURCE } from "./scan/zone-at.js";

/** A time that a line holds. */
export interface FoundTime {
  /** Behind its last character. */
  readonly end: number;
  /** RFC 3339 in UTC; undefined: a time, but of an unread zone, or a clock without a date. */
  readonly timestamp: string | undefined;
}

/**
 * The time that begins exactly at `at`, the longest reading. Undefined: none. Dates alone are none; neither is what is
 * part of a longer word or number: addresses, versions, names of files. Without a zone and a year it is what `assuming`
 * says, else UTC and the latest year that puts it at most a day after `nowMs`; what had to be guessed is noted.
 *
 * ```ts
 * timeAt("21/Nov/2026:10:00:01 +0100] x", 0, nowMs); // { end: 26, timestamp: "2026-11-21T09:00:01Z" }
 * ```
 */
export function timeAt(line: string, at: number, nowMs: number): FoundTime | undefined {
  const first = line.charCodeAt(at);
  const isDigit = isDigitCode(first);
  if (!isDigit && !isLetterCode(first) && first !== 64) return undefined;
  const before = line.charCodeAt(at - 1);
  if (isWordCode(before) || before === 46) return undefined;
  // Behind the year of a date there is no other date.
  if ((before === 45 || before === 47) && isDigitCode(line.charCodeAt(at - 2))) return undefined;
  written.isWholeText = false;
  // Only counts have ten digits at the start.
  if (isDigit ? isDigitCode(line.charCodeAt(at + 8)) : first === 64) {
    const count = countAt(line, at, nowMs);
    if (count !== undefined) return count;
  }
  const end = endOfTime(line, at);
  if (end < 0) return isDigit ? clockFirst(line, at, nowMs) : undefined;
  return found(end, nowMs);
}

let headText = "";
let headAssumption = -1;
let isHeadOfWhole = false;
const head = {
  form: DateForm.whole as DateForm,
  year: 0,
  month: 0,
  day: 0,
  hour: 0,
  minute: 0,
  second: 0,
  isDotted: false,
  order: DayOrder.written as DayOrder,
};

/** Behind the time at `at`, whose parts are then in `written`; -1 when there is none. */
function endOfTime(line: string, at: number): number {
  const secondsEnd = endOfHead(line, at);
  return secondsEnd < 0 ? -1 : endOfTail(line, secondsEnd);
}

/** Behind date, hours, minutes and seconds. Neighbouring lines mostly share them. */
function endOfHead(line: string, at: number): number {
  const plainEnd = endOfPlainDateTime(line, at);
  if (plainEnd > 0) return plainEnd;
  if (headText !== "" && line.startsWith(headText, at) && assumption === headAssumption) {
    const end = at + headText.length;
    if (!isDigitCode(line.charCodeAt(end)) && isHeadOfWhole === written.isWholeText) {
      restoreHead();
      return end;
    }
  }
  headText = "";
  written.order = DayOrder.written;
  const dateEnd = endOfDate(line, at);
  if (dateEnd < 0) return -1;
  const end = endOfClockBehind(line, dateEnd);
  if (end < 0) return -1;
  if (written.hasSeconds) keepHead(line.slice(at, end));
  return end;
}

function keepHead(text: string): void {
  headText = text;
  headAssumption = assumption;
  isHeadOfWhole = written.isWholeText;
  head.form = written.form;
  head.year = written.year;
  head.month = written.month;
  head.day = written.day;
  head.hour = written.hour;
  head.minute = written.minute;
  head.second = written.second;
  head.isDotted = written.isDotted;
  head.order = written.order;
}

function restoreHead(): void {
  written.form = head.form;
  written.year = head.year;
  written.month = head.month;
  written.day = head.day;
  written.hour = head.hour;
  written.minute = head.minute;
  written.second = head.second;
  written.order = head.order;
  written.hasSeconds = true;
  written.isDotted = head.isDotted;
}

/** Behind fraction, half of the day, zone and year. */
function endOfTail(line: string, at: number): number {
  written.fraction = "";
  const fractionEnd = written.hasSeconds ? endOfFraction(line, at) : at;
  if (fractionEnd < 0) return -1;
  const halfEnd = endOfHalf(line, fractionEnd);
  if (halfEnd < 0) return -1;
  const yearEnd = endOfYear(line, halfEnd);
  const zoneEnd = readZone(line, yearEnd, written.form === DateForm.named && written.year < 0);
  if (zoneEnd < 0) return -1;
  const end = endOfYear(line, zoneEnd);
  return isEnd(line, end) ? end : -1;
}

/** Behind the year of a date that has none before the clock. */
function endOfYear(line: string, at: number): number {
  if (written.form !== DateForm.named || written.year >= 0 || line.charCodeAt(at) !== 32) return at;
  if (digitsAt(line, at + 1, 4) !== 4 || isWordCode(line.charCodeAt(at + 5))) return at;
  const year = decimalAt(line, at + 1, 4);
  if (!written.isWholeText && (year < 1900 || year > 2199)) return at;
  written.year = year;
  return at + 5;
}

/** Whether a time may end here: not within a word or a number. */
function isEnd(line: string, at: number): boolean {
  const next = line.charCodeAt(at);
  if (isWordCode(next)) return false;
  return !(
    (next === 46 || next === 58) &&
    isDigitCode(line.charCodeAt(at + 1)) &&
    isDigitCode(line.charCodeAt(at - 1))
  );
}

function found(end: number, nowMs: number): FoundTime | undefined {
  const timestamp = moment(nowMs);
  if (timestamp !== undefined) return { end, timestamp };
  return written.zone === ZoneForm.unread ? { end, timestamp } : undefined;
}

/** RFC 3339 in UTC of what is written, undefined when there is no such moment, or it cannot be told. */
function moment(nowMs: number): string | undefined {
  const { month, day, hour, minute, second, fraction, zone, order } = written;
  if (zone === ZoneForm.place) return inPlace(nowMs);
  const lacksYear = isYearless();
  const zoneMinutes = zone === ZoneForm.minutes ? written.zoneMinutes : 0;
  const year = lacksYear ? assumedYear(nowMs, zone === ZoneForm.none) : written.year;
  const text =
    zone === ZoneForm.none
      ? zonelessTime(year, month, day, hour, minute, second, fraction)
      : rfc3339FromParts(year, month, day, hour, minute, second, fraction, zoneMinutes);
  if (text === undefined) {
    written.zone = ZoneForm.none;
    return undefined;
  }
  if (order === DayOrder.ambiguous) noteGuess(Guess.dateOrder);
  if (lacksYear && assumedNow().year === undefined) noteGuess(Guess.year);
  if (zone !== ZoneForm.unread) return text;
  noteGuess(Guess.unreadZone);
  return undefined;
}

function inPlace(nowMs: number): string | undefined {
  written.zone = ZoneForm.none;
  return assuming({ ...assumedNow(), zone: written.place }, () => moment(nowMs));
}

/** The latest year that puts the date at most a day after the file was written. */
function assumedYear(nowMs: number, isZoneless: boolean): number {
  const { year, latestMs = nowMs, zone } = assumedNow();
  if (year !== undefined) return year;
  const { month, day, hour, minute, second } = written;
  if (!isZoneless) return yearFor(month, day, hour, minute, second, latestMs + written.zoneMinutes * 60_000);
  const minutes =
    zone === undefined ? 0 : assumedMinutes(new Date(latestMs).getUTCFullYear(), month, day, hour, minute);
  return yearFor(month, day, hour, minute, second, latestMs + minutes * 60_000);
}

/** A time of day, `10:00:01.123`, which says no moment but where a date follows it. */
function clockFirst(line: string, at: number, nowMs: number): FoundTime | undefined {
  const clockEnd = endOfClock(line, at, false);
  if (clockEnd < 0 || !written.hasSeconds || written.hour > 23 || written.minute > 59) return undefined;
  if (line.charCodeAt(clockEnd - 3) !== 58 || line.charCodeAt(clockEnd - 6) !== 58) return undefined;
  const fractionEnd = endOfFraction(line, clockEnd);
  const end = fractionEnd < 0 ? -1 : endOfHalf(line, fractionEnd);
  if (end < 0 || written.second > 60 || !isEnd(line, end)) return undefined;
  if (line.charCodeAt(end) === 58 && isWordCode(line.charCodeAt(end + 1))) return undefined;
  return dateBehind(line, end, nowMs) ?? { end, timestamp: undefined };
}

/** The time whose clock ends at `at`, where a date with its year stands behind it, and no clock behind that. */
function dateBehind(line: string, at: number, nowMs: number): FoundTime | undefined {
  if (!isBlankCode(line.charCodeAt(at))) return undefined;
  written.order = DayOrder.written;
  written.zone = ZoneForm.none;
  const end = endOfDate(line, at + 1);
  if (end < 0 || isYearless() || !isEnd(line, end)) return undefined;
  const next = line.charCodeAt(end);
  if (next === 45 || (isBlankCode(next) && isDigitCode(line.charCodeAt(end + 1)))) return undefined;
  return found(end, nowMs);
}

/**
 * The date without a clock that begins at `at`, with its year, before a blank or the end: its first moment. Digits
 * alone, and dots with a year of two digits, could be other things, and are none.
 */
export function dateAloneAt(line: string, at: number, nowMs: number): FoundTime | undefined {
  const first = line.charCodeAt(at);
  if (!isDigitCode(first) && !isLetterCode(first)) return undefined;
  written.isWholeText = false;
  written.order = DayOrder.written;
  const end = endOfDate(line, at);
  const next = line.charCodeAt(end);
  if (end < 0 || (end < line.length && !isBlankCode(next))) return undefined;
  if (isYearless() || written.form === DateForm.compact || SHORT_DOTTED.test(line.slice(at, end)))
    return undefined;
  written.hour = written.minute = written.second = 0;
  written.fraction = "";
  written.zone = ZoneForm.none;
  return found(end, nowMs);
}

const SHORT_DOTTED = /^\d{1,2}\.\d{1,2}\.\d{1,2}$/;

function endOfDate(line: string, at: number): number {
  return isDigitCode(line.charCodeAt(at)) ? endOfNumericDate(line, at) : endOfNamedDate(line, at);
}

/** What a text may be that is a time as a whole. */
export interface WholeTimeRule {
  /** About now, for dates without a year; absent: they are none. */
  readonly nowMs?: number | undefined;
  /** Whether a date alone is a time: its first moment. */
  readonly mayBeDate?: boolean;
}

/**
 * RFC 3339 in UTC of a text that is a time as a whole, in any layout of `timeAt`, and in those that would be too weak
 * in a line.
 */
export function wholeTime(text: string, rule: WholeTimeRule): string | undefined {
  const first = text.charCodeAt(0);
  if (text.length > LONGEST || (!isDigitCode(first) && !isLetterCode(first))) return undefined;
  written.isWholeText = true;
  const headEnd = endOfHead(text, 0);
  if (headEnd >= 0) return wholeMoment(text, headEnd, rule);
  if (rule.mayBeDate !== true) return undefined;
  written.order = DayOrder.written;
  const end = endOfDate(text, 0);
  if (end !== text.length || isYearless() || isUndecided()) return undefined;
  written.hour = written.minute = written.second = 0;
  written.fraction = "";
  written.zone = ZoneForm.none;
  return moment(0);
}

const LONGEST = 96;

function isYearless(): boolean {
  return written.form === DateForm.yearless || (written.form === DateForm.named && written.year < 0);
}

/** Whether which number is the day is not known, and nobody would be told how it was read: only `parse` does. */
function isUndecided(): boolean {
  const { nowMs, dateOrder } = assumedNow();
  return written.order !== DayOrder.written && nowMs === undefined && dateOrder === undefined;
}

function wholeMoment(text: string, at: number, rule: WholeTimeRule): string | undefined {
  let end = endOfTail(text, at);
  if (end !== text.length && end >= 0) end = endOfRest(text, end);
  if (end !== text.length || isUndecided() || (isYearless() && rule.nowMs === undefined)) return undefined;
  return moment(rule.nowMs ?? 0);
}

/**
 * What in a line would not be a zone: letters in small, unknown ones, two digits behind a blank; digits behind a blank.
 */
function endOfRest(text: string, at: number): number {
  if (written.zone !== ZoneForm.none || text.length - at > 8) return at;
  const rest = text.slice(isBlankCode(text.charCodeAt(at)) ? at + 1 : at);
  if (/^\d{3}$/.test(rest) && written.fraction === "" && isBlankCode(text.charCodeAt(at))) {
    written.fraction = rest;
    return text.length;
  }
  const isZone = isZoneLetters(rest.toUpperCase()) || /^(?:[A-Z]{1,5}|[+-]\d\d(?::?\d\d)?)$/.test(rest);
  if (!isZone) return at;
  setZone(rest);
  return text.length;
}
