/** ISO 8601 / RFC 3339 date-times as logs write them, and epoch numbers. */

import { assumedMinutes, assumedNow, assuming, Guess, noteGuess, ownOffsets } from "./assumed.js";
import { endOfDigits, rfc3339FromParts, twoDigits } from "./parts.js";
import { remembered } from "./remembered.js";
import { minutesOfLetters } from "./zone-letters.js";

/**
 * RFC 3339 in UTC of `2024-01-02T10:11:12.123456+02:00` and its relatives, or undefined: `T`, `t` or a space between;
 * `-` or `/` in the date; `.` or `,` before the fraction; AM or PM; zone `Z`, `+hh`, `+hhmm`, `+hh:mm` or letters as
 * `zoneMinutesOf` reads them, after a space or none; a name in brackets behind (`[Europe/Berlin]`, RFC 9557), which
 * counts where there is no offset; and without seconds. Without a zone it is what `assuming` says. The whole text must
 * be the time.
 *
 * ```ts
 * isoTime("2024-01-02 10:11:12,123");               // "2024-01-02T10:11:12.123Z"
 * isoTime("2024-01-02T10:11+01:00[Europe/Berlin]"); // "2024-01-02T09:11:00Z"
 * ```
 */
export const isoTime: (text: string) => string | undefined = remembered(readIso);

/**
 * Minutes east of UTC of `Z`, `UTC`, `+0200`, `+02:00`, `-07`, `UTC+2`, or of a zone's letters that mean one thing: see
 * zone-letters.ts. Undefined for any other, which is noted as a guess that was not made.
 */
export function zoneMinutesOf(text: string): number | undefined {
  const first = text.charCodeAt(0);
  if (first === 90 && text.length === 1) return 0;
  if (first === 43 || first === 45) return offsetMinutes(text, first === 45);
  const named = /^(?:GMT|UTC)([+-])(\d{1,2}(?!\d)|\d\d(?=\d\d$))(.*)$/i.exec(text);
  if (named !== null) return zoneMinutesOf(`${named[1]}${named[2]!.padStart(2, "0")}${named[3]}`);
  const minutes = minutesOfLetters(text, ownOffsets());
  if (minutes === undefined && LETTERS.test(text)) noteGuess(Guess.unreadZone);
  return minutes;
}

/** What may be the name of a zone, as `.Z` and `00:00` are not. */
const LETTERS = /^[A-Za-z][A-Za-z0-9_+/-]+$/;

function offsetMinutes(text: string, isWest: boolean): number | undefined {
  const hours = twoDigits(text, 1);
  const minutesAt = text.charCodeAt(3) === 58 ? 4 : 3;
  const minutes = text.length === 3 ? 0 : twoDigits(text, minutesAt);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  if (text.length !== 3 && text.length !== minutesAt + 2) return undefined;
  return isWest ? -(hours * 60 + minutes) : hours * 60 + minutes;
}

export type EpochUnit = "s" | "ms" | "us" | "ns";

/**
 * RFC 3339 in UTC of a count since 1970-01-01T00:00:00Z written as decimal text: `1700000000`, `1700000000.25`,
 * `1700000000123`, `1.7e9`. Without `unit` it goes by the digits before the point: 9-10 are seconds, 12-13
 * milliseconds, 15-16 microseconds, 18-19 nanoseconds (1973 to 2286); any other number is no time. The precision is
 * that of the text: milliseconds give three digits, `1700000000.25` two. Negative counts are refused.
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
  if (whole.charCodeAt(0) === 48) whole = whole.replace(/^0+(?=\d)/, "");
  const shift = unit === undefined ? digitsBelowSecond(whole.length) : DIGITS_BELOW_SECOND[unit];
  if (shift === undefined) return undefined;
  const padded = whole.padStart(shift + 1, "0");
  const seconds = Number(padded.slice(0, padded.length - shift));
  if (!(seconds <= LAST_SECOND)) return undefined;
  const digits = (padded.slice(padded.length - shift) + fraction).slice(0, 9);
  if (seconds !== epochSecond) {
    epochSecond = seconds;
    epochText = new Date(seconds * 1000).toISOString().slice(0, 19);
  }
  return shift === 0 && fraction === "" ? `${epochText}Z` : `${epochText}.${digits}Z`;
}

/** The second read last: neighbouring counts mostly share it. */
let epochSecond = Number.NaN;
let epochText = "";

/** 9999-12-31T23:59:59Z. */
const LAST_SECOND = 253_402_300_799;
const DIGITS_BELOW_SECOND: Readonly<Record<EpochUnit, number>> = { s: 0, ms: 3, us: 6, ns: 9 };

function digitsBelowSecond(digits: number): number | undefined {
  if (digits === 9 || digits === 10) return 0;
  if (digits === 12 || digits === 13) return 3;
  if (digits === 15 || digits === 16) return 6;
  return digits === 18 || digits === 19 ? 9 : undefined;
}

const LONGEST = 160;

function readIso(text: string): string | undefined {
  if (text.length < 16 || text.length > LONGEST) return undefined;
  const separator = text.charCodeAt(4);
  const between = text.charCodeAt(10);
  const isDate = (separator === 45 || separator === 47) && text.charCodeAt(7) === separator;
  if (!isDate || (between !== 84 && between !== 32 && between !== 116)) return undefined;
  if (text.charCodeAt(13) !== 58) return undefined;
  const century = twoDigits(text, 0);
  const shortYear = twoDigits(text, 2);
  const hasSeconds = text.charCodeAt(16) === 58;
  if (century < 0 || shortYear < 0) return undefined;

  let at = hasSeconds ? 19 : 16;
  let fraction = "";
  const point = text.charCodeAt(19);
  if (hasSeconds && (point === 46 || point === 44)) {
    at = endOfDigits(text, 20);
    if (at === 20) return undefined;
    fraction = text.slice(20, at);
  }
  const year = century * 100 + shortYear;
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const minute = twoDigits(text, 14);
  const second = hasSeconds ? twoDigits(text, 17) : 0;
  let hour = twoDigits(text, 11);
  if (at === text.length) return zonelessTime(year, month, day, hour, minute, second, fraction);
  if (at === text.length - 1 && text.charCodeAt(at) === 90)
    return rfc3339FromParts(year, month, day, hour, minute, second, fraction, 0);
  const half = HALF_OF_DAY.exec(text.slice(at));
  if (half !== null) {
    hour = hourOfHalf(hour, half[1]!);
    at += half[0].length;
  }
  const rest = text.slice(text.charCodeAt(at) === 32 ? at + 1 : at);
  if (rest === "" && half !== null && text.charCodeAt(at) !== 32)
    return zonelessTime(year, month, day, hour, minute, second, fraction);
  const zone = rest.includes("[") ? bracketed(rest) : rest;
  if (zone === undefined) return undefined;
  if (zone.includes("/"))
    return inZone(zone, () => zonelessTime(year, month, day, hour, minute, second, fraction));
  const minutes = zoneMinutesOf(zone);
  if (minutes === undefined) return undefined;
  return rfc3339FromParts(year, month, day, hour, minute, second, fraction, minutes);
}

/** RFC 3339 in UTC of a date and time that name no zone. */
export function zonelessTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  fraction = "",
): string | undefined {
  const utc = rfc3339FromParts(year, month, day, hour, minute, second, fraction);
  if (utc === undefined) return undefined;
  const zone = assumedMinutes(year, month, day, hour, minute);
  return zone === 0 ? utc : rfc3339FromParts(year, month, day, hour, minute, second, fraction, zone);
}

const HALF_OF_DAY = /^ ?([AP])\.?M\.?(?![A-Za-z0-9])/i;

/**
 * The hour of 24 of one of twelve; -1 when it is none. `14:00 PM` and `0:15 AM`, which some write, say nothing else.
 */
export function hourOfHalf(hour: number, half: string): number {
  const isPm = half.toLowerCase().startsWith("p");
  if (hour === 0) return isPm ? -1 : 0;
  if (hour > 12) return isPm ? hour : -1;
  return (hour % 12) + (isPm ? 12 : 0);
}

const SUFFIX = /^(.*?)((?:\[!?[\w+/:=.-]{1,64}\])+)$/;

/** Of an offset and names in brackets behind it the offset; of names alone the first, when it is a zone. */
function bracketed(text: string): string | undefined {
  const match = SUFFIX.exec(text);
  if (match === null) return undefined;
  if (match[1] !== "") return match[1];
  const name = /^\[!?([^\]=]+)\]/.exec(match[2]!)?.[1];
  return name === undefined ? undefined : name;
}

/** What `read` gives where times without a zone are those of an IANA zone; undefined when there is no such zone. */
function inZone(zone: string, read: () => string | undefined): string | undefined {
  try {
    return assuming({ ...assumedNow(), zone }, read);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
