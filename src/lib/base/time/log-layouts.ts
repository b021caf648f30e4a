/** The timestamps of particular log formats. Each reads the whole text or returns undefined; none needs a locale. */

import { zonelessTime, zoneMinutesOf } from "./iso.js";
import { monthNumber, rfc3339FromParts, twoDigits } from "./parts.js";
import { remembered } from "./remembered.js";
import { wholeTime } from "./time-at.js";

/**
 * Apache and nginx access logs (Common Log Format): `10/Oct/2000:13:55:36 -0700`, with a fraction after the seconds
 * where the server was told to write one; and Python's http.server, `10/Oct/2000 13:55:36`, which names no zone.
 */
export const commonLogTime: (text: string) => string | undefined = remembered(readCommon);

/**
 * RFC 3164 section 4.1.2: `Oct  1 22:14:15`, also `Oct 01`, a year after the day or after the time as routers write it,
 * a zone and a fraction. A missing year is the one that `assuming` says, else the latest that puts the time at most one
 * day after the moment it says, else after `nowMs`. Without a zone it is in the assumed one.
 */
export function rfc3164Time(text: string, nowMs: number): string | undefined {
  return text.charCodeAt(0) >= 65 && text.charCodeAt(3) === 32 ? wholeTime(text, { nowMs }) : undefined;
}

/** klog and glog headers without the level letter: `0102 15:04:05.123456`, or `20240102 15:04:05.123456`. */
export function klogTime(text: string, nowMs: number): string | undefined {
  const isKlog = text.charCodeAt(4) === 32 || text.charCodeAt(8) === 32;
  return isKlog ? wholeTime(text, { nowMs }) : undefined;
}

/**
 * `21 Nov 2026 10:00:01.123` or `21-Nov-2026 10:00:01.123`, the fraction optional, without a zone: Redis, Tomcat, BIND.
 */
export function dayMonthTime(text: string): string | undefined {
  return text.charCodeAt(3) >= 65 ? wholeTime(text, {}) : undefined;
}

/**
 * asctime(3), date(1) and the Apache error log: `Wed Oct 11 14:32:52 2000`, `Wed Oct 11 14:32:52.123456 2000`,
 * `Wed Oct 11 14:32:52 UTC 2000`. The day's name is not checked against the date.
 */
export function ctimeTime(text: string): string | undefined {
  return text.charCodeAt(0) >= 65 ? wholeTime(text, {}) : undefined;
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
