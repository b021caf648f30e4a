// Enter here: text of any time to RFC 3339 in UTC with the digits of its source; zones, and phrases such as `2 hours
// ago`.
/**
 * Timestamps of logs to RFC 3339 in UTC: no digit of the source's precision is lost or added (nine fraction digits at
 * most), an impossible date gives undefined, a second of 60 becomes the next minute. Every reader keeps its last answer,
 * because neighbouring lines mostly share the second.
 */
import { epochTime, hourOfHalf, isoTime, zonelessTime, zoneMinutesOf } from "./iso.js";
import { commonLogTime, ctimeTime, klogTime, rfc2822Time, rfc3164Time } from "./log-layouts.js";
import { fullYear, monthNumber, rfc3339FromParts } from "./parts.js";

export { type EpochUnit, epochTime, isoTime, zonelessTime, zoneMinutesOf } from "./iso.js";
export {
  commonLogTime,
  ctimeTime,
  dayMonthTime,
  klogTime,
  rfc2822Time,
  rfc3164Time,
} from "./log-layouts.js";
export { endOfDigits, fullYear, isDate, monthNumber, rfc3339FromParts, utcMs, yearFor } from "./parts.js";

/**
 * RFC 3339 in UTC of text in any of the unambiguous ways logs write a time: everything above, and dates with the month's
 * name, what Go's and JavaScript's own printers write, `20240102T101112Z`, `240102 10:11:12`, minutes without seconds, a date alone, AM and PM. `02/03/2024` says day
 * and month in an unknown order and is refused, and so is anything else that does not look like a time.
 */
export function anyTime(text: string, nowMs: number): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length < 8 || trimmed.length > 96) return undefined;
  return (
    timeOf(trimmed) ?? rfc3164Time(trimmed, nowMs) ?? klogTime(trimmed, nowMs) ?? looseTime(trimmed, false)
  );
}

/**
 * As `anyTime`, for values of fields: dates without a clock or a year say no moment, and nothing is done about blanks around.
 */
export function timeOf(text: string): string | undefined {
  return (
    isoTime(text) ??
    epochTime(text) ??
    commonLogTime(text) ??
    ctimeTime(text) ??
    rfc2822Time(text) ??
    (text.length > 96 ? undefined : looseTime(text, true))
  );
}

const CLOCK = /(?:[T ,]\s*(?:at )?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?\s?([AaPp]\.?[Mm]\.?)?)?/
  .source;
const ZONE =
  /(?:\s?(Z|[A-Z]{2,5}|(?:GMT|UTC)[+-]\d\d?(?::?\d\d)?|[+-]\d\d(?::?\d\d)?)(?: [A-Z]{2,5}| [+-]\d\d(?:\d\d)?| \([^()]{1,40}\))?(?: m=[+-][\d.]{1,24})?)?/
    .source;
const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.])(\\d{1,2}|[A-Za-z]{3,9})\\2(\\d{1,2})${CLOCK}${ZONE}$`);
const DAY_FIRST = new RegExp(
  `^(?:[A-Za-z]{3,9},? )?(\\d{1,2})([- /])([A-Za-z]{3,9})[- /](\\d{4}|\\d\\d)${CLOCK}${ZONE}$`,
);
const MONTH_FIRST = new RegExp(
  `^(?:[A-Za-z]{3,9},? )?([A-Za-z]{3,9})\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})${CLOCK}${ZONE}$`,
);
const COMPACT =
  /^(\d{4}|\d\d)(\d\d)(\d\d)(?:[T ]?(\d\d):?(\d\d):?(\d\d)(?:[.,](\d+))?|T(\d\d):?(\d\d))\s?(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** `needsClock`: a date alone is no time. */
function looseTime(text: string, needsClock: boolean): string | undefined {
  let match = YEAR_FIRST.exec(text);
  if (match !== null) return withClock(+match[1]!, monthOf(match[3]!), +match[4]!, match, 5, needsClock);
  match = DAY_FIRST.exec(text);
  if (match !== null)
    return withClock(yearOf(match[4]!), monthNumber(match[3]!), +match[1]!, match, 5, needsClock);
  match = MONTH_FIRST.exec(text);
  if (match !== null) return withClock(+match[3]!, monthNumber(match[1]!), +match[2]!, match, 4, needsClock);
  match = COMPACT.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [yearOf(match[1]!), +match[2]!, +match[3]!];
  const [hour, minute] = [+(match[4] ?? match[8]!), +(match[5] ?? match[9]!)];
  return inNamedZone(year, month, day, hour, minute, +(match[6] ?? 0), match[7], match[10]);
}

/** The time from a date and the six groups of CLOCK and ZONE that start at `at`. */
function withClock(
  year: number,
  month: number,
  day: number,
  match: RegExpExecArray,
  at: number,
  needsClock: boolean,
) {
  if (needsClock && match[at] === undefined) return undefined;
  const half = match[at + 4];
  const hour = half === undefined ? +(match[at] ?? 0) : hourOfHalf(+match[at]!, half);
  const [minute, second] = [+(match[at + 1] ?? 0), +(match[at + 2] ?? 0)];
  return inNamedZone(year, month, day, hour, minute, second, match[at + 3], match[at + 5]);
}

function inNamedZone(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  fraction: string | undefined,
  zone: string | undefined,
): string | undefined {
  if (zone === undefined) return zonelessTime(year, month, day, hour, minute, second, fraction);
  const minutes = zoneMinutesOf(zone);
  if (minutes === undefined) return undefined;
  return rfc3339FromParts(year, month, day, hour, minute, second, fraction, minutes);
}

function monthOf(text: string): number {
  return /^\d/.test(text) ? +text : monthNumber(text);
}

function yearOf(text: string): number {
  return text.length === 4 ? +text : fullYear(+text);
}
