/** The times that begin a line of syslog, as devices write them. */

import { assumedNow, Guess, isOfUnreadZone, noteGuess, takeGuesses } from "../../../base/time/assumed.js";
import { epochTime, isoTime, rfc3164Time, timeAt } from "../../../base/time/read-time.js";
import { isZoneLetters } from "../../../base/time/zone-letters.js";

/** A time at the beginning of a header. Found by `clockAt`, which fills the same object each time. */
export interface HeaderClock {
  /** Behind the time, and behind a colon that belongs to it. */
  end: number;
  /** RFC 3339 in UTC; undefined of an uptime, and in a zone that is not known. */
  timestamp: string | undefined;
  /** The text of a time in a zone that is not known. */
  text: string | undefined;
  /** How long the device is up, where it says that instead: `1w2d`, `00:12:07`. */
  uptime: string | undefined;
  /** Whether it is of RFC 3164: `Nov 21 10:00:01`, and no more. */
  isPlain: boolean;
}

const found: HeaderClock = {
  end: 0,
  timestamp: undefined,
  text: undefined,
  uptime: undefined,
  isPlain: false,
};

/**
 * The time at `at`, or undefined. `isSure`: a priority or the like has said that this is syslog, so that times count
 * that begin lines of other formats, too.
 *
 * | written | by |
 * |---|---|
 * | `Nov 21 10:00:01`, `NOV  1 10:00:01`, `Nov 1 10:00:01` | RFC 3164, and relatives |
 * | `Nov 21 2026 10:00:01`, `Nov 21 10:00:01 2026`, `2026 Nov 21 10:00:01` | ASA, Huawei, H3C, Cisco IOS |
 * | `Nov 21 10:00:01.123 CET:`, `*Nov 21 10:00:01.123:`, `.Nov 21 10:00:01:` | Cisco IOS: the clock is not set, is not in step |
 * | `Sat Nov 21 10:00:01 2026` | OpenWrt |
 * | `Sat 2026-11-21 10:00:01 UTC` | journalctl -o short-full |
 * | `2026-11-21T10:00:01.123+01:00` | rsyslog, syslog-ng |
 * | `2026-11-21 10:00:01`, `2026/11/21 10:00:01`, `1784628001.123` | Huawei, Meraki, journalctl -o short-unix; only when sure |
 * | `nov/21/2026 10:00:01` | MikroTik |
 * | `Nov 21 2026 08:00:01 PM`, `2026-11-21 08:00:01 PM` | with AM or PM |
 * | `06/14/2026:18:29:23 GMT` | NetScaler; only when sure |
 * | `1w2d`, `2d03h`, `00:12:07`, with a colon | Cisco IOS: uptime; only when sure |
 */
export function clockAt(
  line: string,
  at: number,
  isSure: boolean,
  nowMs: number,
  isBehindLead = false,
): HeaderClock | undefined {
  const first = line.charCodeAt(at);
  mayOwnZone = isBehindLead || first === 42 || first === 46;
  found.uptime = undefined;
  found.text = undefined;
  found.isPlain = false;
  if (first >= 48 && first <= 57) return ofDigits(line, at, isSure, nowMs);
  if (first === 42 || first === 46)
    return isLetter(line.charCodeAt(at + 1)) ? bsd(line, at + 1, nowMs) : undefined;
  return isLetter(first) ? bsd(line, at, nowMs) : undefined;
}

/** Whether it is a router that writes, whose zone may have any name. */
let mayOwnZone = false;

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/**
 * Month, day, perhaps a year, clock, perhaps AM or PM, a fraction, a year. In small letters only before a host and a
 * tag.
 */
const BSD =
  /(?:[A-Za-z]{3} )?([A-Za-z]{3}) {1,2}(\d{1,2}),? (?:(\d{4}),? )?(\d{1,2}:\d\d:\d\d)(?: ?([AP]M)(?=[ .,:]|$)| ?([ap]m)(?= [\w.:-]{1,255} [^\s:]{1,128}:))?(?:[.,:](\d{1,9}))?(?: ([AP]M)(?=[ :]|$))?(?: (\d{4})(?=:?(?: |$)))?/y;
const MIKROTIK = /([a-z]{3})\/(\d\d)(?:\/(\d{4}))? (\d\d:\d\d:\d\d)(?: |$)/y;

function bsd(line: string, at: number, nowMs: number): HeaderClock | undefined {
  if (isPlainAt(line, at)) {
    const end = at + 15;
    const next = line.charCodeAt(end + 1);
    // What may be a year, a zone, or a name in capitals goes the long way.
    const isHalf = line.charCodeAt(end + 2) === 109 && line.charCodeAt(end + 3) === 32;
    if (
      line.charCodeAt(end) === 32 &&
      !(next <= 57 && next >= 43) &&
      !(next >= 65 && next <= 90) &&
      !isHalf
    ) {
      found.isPlain = true;
      return take(end, line.slice(at, end), nowMs);
    }
  }
  BSD.lastIndex = at;
  const match = BSD.exec(line);
  if (match === null) return slashed(line, at, nowMs) ?? weekdayFirst(line, at, nowMs);
  const [, month, day, before, clock, half, small, fraction, late, after] = match;
  const year = before ?? after;
  const end = BSD.lastIndex;
  found.isPlain = year === undefined && fraction === undefined && end - at === 15;
  return withZone(
    line,
    end,
    `${month} ${day!.padStart(2)} ${year === undefined ? "" : `${year} `}${ofDay(clock!, half ?? small ?? late)}${fraction === undefined ? "" : `.${fraction}`}`,
    nowMs,
  );
}

/** Whether `Nov 21 10:00:01` stands there, as far as its signs tell. */
function isPlainAt(line: string, at: number): boolean {
  return (
    line.charCodeAt(at + 3) === 32 &&
    line.charCodeAt(at + 6) === 32 &&
    line.charCodeAt(at + 9) === 58 &&
    line.charCodeAt(at + 12) === 58
  );
}

function slashed(line: string, at: number, nowMs: number): HeaderClock | undefined {
  MIKROTIK.lastIndex = at;
  const match = MIKROTIK.exec(line);
  if (match === null) return undefined;
  const [whole, month, day, year, clock] = match;
  const end = at + whole.trimEnd().length;
  return take(end, `${month} ${day} ${year === undefined ? "" : `${year} `}${clock}`, nowMs);
}

const FULL =
  /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?=(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? (?:[A-Z]{1,5}|[+-]\d\d(?::?\d\d)?)) )/y;

function weekdayFirst(line: string, at: number, nowMs: number): HeaderClock | undefined {
  FULL.lastIndex = at;
  const match = FULL.exec(line);
  return match === null ? undefined : taken(isoTime, at + 4 + match[1]!.length, match[1]!, nowMs);
}

/** A zone as routers and some daemons write it. What has a tag behind it is a host that is called so. */
const ZONE =
  / ?(?:\(?([A-Z]{1,5})\)?|(?:UTC|GMT)?[+-]\d\d:?\d\d|(?:UTC|GMT|TZ)[+-]\d{1,2})(?=:| [^\s:[\]]+ | %|$)/y;
/** A zone by a name that the owner of a router has given it, before the code of a message. */
const OWN_ZONE = / ([A-Za-z][\w/+-]{0,31})(?=: %)/y;

function withZone(line: string, at: number, text: string, nowMs: number): HeaderClock | undefined {
  ZONE.lastIndex = at;
  const match = ZONE.exec(line);
  const letters = match?.[1];
  const isZone =
    match !== null &&
    (letters === undefined || isZoneLetters(letters) || (mayOwnZone && isBehindColon(line, ZONE.lastIndex)));
  if (mayOwnZone && (!isZone || (letters !== undefined && !isZoneLetters(letters)))) {
    const own = withOwnZone(line, at, text, nowMs);
    if (own !== undefined) return own;
  }
  const end = isZone ? ZONE.lastIndex : at;
  const zone = isZone
    ? ` ${match[0]
        .trim()
        .replace(/^\(|\)$/g, "")
        .replace("TZ", "UTC")}`
    : "";
  return take(end, text + zone, nowMs);
}

/** Nobody knows such a zone but who has said what zone is meant. */
function withOwnZone(line: string, at: number, text: string, nowMs: number): HeaderClock | undefined {
  OWN_ZONE.lastIndex = at;
  const match = OWN_ZONE.exec(line);
  if (match === null) return undefined;
  const end = OWN_ZONE.lastIndex;
  if (assumedNow().zone !== undefined) return take(end, text, nowMs);
  if (rfc3164Time(text, nowMs) === undefined) return undefined;
  takeGuesses();
  noteGuess(Guess.unreadZone);
  found.timestamp = undefined;
  found.text = text + match[0];
  found.end = end;
  return found;
}

/** A word between the time and a colon, as in `10:00:01 EST: %ASA-`. */
function isBehindColon(line: string, end: number): boolean {
  return line.charCodeAt(end) === 58 && line.charCodeAt(end + 2) === 37;
}

function take(end: number, text: string, nowMs: number): HeaderClock | undefined {
  return taken(line3164, end, text, nowMs);
}

const line3164 = (text: string, nowMs: number) => rfc3164Time(text, nowMs);

function taken(
  read: (text: string, nowMs: number) => string | undefined,
  end: number,
  text: string,
  nowMs: number,
): HeaderClock | undefined {
  found.timestamp = read(text, nowMs);
  // Of a zone that is not known the time is no time, and the rest still syslog.
  if (found.timestamp === undefined) {
    if (!isOfUnreadZone(read, text, nowMs)) return undefined;
    found.text = text;
  }
  found.end = end;
  return found;
}

const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?=[ :,]|$)/y;
const NUMERIC =
  /\d{4}([-/])\d\d\1\d\d[ ,T]\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?: [AP]M)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?(?=[ :,]|$)/y;
const YEAR_FIRST =
  /(\d{4}) ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{1,2}:\d\d:\d\d)(?: ([AP]M))?(?:[.,](\d{1,9}))?/y;
/** `06/14/2026:18:29:23 GMT` of NetScaler. */
const NETSCALER = /(\d\d\/\d\d\/\d{4}):(\d\d:\d\d:\d\d)(?: ([A-Z]{3,5})(?= ))?(?= )/y;
const EPOCH = /1\d{9}\.\d{1,9}(?= )/y;
const UPTIME =
  /(?:(?:\d{1,3}y)?(?:\d{1,3}w)?(?:\d{1,3}d)?(?:\d{1,2}h)?(?<=[wdhy])|\d{1,4}:\d\d:\d\d(?:\.\d{1,6})?)(?=: )/y;

function ofDigits(line: string, at: number, isSure: boolean, nowMs: number): HeaderClock | undefined {
  if (line.charCodeAt(at + 10) === 84) {
    const end = endOf(ISO, line, at);
    return end < 0 ? undefined : taken(isoTime, end, line.slice(at, end).replace(",", "."), nowMs);
  }
  if (line.charCodeAt(at + 4) === 32) return yearFirst(line, at, nowMs);
  if (isSure && line.charCodeAt(at + 2) === 47) return netscaler(line, at, nowMs);
  let end = endOf(EPOCH, line, at);
  if (end < 0 && !isSure) return undefined;
  if (end < 0) {
    end = endOf(NUMERIC, line, at);
    if (end > 0) return taken(isoTime, end, line.slice(at, end).replace(/^(.{10}),/, "$1 "), nowMs);
    end = -1;
  }
  if (end > 0) return taken((text) => epochTime(text, "s"), end, line.slice(at, end), nowMs);
  end = endOf(UPTIME, line, at);
  if (end < 0) return undefined;
  found.end = end;
  found.timestamp = undefined;
  found.uptime = line.slice(at, end);
  return found;
}

function yearFirst(line: string, at: number, nowMs: number): HeaderClock | undefined {
  YEAR_FIRST.lastIndex = at;
  const match = YEAR_FIRST.exec(line);
  if (match === null) return undefined;
  const [, year, month, day, clock, half, fraction] = match;
  const rest = fraction === undefined ? "" : `.${fraction}`;
  return withZone(
    line,
    YEAR_FIRST.lastIndex,
    `${month} ${day!.padStart(2)} ${year} ${ofDay(clock!, half)}${rest}`,
    nowMs,
  );
}

function netscaler(line: string, at: number, nowMs: number): HeaderClock | undefined {
  NETSCALER.lastIndex = at;
  const match = NETSCALER.exec(line);
  if (match === null) return undefined;
  const [whole, day, clock, zone] = match;
  const text = `${day} ${clock}${zone === undefined ? "" : ` ${zone}`}`;
  return taken((all) => timeAt(all, 0, nowMs)?.timestamp, at + whole.length, text, nowMs);
}

/** The clock with two digits of the hour, of 24. */
function ofDay(clock: string, half: string | undefined): string {
  const padded = clock.length === 7 ? `0${clock}` : clock;
  const hour = Number(padded.slice(0, 2));
  if (half === undefined || hour > 12) return padded;
  const whole = (hour % 12) + (half.toUpperCase() === "PM" ? 12 : 0);
  return `${String(whole).padStart(2, "0")}${padded.slice(2)}`;
}

function endOf(pattern: RegExp, line: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(line) ? pattern.lastIndex : -1;
}
