/** Text formats that are one regular expression a layout: named groups are the fields. */
import { isoTime } from "../base/time.js";
import type { EventWriter } from "../event/writer.js";
import { levelOfWord } from "./level-words.js";

/** Reads a timestamp written in one particular way. */
export type ReadTime = (text: string, nowMs: number) => string | undefined;

/**
 * One way in which a format writes its lines. The pattern is anchored to the whole line, matches in linear time and names
 * its groups as the fields of the event. `timestamp` must be a time by `readTime` and `level` a level word, or the line is
 * refused; fields in NUMBERS become numbers when they are written as JSON numbers; `message` is kept even when empty, every
 * other field is left out when empty or `-`. Fields come out in the order of FIELD_ORDER, then as in the pattern.
 */
export class Layout {
  private readonly pattern: RegExp;
  private readonly names: readonly string[];
  private readonly groups: readonly number[];
  private readonly readTime: ReadTime;

  constructor(source: string, readTime: ReadTime = isoTimeOnly) {
    const names = [...source.matchAll(NAMED_GROUP)].map((match) => match[1]!);
    const order = names.map((_, i) => i).sort((a, b) => rank(names[a]!) - rank(names[b]!) || a - b);
    this.names = order.map((i) => names[i]!);
    this.groups = order.map((i) => i + 1);
    // Without names the engine makes no object of groups a line.
    this.pattern = new RegExp(`^${source.replace(NAMED_GROUP, "(")}$`, "s");
    this.readTime = readTime;
  }

  /** Whether the line is of this layout; if so its fields have been written. */
  parse(line: string, event: EventWriter, nowMs: number): boolean {
    const match = this.pattern.exec(line);
    if (match === null) return false;
    for (let i = 0; i < this.names.length; i++) {
      const value = match[this.groups[i]!];
      if (value !== undefined && !this.write(this.names[i]!, value, event, nowMs)) return false;
    }
    return true;
  }

  private write(name: string, value: string, event: EventWriter, nowMs: number): boolean {
    if (name === "message") {
      event.text(name, value);
    } else if (name === "timestamp") {
      const time = this.readTime(value, nowMs);
      if (time === undefined) return false;
      event.text(name, time);
    } else if (name === "level") {
      const level = levelOfWord(value);
      if (level === undefined) return false;
      event.text(name, level);
    } else if (NUMBERS.has(name) && JSON_INTEGER.test(value)) {
      event.number(name, value);
    } else {
      event.textIf(name, value.trim());
    }
    return true;
  }
}

/** Tries the layouts in order. What a layout wrote before it refused is forgotten. */
export function parseLayouts(
  layouts: readonly Layout[],
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

const ZONE_NAMES = "UTC|GMT|WET|WEST|CET|CEST|EET|EEST|MSK|EST|EDT|CST|CDT|MST|MDT|PST|PDT";

/** Source of a pattern for a date-time as `isoTime` reads it. */
export const ISO_TIME = `\\d{4}[-/]\\d\\d[-/]\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,12})?(?:Z| ?[+-]\\d\\d:?\\d\\d| (?:${ZONE_NAMES})\\b)?`;

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
const JSON_INTEGER = /^(?:0|[1-9]\d*)$/;
const NUMBERS: ReadonlySet<string> = new Set([
  "pid",
  "tid",
  "line",
  "status",
  "bytes",
  "connection",
  "client_port",
]);
const FIELD_ORDER = ["timestamp", "level", "facility", "host", "service", "pid", "tid", "thread", "logger"];

function rank(name: string): number {
  if (name === "message") return 100;
  const at = FIELD_ORDER.indexOf(name);
  return at < 0 ? FIELD_ORDER.length : at;
}

function isoTimeOnly(text: string): string | undefined {
  return isoTime(text);
}
