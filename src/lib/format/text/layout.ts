// Enter here: formats that are one regular expression a layout.
/** Text formats that are one regular expression a layout: named groups are the fields. */

import { isOfUnreadZone } from "../../base/time/assumed.js";
import { endOfDigits, isoTime } from "../../base/time/read-time.js";
import { timeAt } from "../../base/time/time-at.js";
import { isZone } from "../../base/time/zone.js";
import { zoneLetters } from "../../base/time/zone-letters.js";
import { levelOfWord } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import { writeBody } from "../line/body.js";

/** Reads a timestamp written in one particular way. */
export type ReadTime = (text: string, nowMs: number) => string | undefined;

/**
 * One way in which a format writes its lines. The pattern is anchored to the whole line, matches in linear time and names
 * its groups as the fields of the event. `timestamp` must be a time by `readTime` and `level` a level word, or the line is
 * refused; fields in NUMBERS become numbers when they are written as JSON numbers; `message` is kept even when empty, every
 * other field is left out when empty or `-`. Of `body` the pairs and the object at its end are fields and the rest is the message. Fields come out in the order of FIELD_ORDER, then as in the pattern.
 */
export class LogLayout {
  private readonly pattern: RegExp;
  private readonly names: readonly string[];
  private readonly groups: readonly number[];
  private readonly kinds: readonly FieldKind[];
  private readonly readTime: ReadTime;

  constructor(source: string, readTime: ReadTime = isoTimeOnly) {
    const names = [...source.matchAll(NAMED_GROUP)].map((match) => match[1]!);
    const order = names.map((_, i) => i).sort((a, b) => rank(names[a]!) - rank(names[b]!) || a - b);
    this.names = order.map((i) => names[i]!);
    this.groups = order.map((i) => i + 1);
    this.kinds = this.names.map(kindOf);
    // Without names the engine makes no object of groups a line.
    this.pattern = new RegExp(`${source.replace(NAMED_GROUP, "(")}$`, "sy");
    this.readTime = readTime;
  }

  /** Whether the line from `start` on is of this layout; if so its fields have been written. */
  parse(line: string, event: EventWriter, nowMs: number, start = 0): boolean {
    this.pattern.lastIndex = start;
    const match = this.pattern.exec(line);
    if (match === null) return false;
    for (let i = 0; i < this.names.length; i++) {
      const value = match[this.groups[i]!];
      if (value !== undefined && !this.write(this.names[i]!, this.kinds[i]!, value, event, nowMs))
        return false;
    }
    return true;
  }

  private write(name: string, kind: FieldKind, value: string, event: EventWriter, nowMs: number): boolean {
    if (kind === "message") {
      event.text(name, value);
    } else if (kind === "body") {
      writeBody(value, 0, event.mayHave("level"), event, true);
    } else if (kind === "timestamp") {
      const time = this.readTime(value, nowMs);
      if (time === undefined) return false;
      event.text(name, time);
    } else if (kind === "level") {
      const level = levelOfWord(value);
      if (level === undefined) return false;
      event.text(name, level);
    } else if (kind === "number" && isJsonNumber(value)) {
      event.number(name, value);
    } else {
      event.textIf(name, value.trim());
    }
    return true;
  }
}

type FieldKind = "message" | "body" | "timestamp" | "level" | "number" | "text";

function kindOf(name: string): FieldKind {
  if (name === "message" || name === "timestamp" || name === "level" || name === "body") return name;
  return NUMBER_NAME.test(name) ? "number" : "text";
}

/**
 * Layouts of lines that begin with an ISO date and time, in brackets or not: the time is read once, then the layouts are
 * tried on what follows. Most such lines belong to a format that is tried late.
 */
export class DatedLayouts {
  private readonly layouts: readonly LogLayout[];
  private readonly gates: readonly string[];
  private readonly offset: 0 | 1;

  /** `rests`: sources for what follows the time; "bracketed" lines begin with `[` (the closing one is in the rest). */
  constructor(rests: readonly string[], kind: "bare" | "bracketed" = "bare") {
    this.layouts = rests.map((rest) => new LogLayout(rest));
    this.gates = rests.map(gateOf);
    this.offset = kind === "bare" ? 0 : 1;
  }

  parse(line: string, event: EventWriter, nowMs: number): boolean {
    const end = endOfIsoTime(line, this.offset);
    if (end < 0) return false;
    const text = line.slice(this.offset, end);
    const timestamp = isoTime(text);
    // In a zone that is not known the time is no time, and the rest still a line of this layout.
    if (timestamp === undefined && !isOfUnreadZone(isoTime, text, nowMs)) return false;
    const second = line.charAt(end + 1);
    for (let i = 0; i < this.layouts.length; i++) {
      const gate = this.gates[i]!;
      if (gate !== "" && gate !== second && !(gate === "A" && second >= "A" && second <= "Z")) continue;
      if (timestamp === undefined) event.text("time", text);
      else event.text("timestamp", timestamp);
      if (this.layouts[i]!.parse(line, event, nowMs, end)) return true;
      event.reset();
    }
    return false;
  }
}

/** The second character that every match of the source has, "A" for any capital letter, "" when that cannot be said. */
function gateOf(source: string): string {
  if (source.startsWith(" (?<level>")) return "A";
  return /^ \\?([-|[])(?![{?*+])/.exec(source)?.[1] ?? "";
}

/** Tries the layouts in order. What a layout wrote before it refused is forgotten. */
export function parseLayouts(
  layouts: readonly LogLayout[],
  line: string,
  event: EventWriter,
  nowMs: number,
): boolean {
  for (const layout of layouts) {
    if (layout.parse(line, event, nowMs)) return true;
    event.reset();
  }
  return false;
}

/**
 * An offset from UTC. Two digits behind a blank are one only before what follows a zone in logs of PostgreSQL: else they may be
 * a number of the message.
 */
const OFFSET_SOURCES = [
  " ?[+-][01]\\d:?[0-5]\\d(?![\\d.])",
  "[+-][01]\\d(?![\\d:-])",
  " [+-][01]\\d(?= \\[|:\\D| [A-Z]{3,}\\b| [^\\s@]{1,64}@|:\\d{1,3}\\.\\d)",
  " ?(?:GMT|UTC)[+-]\\d{1,2}(?::?[0-5]\\d)?(?!\\d)",
].join("|");
const IN_BRACKETS = "\\[(?:[A-Z]\\w{1,20}/[\\w/+-]{1,40}|UTC|GMT|Z)\\]";

/** Source of a pattern for a date-time as `isoTime` reads it, with what may be its zone: letters alone do not tell. */
export const ISO_TIME =
  "\\d{4}[-/]\\d\\d[-/]\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,12})?(?: ?[AaPp]\\.?[Mm]\\b\\.?)?" +
  `(?:Z|${OFFSET_SOURCES}| (?:${zoneLetters().join("|")})\\b)?(?:${IN_BRACKETS})?`;

/** Whether the line begins like `2026-11-21` or `2026/11/21`: the cheap check before many patterns. */
export function startsWithDate(line: string, at = 0): boolean {
  const first = line.charCodeAt(at);
  const separator = line.charCodeAt(at + 4);
  return (
    first >= 48 &&
    first <= 57 &&
    (separator === 45 || separator === 47) &&
    line.charCodeAt(at + 7) === separator
  );
}

const NAMED_GROUP = /\(\?<([a-z_]+)>/g;
/** Fields that are numbers when their text is one. */
const NUMBER_NAME =
  /^(?:cpu|world|pid|tid|line|status|bytes|connection|worker|worker_requests|requests|headers|switches|core|copies|page|job|total|event_id)$|_(?:port|ms|us|ns|s|bytes|count)$/;
const FIELD_ORDER = ["timestamp", "level", "facility", "host", "service", "pid", "tid", "thread", "logger"];

function rank(name: string): number {
  if (name === "message" || name === "body") return 100;
  const at = FIELD_ORDER.indexOf(name);
  return at < 0 ? FIELD_ORDER.length : at;
}

function isoTimeOnly(text: string): string | undefined {
  return isoTime(text);
}

/** Whether the text is a number as JSON writes it, without an exponent. */
function isJsonNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  const end = endOfDigits(text, 0);
  if (end === 0 || (first === 48 && end > 1)) return false;
  if (end === text.length) return true;
  return text.charCodeAt(end) === 46 && end + 1 < text.length && endOfDigits(text, end + 1) === text.length;
}

/** A time in any layout that a line can begin with. */
export const headTime: ReadTime = (text, nowMs) => {
  const time = timeAt(text, 0, nowMs);
  return time?.end === text.length ? time.timestamp : undefined;
};

const HALF_OF_DAY = / ?[AaPp](?:[Mm]|\.[Mm]\.)(?![\w-])/y;
const OFFSET = new RegExp(OFFSET_SOURCES, "y");
/** What PostgreSQL writes behind the zone, so that other letters are one, too. */
const BEFORE_PROCESS = / \[\d+\](?: [^\s:]{1,64})? [A-Z]{3,9}\d?: /y;
const PLACE = / [A-Z][A-Za-z]{2,19}\/[A-Z][A-Za-z_]{2,30}(?:\/[A-Z][A-Za-z_]{2,30})?(?![\w/.-])/y;
const BRACKETED_ZONE = new RegExp(IN_BRACKETS, "y");

let lastLine = "";
let lastStart = -1;
let lastEnd = -1;

/** Where the date and time that starts at `start` ends, as ISO_TIME has it; -1 when there is none. Several formats ask. */
function endOfIsoTime(line: string, start: number): number {
  if (line !== lastLine || start !== lastStart) {
    lastEnd = findEndOfIsoTime(line, start);
    lastLine = line;
    lastStart = start;
  }
  return lastEnd;
}

function findEndOfIsoTime(line: string, start: number): number {
  if (
    !startsWithDate(line, start) ||
    line.charCodeAt(start + 13) !== 58 ||
    line.charCodeAt(start + 16) !== 58
  )
    return -1;
  let end = start + 19;
  const point = line.charCodeAt(end);
  if (point === 46 || point === 44) {
    const digitsEnd = endOfDigits(line, end + 1);
    if (digitsEnd > end + 1) end = digitsEnd;
  }
  const next = line.charCodeAt(end);
  if (next === 90) end++;
  else if (next === 32 || next === 43 || next === 45 || isHalf(next)) end = endOfZone(line, end);
  return line.charCodeAt(end) === 91 ? endOf(BRACKETED_ZONE, line, end) : end;
}

/** Behind AM or PM and a zone; `at` where there is neither. */
function endOfZone(line: string, at: number): number {
  const first = line.charCodeAt(at);
  const end = isHalf(first === 32 ? line.charCodeAt(at + 1) : first) ? endOf(HALF_OF_DAY, line, at) : at;
  const next = line.charCodeAt(end);
  if (next !== 32 && next !== 43 && next !== 45) return end;
  const after = next === 32 ? line.charCodeAt(end + 1) : next;
  if (after === 43 || after === 45) return endOf(OFFSET, line, end);
  if (after < 65 || after > 90) return end;
  const letters = endOfLetters(line, end);
  return letters === end ? endOfPlace(line, end) : letters;
}

/** Behind a name of the tz database. */
function endOfPlace(line: string, blank: number): number {
  const end = endOf(PLACE, line, blank);
  return end > blank && isZone(line.slice(blank + 1, end)) ? end : blank;
}

/** A or P. */
function isHalf(code: number): boolean {
  return (code | 32) === 97 || (code | 32) === 112;
}

function endOf(pattern: RegExp, line: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(line) ? pattern.lastIndex : at;
}

/** Behind the letters of a zone, which are two to five capitals between a blank and the end of a word. */
function endOfLetters(line: string, blank: number): number {
  let end = blank + 1;
  let packed = 0;
  for (let code = line.charCodeAt(end); code >= 65 && code <= 90; code = line.charCodeAt(++end)) {
    if (end - blank > 5) return blank;
    packed = packed * 32 + code - 64;
  }
  if (end - blank < 3 || isWordCode(line.charCodeAt(end))) return blank;
  const next = line.charCodeAt(end);
  if (next === 43 || next === 45) return endOf(OFFSET, line, blank);
  if (!ZONES.has(packed)) return endOfUnknown(line, blank, end);
  return end;
}

/** The letters of known zones, five bits each: most lines have the letters of a level there. */
const ZONES: ReadonlySet<number> = new Set(
  zoneLetters().map((letters) => [...letters].reduce((sum, one) => sum * 32 + one.charCodeAt(0) - 64, 0)),
);

/** Letters that nobody knows are a zone where PostgreSQL writes one. */
function endOfUnknown(line: string, blank: number, end: number): number {
  if (line.charCodeAt(end + 1) !== 91 || endOf(BEFORE_PROCESS, line, end) === end) return blank;
  return levelOfWord(line.slice(blank + 1, end)) === undefined ? end : blank;
}

function isWordCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
  );
}
