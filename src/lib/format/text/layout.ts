// Enter here: formats that are one regular expression a layout.
/** Text formats that are one regular expression a layout: named groups are the fields. */

import { assumption, noteGuess, takeGuesses } from "../../base/time/assumed.js";
import { endOfDigits, type FoundTime, isoTime, timeAt } from "../../base/time/read-time.js";
import { ZONE_SOURCE } from "../../base/time/time-at.js";
import { levelOfWord } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import { writeBody } from "../line/body.js";
import { writeSignIn } from "../sentences/sign-in.js";

/** Reads a timestamp written in one particular way. */
export type ReadTime = (text: string, nowMs: number) => string | undefined;

/**
 * One way in which a format writes its lines. The pattern is anchored to the whole line, matches in linear time and
 * names its groups as the fields of the event. `timestamp` must be a time by `readTime` and `level` a level word, or
 * the line is refused; fields in NUMBERS become numbers when they are written as JSON numbers; `message` is kept even
 * when empty, every other field is left out when empty or `-`. Of `body` the pairs and the object at its end are fields
 * and the rest is the message. Fields come out in the order of FIELD_ORDER, then as in the pattern.
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
    const match = this.match(line, start);
    return match !== null && this.writeMatch(match, event, nowMs);
  }

  /** What `writeMatch` writes the fields of; null when the line from `start` on is not of this layout. */
  match(line: string, start: number): RegExpExecArray | null {
    this.pattern.lastIndex = start;
    return this.pattern.exec(line);
  }

  /** False when a time or a level is none. */
  writeMatch(match: RegExpExecArray, event: EventWriter, nowMs: number): boolean {
    for (let i = 0; i < this.names.length; i++) {
      const value = match[this.groups[i]!];
      if (value !== undefined && !this.write(this.names[i]!, this.kinds[i]!, value, event, nowMs))
        return false;
    }
    return true;
  }

  private write(name: string, kind: FieldKind, value: string, event: EventWriter, nowMs: number): boolean {
    if (kind === "message") {
      writeSignIn(value, event);
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
 * Layouts of lines that begin with an ISO date and time, in brackets or not: the time is read once, then the layouts
 * are tried on what follows. Most such lines belong to a format that is tried late.
 */
export class DatedLayouts {
  private readonly layouts: readonly LogLayout[];
  private readonly gates: readonly string[];
  private readonly offset: 0 | 1;
  private readonly sign: RegExp | undefined;

  /**
   * `rests`: sources for what follows the time; "bracketed" lines begin with `[` (the closing one is in the rest).
   * `sign`, global: what each of them has somewhere behind the time.
   */
  constructor(rests: readonly string[], kind: "bare" | "bracketed" = "bare", sign?: RegExp) {
    this.sign = sign;
    this.layouts = rests.map((rest) => new LogLayout(rest));
    this.gates = rests.map(gateOf);
    this.offset = kind === "bare" ? 0 : 1;
  }

  parse(line: string, event: EventWriter, nowMs: number): boolean {
    const found = isoTimeAt(line, this.offset, nowMs);
    if (found === undefined) return false;
    const { end, timestamp } = found;
    if (this.sign !== undefined && !isBehind(this.sign, line, end)) return false;
    const second = line.charAt(end + 1);
    for (let i = 0; i < this.layouts.length; i++) {
      const gate = this.gates[i]!;
      if (gate !== "" && gate !== second && !(gate === "A" && second >= "A" && second <= "Z")) continue;
      const match = this.layouts[i]!.match(line, end);
      if (match === null) continue;
      // In a zone that is not known the time is no time, and the rest still a line of this layout.
      if (timestamp === undefined) event.text("time", line.slice(this.offset, end));
      else event.text("timestamp", timestamp);
      if (this.layouts[i]!.writeMatch(match, event, nowMs)) return true;
      event.reset();
    }
    return false;
  }
}

function isBehind(sign: RegExp, line: string, end: number): boolean {
  sign.lastIndex = end;
  return sign.test(line);
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

/** Source of a pattern for a date-time as `isoTime` reads it, with what may be its zone: letters alone do not tell. */
export const ISO_TIME =
  "\\d{4}[-/]\\d\\d[-/]\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,12})?(?: ?[AaPp]\\.?[Mm]\\b\\.?)?" +
  ZONE_SOURCE;

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

let lastLine = "";
let lastStart = -1;
let lastAssumption = -1;
let lastFound: FoundTime | undefined;
let lastGuesses = 0;

/** As `timeAt`, of a time that begins with an ISO date. Several formats ask. */
function isoTimeAt(line: string, start: number, nowMs: number): FoundTime | undefined {
  if (line === lastLine && start === lastStart && assumption === lastAssumption) {
    noteGuess(lastGuesses);
    return lastFound;
  }
  const before = takeGuesses();
  lastFound = startsWithDate(line, start) ? timeAt(line, start, nowMs) : undefined;
  lastGuesses = takeGuesses();
  noteGuess(before | lastGuesses);
  lastLine = line;
  lastStart = start;
  lastAssumption = assumption;
  return lastFound;
}
