/** The arithmetic under every timestamp parser: parts of a date to RFC 3339 text in UTC. No clock, no locale. */

const FOUR_CENTURIES_MS = 146_097 * 86_400_000;
const DAYS_IN_MONTH: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));

// The minute written last: lines of a log mostly share it, so the calendar is worked out once a minute.
let cachedMinute = -1;
let cachedPrefix = "";

/**
 * RFC 3339 text in UTC of a date and time written at `zoneMinutes` east of UTC, or undefined when there is no such
 * moment (30 February, hour 24, a year outside 0001-9999, in UTC, too: other engines read no dates before and after).
 *
 * `fraction` holds the digits after the point as the source wrote them; up to nine are kept, none are added. Second 60
 * is accepted at the end of any minute and becomes the first second of the next one, as POSIX time has it, because most
 * readers of RFC 3339 refuse `:60`.
 *
 * ```ts
 * rfc3339FromParts(2000, 10, 10, 13, 55, 36, "5", -420);   // "2000-10-10T20:55:36.5Z"
 * ```
 */
export function rfc3339FromParts(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  fraction = "",
  zoneMinutes = 0,
): string | undefined {
  const key = ((((year * 13 + month) * 32 + day) * 24 + hour) * 60 + minute) * 4096 + zoneMinutes + 2048;
  const areInRange =
    month <= 12 &&
    day <= 31 &&
    hour <= 23 &&
    minute <= 59 &&
    month >= 1 &&
    day >= 1 &&
    hour >= 0 &&
    minute >= 0;
  if (!areInRange || !(second >= 0 && second <= 60)) return undefined;
  if (second === 60) return startOfNextMinute(year, month, day, hour, minute, fraction, zoneMinutes);
  if (key !== cachedMinute) {
    const prefix = minutePrefix(year, month, day, hour, minute, zoneMinutes);
    if (prefix === undefined) return undefined;
    cachedMinute = key;
    cachedPrefix = prefix;
  }
  return cachedPrefix + TWO_DIGITS[second]! + fractionText(fraction);
}

/** Milliseconds since the epoch of a UTC date and time; months from 1. The parts must name a real moment. */
export function utcMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  // Date.UTC takes years 0-99 for 1900-1999; the calendar repeats every 400 years.
  return Date.UTC(year + 400, month - 1, day, hour, minute, second) - FOUR_CENTURIES_MS;
}

/** Whether the month (from 1) of that year has that day. */
export function hasDay(year: number, month: number, day: number): boolean {
  const isLeap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (DAYS_IN_MONTH[month - 1] ?? 0) + (isLeap ? 1 : 0);
}

/** Whether a date is one of those that times may have: every reader of times asks here, or does the same (kernel). */
export function isDate(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && hasDay(year, month, day);
}

/** The year for a date that was written without one: the latest that puts it at most a day after `nowMs`. */
export function yearFor(
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  nowMs: number,
): number {
  const latestMs = nowMs + 86_400_000;
  const thisYear = yearOfMs(nowMs);
  // 29 February may be eight years back, around a century that is no leap year.
  for (let year = thisYear + 1; year >= thisYear - 8; year--) {
    if (hasDay(year, month, day) && utcMs(year, month, day, hour, minute, second) <= latestMs) return year;
  }
  return thisYear;
}

/** The year of two digits: 00-49 are 2000-2049, 50-99 are 1950-1999 (RFC 2822 section 4.3). */
export function fullYear(twoDigitYear: number): number {
  return twoDigitYear < 50 ? 2000 + twoDigitYear : 1900 + twoDigitYear;
}

let cachedDay = Number.NaN;
let cachedYear = 0;

/** The UTC year of a moment, worked out once a day. */
function yearOfMs(ms: number): number {
  const day = Math.floor(ms / 86_400_000);
  if (day !== cachedDay) {
    cachedDay = day;
    cachedYear = new Date(ms).getUTCFullYear();
  }
  return cachedYear;
}

/** The two decimal digits at `at`, or -1. */
export function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** The index of the first character from `at` on that is no decimal digit. */
export function endOfDigits(text: string, at: number): number {
  let end = at;
  while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
  return end;
}

/**
 * Month 1-12 of an English name of three letters or in full, in any case ("Oct", "october", "Sept"); 0 when unknown.
 */
export function monthNumber(name: string): number {
  const at = MONTH_STARTS.indexOf(name.slice(0, 3).toLowerCase());
  if (at < 0 || at % 3 !== 0 || name.length < 3) return 0;
  const month = at / 3 + 1;
  const rest = name.slice(3).toLowerCase();
  return rest === "" || rest === MONTH_RESTS[month - 1] || (month === 9 && rest === "t") ? month : 0;
}

const MONTH_STARTS = "janfebmaraprmayjunjulaugsepoctnovdec";
const MONTH_RESTS = "uary,ruary,ch,il,,e,y,ust,tember,ober,ember,ember".split(",");

function minutePrefix(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  zoneMinutes: number,
) {
  if (!isDate(year, month, day)) return undefined;
  const text = textOf(utcMs(year, month, day, hour, minute, 0) - zoneMinutes * 60_000);
  return text?.slice(0, 17);
}

function startOfNextMinute(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  fraction: string,
  zoneMinutes: number,
): string | undefined {
  if (!isDate(year, month, day)) return undefined;
  const text = textOf(utcMs(year, month, day, hour, minute, 60) - zoneMinutes * 60_000);
  return text === undefined ? undefined : text.slice(0, 19) + fractionText(fraction);
}

/** Undefined outside the years 0001 to 9999. */
function textOf(ms: number): string | undefined {
  const text = new Date(ms).toISOString();
  return text.length === 24 && !text.startsWith("0000") ? text : undefined;
}

function fractionText(fraction: string): string {
  if (fraction === "") return "Z";
  return fraction.length <= 9 ? `.${fraction}Z` : `.${fraction.slice(0, 9)}Z`;
}
