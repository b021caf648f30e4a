/** The zone behind a clock in a line, where other words may stand as well. */
import { zoneMinutesOf } from "../iso.js";
import { twoDigits } from "../parts.js";
import { isZone } from "../zone.js";
import { isZoneLetters, zoneLetters } from "../zone-letters.js";
import { decimalAt, digitsAt, isDigitCode, isWordCode } from "./chars.js";
import { isUnknownZone } from "./unknown-zone.js";
import { written, ZoneForm } from "./written.js";

/**
 * An offset from UTC. Two digits behind a blank are one only before what follows a zone in logs of PostgreSQL: else
 * they may be a number of the message.
 */
const OFFSET_SOURCES = [
  " ?[+-][01]\\d:?[0-5]\\d(?![\\d.])",
  "[+-][01]\\d(?![\\d:-])",
  " [+-][01]\\d(?= \\[|[\\])]|:\\D| [A-Z]{3,}\\b| [^\\s@]{1,64}@|:\\d{1,3}\\.\\d)",
  " ?(?:GMT|UTC)[+-]\\d{1,2}(?::?[0-5]\\d)?(?!\\d)",
].join("|");
const IN_BRACKETS = "\\[(?:[A-Z]\\w{1,20}/[\\w/+-]{1,40}|UTC|GMT|Z)\\]";

/** Source of a pattern for what may be the zone of a time in a line: letters alone do not tell. */
export const ZONE_SOURCE = `(?:Z|${OFFSET_SOURCES}| (?:${zoneLetters().join("|")})\\b)?(?:${IN_BRACKETS})?`;

const OFFSET = new RegExp(OFFSET_SOURCES, "y");
/** Letters and the offset that they stand for. */
const LETTERS_AND_OFFSET = / [A-Z]{3,5}([+-][01]\d(?::?[0-5]\d)?)(?![\w.:-])/y;
/** What PostgreSQL writes behind the zone, so that other letters are one, too. */
const BEFORE_PROCESS = / \[\d+\](?: [^\s:]{1,64})? [A-Z]{3,9}\d?: /y;
const PLACE = / [A-Z][A-Za-z]{2,19}\/[A-Z][A-Za-z_]{2,30}(?:\/[A-Z][A-Za-z_]{2,30})?(?![\w/.-])/y;
const BRACKETED = new RegExp(IN_BRACKETS, "y");

/** Behind the offset, the letters or the name of a zone that stands at `at`; `at` where none does. Without brackets. */
export function endOfZone(line: string, at: number): number {
  const next = line.charCodeAt(at);
  if (next === 90) return isWordCode(line.charCodeAt(at + 1)) ? at : at + 1;
  if (next !== 32 && next !== 43 && next !== 45) return at;
  const after = next === 32 ? line.charCodeAt(at + 1) : next;
  if (after === 90 && !isWordCode(line.charCodeAt(at + 2))) return at + 2;
  if (after === 43 || after === 45) return endOf(OFFSET, line, at);
  if (!(after >= 65 && after <= 90)) return at;
  const letters = endOfLetters(line, at);
  return letters === at ? endOfPlace(line, at) : letters;
}

/** Behind a zone in brackets; `at` where there is none. */
export function endOfBracketedZone(line: string, at: number): number {
  return line.charCodeAt(at) === 91 ? endOf(BRACKETED, line, at) : at;
}

/** Behind a name of the tz database. */
function endOfPlace(line: string, blank: number): number {
  const end = endOf(PLACE, line, blank);
  return end > blank && isZone(line.slice(blank + 1, end)) ? end : blank;
}

function endOf(pattern: RegExp, line: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(line) ? pattern.lastIndex : at;
}

/** Behind the letters of a zone, which are two to five capitals between a blank and the end of a word. */
function endOfLetters(line: string, blank: number): number {
  const packed = packedLetters(line, blank + 1);
  if (packed < 0) return blank;
  const end = lettersEnd;
  if (end - blank < 3 || isWordCode(line.charCodeAt(end))) return blank;
  const next = line.charCodeAt(end);
  if (next === 43 || next === 45) {
    const offset = endOf(OFFSET, line, blank);
    return offset === blank && ZONES.has(packed) ? endOf(LETTERS_AND_OFFSET, line, blank) : offset;
  }
  if (!ZONES.has(packed)) return endOfUnknown(line, blank, end);
  return end;
}

let lettersEnd = 0;

/** The capitals at `at`, five bits each; -1 for more than five. Sets `lettersEnd`. */
function packedLetters(line: string, at: number): number {
  let packed = 0;
  lettersEnd = at;
  for (let code = line.charCodeAt(at); code >= 65 && code <= 90; code = line.charCodeAt(++lettersEnd)) {
    if (lettersEnd - at > 4) return -1;
    packed = packed * 32 + code - 64;
  }
  return packed;
}

/** The letters of known zones, five bits each: most lines have the letters of a level there. */
const ZONES: ReadonlySet<number> = new Set(
  zoneLetters().map((letters) => [...letters].reduce((sum, one) => sum * 32 + one.charCodeAt(0) - 64, 0)),
);

const LEVELS = new Set(
  "TRACE DEBUG INFO WARN ERROR ERR CRIT FATAL ALERT EMERG PANIC LOG HINT FINE FINER NOTE TRC VRB DBG INF WRN FTL".split(
    " ",
  ),
);

/** Letters that nobody knows are a zone where PostgreSQL writes one. */
function endOfUnknown(line: string, blank: number, end: number): number {
  if (line.charCodeAt(end + 1) !== 91 || endOf(BEFORE_PROCESS, line, end) === end) return blank;
  return LEVELS.has(line.slice(blank + 1, end)) ? blank : end;
}

/**
 * What Go's and JavaScript's own printers put behind an offset: letters, the offset again, a name in brackets,
 * `m=+0.1`.
 */
const SAID_AGAIN =
  /(?: (?:[A-Z]{3,5}(?![\w:+-])|[+-][01]\d(?:[0-5]\d)?(?![\w:.])))?(?: \((?:[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){1,4}|[A-Z]{2,5}(?:[+-]\d\d:?\d\d)?)\))?(?: m=[+-][\d.]{1,24})?/y;

/**
 * Reads the zone that stands at `at` into `written`. Returns where it ends, with all that says it again. Letters behind
 * a date without a year may be the name of a host: `mayBeHost` leaves them but before a colon or a year. -1: what
 * stands there makes it no time.
 */
export function readZone(line: string, at: number, mayBeHost: boolean): number {
  written.zone = ZoneForm.none;
  const first = line.charCodeAt(at);
  if (!mayBeZone(first, line.charCodeAt(at + 1))) return at;
  const plainEnd = endOfPlainZone(line, at, first);
  if (plainEnd > 0) return plainEnd;
  const isSigned = first === 43 || first === 45;
  if (isSigned && written.isDotted && digitsAt(line, at + 1, 3) === 3) return minutesOnly(line, at);
  let end = endOfZone(line, at);
  if (end === at && first === 32) end = endOfUnknownLetters(line, at, mayBeHost);
  // What cannot be read as an offset must not be left out of it.
  if (isSigned && end === at && isDigitCode(line.charCodeAt(at + 1))) return -1;
  const isBlank = first === 32;
  if (end > at) {
    const text = line.slice(isBlank ? at + 1 : at, end);
    if (mayBeHost && isBlank && !isSurely(line, text, end)) return at;
    setZone(text);
  }
  const bracketsEnd = endOfBracketedZone(line, end);
  if (bracketsEnd > end && end === at) setZone(line.slice(at + 1, bracketsEnd - 1));
  if (end === at || bracketsEnd > end || line.charCodeAt(end) !== 32) return bracketsEnd;
  return isNumeric(line, at) ? behindRepetition(line, end) : end;
}

/**
 * Behind letters that nobody knows, where a zone alone stands: before the year of a date, or as `isUnknownZone` says.
 */
function endOfUnknownLetters(line: string, blank: number, mayBeHost: boolean): number {
  if (packedLetters(line, blank + 1) <= 0) return blank;
  const end = lettersEnd;
  if (isWordCode(line.charCodeAt(end))) return blank;
  if (!mayBeHost) return isUnknownZone(line, blank + 1, end) ? end : blank;
  return end - blank > 3 && YEAR_BEHIND.test(line.slice(end, end + 6)) ? end : blank;
}

/** Whether a zone could begin with these: mostly a blank and the first letter of another word do. */
function mayBeZone(first: number, second: number): boolean {
  if (first === 32) return (second >= 65 && second <= 90) || second === 43 || second === 45;
  return first === 90 || first === 43 || first === 45 || first === 91;
}

/** Reads `Z`, `+01:00` and `+0100` where nothing that says the zone again can follow. Behind it, or 0. */
function endOfPlainZone(line: string, at: number, first: number): number {
  if (first === 90) {
    const next = line.charCodeAt(at + 1);
    if (next === 91 || isWordCode(next)) return 0;
    written.zone = ZoneForm.minutes;
    written.zoneMinutes = 0;
    return at + 1;
  }
  const signAt = first === 32 ? at + 1 : at;
  const sign = line.charCodeAt(signAt);
  if (sign !== 43 && sign !== 45) return 0;
  const minutesAt = line.charCodeAt(signAt + 3) === 58 ? signAt + 4 : signAt + 3;
  const end = minutesAt + 2;
  const next = line.charCodeAt(end);
  const hours = twoDigits(line, signAt + 1);
  const minutes = twoDigits(line, minutesAt);
  if (hours < 0 || hours > 19 || minutes < 0 || minutes > 59) return 0;
  if (isWordCode(next) || next === 46 || next === 91) return 0;
  if (next === 32 && mayRepeat(line, end + 1)) return 0;
  written.zone = ZoneForm.minutes;
  written.zoneMinutes = sign === 45 ? -(hours * 60 + minutes) : hours * 60 + minutes;
  return end;
}

/** Db2: `+060` is an hour. */
function minutesOnly(line: string, at: number): number {
  const minutes = decimalAt(line, at + 1, 3);
  written.zone = ZoneForm.minutes;
  written.zoneMinutes = line.charCodeAt(at) === 45 ? -minutes : minutes;
  return minutes <= 14 * 60 ? at + 4 : -1;
}

/** Whether the zone could be said again at `at`: known letters, a sign, a bracket or `m=` are there. */
function mayRepeat(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  if (code === 40 || code === 43 || code === 45) return true;
  if (code === 109) return line.charCodeAt(at + 1) === 61;
  return code >= 65 && code <= 90 && ZONES.has(packedLetters(line, at));
}

function isSurely(line: string, text: string, end: number): boolean {
  const next = line.charCodeAt(end);
  if (text === "UTC" || text === "GMT" || isClosing(next) || !isZoneLetters(text)) return true;
  return YEAR_BEHIND.test(line.slice(end, end + 6)) || end === line.length;
}

/** A colon, a comma, or a closing bracket. */
function isClosing(code: number): boolean {
  return code === 58 || code === 44 || code === 93 || code === 41;
}

const YEAR_BEHIND = /^ (?:19|20)\d\d(?!\d)/;

/** Whether there is an offset in the zone at `at`. */
function isNumeric(line: string, at: number): boolean {
  for (let n = at; n < at + 8; n++) if (isDigitCode(line.charCodeAt(n))) return true;
  return false;
}

function behindRepetition(line: string, at: number): number {
  SAID_AGAIN.lastIndex = at;
  const match = SAID_AGAIN.exec(line);
  if (match === null) return at;
  const letters = /^ ([A-Z]{3,5})/.exec(match[0])?.[1];
  return letters === undefined || isZoneLetters(letters) ? at + match[0].length : at;
}

/** Sets the zone that a text means: an offset, letters, or a name of the tz database. */
export function setZone(text: string): void {
  const offset = LETTERS_FIRST.exec(text);
  const minutes = text.includes("/") ? undefined : zoneMinutesOf(offset === null ? text : offset[1]!);
  written.zone = ZoneForm.minutes;
  if (minutes !== undefined) written.zoneMinutes = minutes;
  else if (text.includes("/") && isZone(text)) {
    written.zone = ZoneForm.place;
    written.place = text;
  } else written.zone = ZoneForm.unread;
}

/** `CEST+0200`, `PST-08`; what stands behind GMT and UTC is read by `zoneMinutesOf`. */
const LETTERS_FIRST = /^(?!GMT|UTC)[A-Z]{3,5}([+-]\d.*)$/;
