/** ISO 8601 / RFC 3339 date-times as logs write them, and epoch numbers. */
import { endOfDigits, rfc3339FromParts, twoDigits } from "./time-parts.js";

let lastText = "";
let lastZone = 0;
let lastResult: string | undefined;

/**
 * RFC 3339 in UTC of `2024-01-02T10:11:12.123456+02:00` and its relatives, or undefined: `T`, `t` or a space between;
 * `-` or `/` in the date; `.` or `,` before the fraction; zone `Z`, `+hh`, `+hhmm`, `+hh:mm` or a name of `zoneMinutesOf`,
 * after a space or none. Without a zone the time is at `zoneMinutes` east of UTC. The whole text must be the time.
 *
 * ```ts
 * isoTime("2024-01-02 10:11:12,123");           // "2024-01-02T10:11:12.123Z"
 * isoTime("2024/01/02 10:11:12", 60);           // "2024-01-02T09:11:12Z"
 * ```
 */
export function isoTime(text: string, zoneMinutes = 0): string | undefined {
  if (text === lastText && zoneMinutes === lastZone) return lastResult;
  lastResult = readIso(text, zoneMinutes);
  lastText = text;
  lastZone = zoneMinutes;
  return lastResult;
}

/**
 * Minutes east of UTC of `Z`, `UTC`, `+0200`, `+02:00`, `-07`, or of a zone abbreviation that means one thing: those of
 * RFC 2822 and the European and Russian ones. Undefined for any other: a guess would move the event by hours.
 */
export function zoneMinutesOf(text: string): number | undefined {
  const first = text.charCodeAt(0);
  if (first !== 43 && first !== 45) return NAMED_ZONES[text.toUpperCase()];
  const hours = twoDigits(text, 1);
  const minutesAt = text.charCodeAt(3) === 58 ? 4 : 3;
  const minutes = text.length === 3 ? 0 : twoDigits(text, minutesAt);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  if (text.length !== 3 && text.length !== minutesAt + 2) return undefined;
  return first === 45 ? -(hours * 60 + minutes) : hours * 60 + minutes;
}

export type EpochUnit = "s" | "ms" | "us" | "ns";

/**
 * RFC 3339 in UTC of a count since 1970-01-01T00:00:00Z written as decimal text: `1700000000`, `1700000000.25`,
 * `1700000000123`, `1.7e9`. Without `unit` it goes by the digits before the point: 9-10 are seconds, 12-13 milliseconds,
 * 15-16 microseconds, 18-19 nanoseconds (1973 to 2286); any other number is no time. The precision is that of the text: milliseconds give
 * three digits, `1700000000.25` two. Negative counts are refused.
 */
export function epochTime(text: string, unit?: EpochUnit): string | undefined {
  const match = /^(\d{1,20})(?:\.(\d{1,40}))?(?:[eE]\+?(\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  let whole = match[1]!;
  let fraction = match[2] ?? "";
  const exponent = Number(match[3] ?? 0);
  if (exponent > 0) {
    whole += fraction.slice(0, exponent).padEnd(exponent, "0");
    fraction = fraction.slice(exponent);
  }
  whole = whole.replace(/^0+(?=\d)/, "");
  const shift = unit === undefined ? digitsBelowSecond(whole.length) : DIGITS_BELOW_SECOND[unit];
  if (shift === undefined) return undefined;
  const padded = whole.padStart(shift + 1, "0");
  const seconds = Number(padded.slice(0, padded.length - shift));
  if (!(seconds <= LAST_SECOND)) return undefined;
  const digits = (padded.slice(padded.length - shift) + fraction).slice(0, 9);
  const date = new Date(seconds * 1000).toISOString();
  return shift === 0 && fraction === "" ? `${date.slice(0, 19)}Z` : `${date.slice(0, 19)}.${digits}Z`;
}

/** 9999-12-31T23:59:59Z. */
const LAST_SECOND = 253_402_300_799;
const DIGITS_BELOW_SECOND: Readonly<Record<EpochUnit, number>> = { s: 0, ms: 3, us: 6, ns: 9 };

function digitsBelowSecond(digits: number): number | undefined {
  if (digits === 9 || digits === 10) return 0;
  if (digits === 12 || digits === 13) return 3;
  if (digits === 15 || digits === 16) return 6;
  return digits === 18 || digits === 19 ? 9 : undefined;
}

const NAMED_ZONES: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  UT: 0,
  WET: 0,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
};

function readIso(text: string, zoneMinutes: number): string | undefined {
  if (text.length < 19) return undefined;
  const separator = text.charCodeAt(4);
  const between = text.charCodeAt(10);
  const isDate = (separator === 45 || separator === 47) && text.charCodeAt(7) === separator;
  if (!isDate || (between !== 84 && between !== 32 && between !== 116)) return undefined;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined;
  const century = twoDigits(text, 0);
  const year = twoDigits(text, 2);
  if (century < 0 || year < 0) return undefined;

  let at = 19;
  let fraction = "";
  const point = text.charCodeAt(19);
  if (point === 46 || point === 44) {
    at = endOfDigits(text, 20);
    if (at === 20) return undefined;
    fraction = text.slice(20, at);
  }
  const zone =
    at === text.length ? zoneMinutes : zoneMinutesOf(text.slice(text.charCodeAt(at) === 32 ? at + 1 : at));
  if (zone === undefined) return undefined;
  return rfc3339FromParts(
    century * 100 + year,
    twoDigits(text, 5),
    twoDigits(text, 8),
    twoDigits(text, 11),
    twoDigits(text, 14),
    twoDigits(text, 17),
    fraction,
    zone,
  );
}
