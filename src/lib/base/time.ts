/**
 * Timestamps of logs to RFC 3339 in UTC: no digit of the source's precision is lost or added (nine fraction digits at
 * most), an impossible date gives undefined, a second of 60 becomes the next minute. Every reader keeps its last answer,
 * because neighbouring lines mostly share the second.
 */
import { epochTime, isoTime, zoneMinutesOf } from "./time-iso.js";
import { commonLogTime, ctimeTime, fullYear, klogTime, rfc2822Time, rfc3164Time } from "./time-logs.js";
import { monthNumber, rfc3339FromParts } from "./time-parts.js";

export { type EpochUnit, epochTime, isoTime, zoneMinutesOf } from "./time-iso.js";
export {
  commonLogTime,
  ctimeTime,
  dayMonthTime,
  fullYear,
  klogTime,
  rfc2822Time,
  rfc3164Time,
} from "./time-logs.js";
export { endOfDigits, monthNumber, rfc3339FromParts, utcMs, yearFor } from "./time-parts.js";

/**
 * RFC 3339 in UTC of text in any of the unambiguous ways logs write a time: everything above, and dates with the month's
 * name, what Go's and JavaScript's own printers write, `20240102T101112Z`, `240102 10:11:12`, minutes without seconds, a date alone, AM and PM. `02/03/2024` says day
 * and month in an unknown order and is refused, and so is anything else that does not look like a time.
 */
export function anyTime(text: string, nowMs: number, zoneMinutes = 0): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length < 8 || trimmed.length > 96) return undefined;
  return (
    isoTime(trimmed, zoneMinutes) ??
    epochTime(trimmed) ??
    commonLogTime(trimmed) ??
    rfc3164Time(trimmed, nowMs) ??
    ctimeTime(trimmed) ??
    rfc2822Time(trimmed) ??
    klogTime(trimmed, nowMs) ??
    looseTime(trimmed, zoneMinutes)
  );
}

const CLOCK = /(?:[T ,]\s*(?:at )?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?\s?([AaPp]\.?[Mm]\.?)?)?/
  .source;
const ZONE =
  /(?:\s?(Z|[A-Z]{2,5}|(?:GMT|UTC)?[+-]\d\d(?::?\d\d)?)(?: [A-Z]{2,5}| [+-]\d\d(?:\d\d)?| \([^()]{1,40}\))?(?: m=[+-][\d.]{1,24})?)?/
    .source;
const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.])(\\d{1,2}|[A-Za-z]{3,9})\\2(\\d{1,2})${CLOCK}${ZONE}$`);
const DAY_FIRST = new RegExp(
  `^(?:[A-Za-z]{3,9},? )?(\\d{1,2})([- /])([A-Za-z]{3,9})[- /](\\d{4}|\\d\\d)${CLOCK}${ZONE}$`,
);
const MONTH_FIRST = new RegExp(
  `^(?:[A-Za-z]{3,9},? )?([A-Za-z]{3,9})\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})${CLOCK}${ZONE}$`,
);
const COMPACT = /^(\d{4}|\d\d)(\d\d)(\d\d)[T ]?(\d\d):?(\d\d):?(\d\d)(?:[.,](\d+))?\s?(Z|[+-]\d\d:?\d\d)?$/;

function looseTime(text: string, zoneMinutes: number): string | undefined {
  let match = YEAR_FIRST.exec(text);
  if (match !== null) return withClock(+match[1]!, monthOf(match[3]!), +match[4]!, match, 5, zoneMinutes);
  match = DAY_FIRST.exec(text);
  if (match !== null)
    return withClock(yearOf(match[4]!), monthNumber(match[3]!), +match[1]!, match, 5, zoneMinutes);
  match = MONTH_FIRST.exec(text);
  if (match !== null) return withClock(+match[3]!, monthNumber(match[1]!), +match[2]!, match, 4, zoneMinutes);
  match = COMPACT.exec(text);
  if (match === null) return undefined;
  const zone = match[8] === undefined ? zoneMinutes : zoneMinutesOf(match[8]);
  if (zone === undefined) return undefined;
  const [year, month, day] = [yearOf(match[1]!), +match[2]!, +match[3]!];
  return rfc3339FromParts(year, month, day, +match[4]!, +match[5]!, +match[6]!, match[7], zone);
}

/** The time from a date and the six groups of CLOCK and ZONE that start at `at`. */
function withClock(
  year: number,
  month: number,
  day: number,
  match: RegExpExecArray,
  at: number,
  zoneMinutes: number,
) {
  const zoneText = match[at + 5]?.replace(/^(?:GMT|UTC)(?=[+-])/, "");
  const zone = zoneText === undefined ? zoneMinutes : zoneMinutesOf(zoneText);
  const half = match[at + 4]?.[0]?.toLowerCase();
  let hour = +(match[at] ?? 0);
  if (zone === undefined || (half !== undefined && (hour > 12 || hour < 1))) return undefined;
  if (half !== undefined) hour = (hour % 12) + (half === "p" ? 12 : 0);
  return rfc3339FromParts(
    year,
    month,
    day,
    hour,
    +(match[at + 1] ?? 0),
    +(match[at + 2] ?? 0),
    match[at + 3],
    zone,
  );
}

function monthOf(text: string): number {
  return /^\d/.test(text) ? +text : monthNumber(text);
}

function yearOf(text: string): number {
  return text.length === 4 ? +text : fullYear(+text);
}
