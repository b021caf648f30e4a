/** The timestamps of particular log formats. Each reads the whole text or returns undefined; none needs a locale. */

import { assumedMinutes, assumedNow, Guess, noteGuess } from "./assumed.js";
import { zonelessTime, zoneMinutesOf } from "./iso.js";
import { endOfDigits, fullYear, monthNumber, rfc3339FromParts, twoDigits, yearFor } from "./parts.js";
import { remembered } from "./remembered.js";

/**
 * Apache and nginx access logs (Common Log Format): `10/Oct/2000:13:55:36 -0700`, with a fraction after the seconds where
 * the server was told to write one; and Python's http.server, `10/Oct/2000 13:55:36`, which names no zone.
 */
export const commonLogTime: (text: string) => string | undefined = remembered(readCommon);

/**
 * RFC 3164 section 4.1.2: `Oct  1 22:14:15`, also `Oct 01`, a year after the day or after the time as routers write it, and
 * a fraction. A missing year is the one that `assuming` says, else the latest that puts the time at most one day after the
 * moment it says, else after `nowMs`. Without a zone it is in the assumed one.
 */
export function rfc3164Time(text: string, nowMs: number): string | undefined {
  // The year can only change from one second to the next.
  const latestMs = assumedNow().latestMs ?? nowMs;
  if (!(latestMs >= anchorMs && latestMs - anchorMs < 1000)) {
    anchorMs = latestMs;
    recent3164 = remembered((later) => read3164(later, anchorMs));
  }
  return recent3164(text);
}

let anchorMs = Number.NaN;
let recent3164: (text: string) => string | undefined = () => undefined;

/** The year of a date without one, which is noted as a guess where nobody has said it. */
function assumedYear(
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  latestMs: number,
): number {
  const { year } = assumedNow();
  if (year !== undefined) return year;
  noteGuess(Guess.year);
  return yearFor(month, day, hour, minute, second, latestMs);
}

/** klog and glog headers without the level letter: `0102 15:04:05.123456`, or `20240102 15:04:05.123456`. */
export function klogTime(text: string, nowMs: number): string | undefined {
  const at = text.charCodeAt(4) === 32 ? 5 : 9;
  if (text.charCodeAt(at - 1) !== 32) return undefined;
  const [month, day] = [twoDigits(text, at - 5), twoDigits(text, at - 3)];
  const clock = readClock(text, at);
  if (clock === undefined) return undefined;
  const century = at === 9 ? twoDigits(text, 0) : 0;
  const short = at === 9 ? twoDigits(text, 2) : 0;
  if (century < 0 || short < 0) return undefined;
  const { hour, minute, second, fraction } = clock;
  const latestMs = assumedNow().latestMs ?? nowMs;
  const year = at === 9 ? century * 100 + short : assumedYear(month, day, hour, minute, second, latestMs);
  return zonelessTime(year, month, day, hour, minute, second, fraction);
}

/** `21 Nov 2026 10:00:01.123` or `21-Nov-2026 10:00:01.123`, the fraction optional, without a zone: Redis, Tomcat, BIND. */
export function dayMonthTime(text: string): string | undefined {
  const separator = text.charCodeAt(2);
  if (
    (separator !== 32 && separator !== 45) ||
    text.charCodeAt(6) !== separator ||
    text.charCodeAt(11) !== 32
  )
    return undefined;
  const [day, century, short] = [twoDigits(text, 0), twoDigits(text, 7), twoDigits(text, 9)];
  const clock = readClock(text, 12);
  if (clock === undefined || century < 0 || short < 0) return undefined;
  const { hour, minute, second, fraction } = clock;
  const month = monthNumber(text.slice(3, 6));
  return zonelessTime(century * 100 + short, month, day, hour, minute, second, fraction);
}

/** `15:04:05.123456` from `at` to the end of the text. */
function readClock(text: string, at: number) {
  if (text.charCodeAt(at + 2) !== 58 || text.charCodeAt(at + 5) !== 58) return undefined;
  const hasFraction = text.length > at + 8;
  if (hasFraction && (text.charCodeAt(at + 8) !== 46 || text.length === at + 9)) return undefined;
  if (hasFraction && endOfDigits(text, at + 9) !== text.length) return undefined;
  const fraction = hasFraction ? text.slice(at + 9) : "";
  return {
    hour: twoDigits(text, at),
    minute: twoDigits(text, at + 3),
    second: twoDigits(text, at + 6),
    fraction,
  };
}

/**
 * asctime(3), date(1) and the Apache error log: `Wed Oct 11 14:32:52 2000`, `Wed Oct 11 14:32:52.123456 2000`,
 * `Wed Oct 11 14:32:52 UTC 2000`. The day's name is not checked against the date.
 */
export const ctimeTime: (text: string) => string | undefined = remembered(readCtime);

/** RFC 2822 section 3.3: `Fri, 21 Nov 1997 09:55:06 -0600`; name of the day, seconds and a final comment are optional. */
export function rfc2822Time(text: string): string | undefined {
  const match =
    /^(?:[A-Za-z]{3,9},? )? ?(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4}|\d\d) (\d\d?):(\d\d)(?::(\d\d)(?:\.(\d+))?)? ([A-Za-z]{1,5}|[+-]\d{4})(?: \([^()]*\))?$/.exec(
      text,
    );
  const zone = match === null ? undefined : zoneMinutesOf(match[8]!);
  if (match === null || zone === undefined) return undefined;
  const year = match[3]!.length === 4 ? +match[3]! : fullYear(+match[3]!);
  return rfc3339FromParts(
    year,
    monthNumber(match[2]!),
    +match[1]!,
    +match[4]!,
    +match[5]!,
    +(match[6] ?? 0),
    match[7],
    zone,
  );
}

function readCommon(text: string): string | undefined {
  if (text.length < 20 || text[2] !== "/" || text[6] !== "/" || text[14] !== ":" || text[17] !== ":")
    return undefined;
  const isLocal = text.length === 20 && text[11] === " ";
  if (!isLocal && text[11] !== ":") return undefined;
  const space = isLocal ? 20 : text.indexOf(" ", 20);
  const hasZone = text.length - space === 6 && space > 0;
  const zone = isLocal ? 0 : hasZone ? zoneMinutesOf(text.slice(space + 1)) : undefined;
  if (zone === undefined) return undefined;
  const fraction = text.slice(21, Math.max(21, space));
  if (space > 20 && (text[20] !== "." || !/^\d+$/.test(fraction))) return undefined;
  const century = twoDigits(text, 7);
  const year = twoDigits(text, 9);
  if (century < 0 || year < 0) return undefined;
  const [hour, minute, second] = [twoDigits(text, 12), twoDigits(text, 15), twoDigits(text, 18)];
  const month = monthNumber(text.slice(3, 6));
  const day = twoDigits(text, 0);
  if (isLocal) return zonelessTime(century * 100 + year, month, day, hour, minute, second, fraction);
  return rfc3339FromParts(century * 100 + year, month, day, hour, minute, second, fraction, zone);
}

const RFC3164 =
  /^([A-Za-z]{3}) ([ \d]?\d) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?: (\d{4}))?(?: ([A-Z]{1,5}|[+-]\d\d:?\d\d))?$/;

function read3164(text: string, latestMs: number): string | undefined {
  const match = RFC3164.exec(text);
  if (match === null) return undefined;
  const named = match[9] === undefined ? undefined : zoneMinutesOf(match[9]);
  const month = monthNumber(match[1]!);
  if ((match[9] !== undefined && named === undefined) || month === 0) return undefined;
  const [day, hour, minute, second] = [+match[2]!, +match[4]!, +match[5]!, +match[6]!];
  const written = match[3] ?? match[8];
  const isUtc = assumedNow().zone === undefined;
  const zone = named ?? (isUtc ? 0 : assumedMinutes(yearOf(latestMs), month, day, hour, minute));
  const year =
    written === undefined
      ? assumedYear(month, day, hour, minute, second, latestMs + zone * 60_000)
      : Number(written);
  if (named === undefined) return zonelessTime(year, month, day, hour, minute, second, match[7]);
  return rfc3339FromParts(year, month, day, hour, minute, second, match[7], named);
}

function yearOf(ms: number): number {
  return new Date(ms).getUTCFullYear();
}

const CTIME =
  /^(?:[A-Za-z]{3} )?([A-Za-z]{3}) ([ \d]?\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?: ([A-Z]{1,5}|[+-]\d{4}))? (\d{4})$/;

function readCtime(text: string): string | undefined {
  const match = CTIME.exec(text);
  if (match === null) return undefined;
  const [day, hour, minute, second] = [+match[2]!, +match[3]!, +match[4]!, +match[5]!];
  const [year, month] = [+match[8]!, monthNumber(match[1]!)];
  if (match[7] === undefined) return zonelessTime(year, month, day, hour, minute, second, match[6]);
  const zone = zoneMinutesOf(match[7]);
  if (zone === undefined) return undefined;
  return rfc3339FromParts(year, month, day, hour, minute, second, match[6], zone);
}
