/** Events as people read them: time, level, where from, message, and the other fields behind it. */
import { Guess, takeGuesses } from "../../base/time/assumed.js";
import { wallTime } from "../../base/time/zone.js";
import { Event } from "../../event/event.js";
import { levelOfNumber } from "../../event/level-words.js";
import { rawPath } from "../../event/rows/field-path.js";
import { TIME_NAMES, TIMESTAMP } from "../../event/time/names.js";
import { isCanonicalTime, timeOfJson } from "../../event/time/read.js";
import { TimeTally } from "../../event/time/remarks.js";
import { JsonFault, type Members, scanMembers } from "../../json/members.js";
import type { Palette } from "../../terminal/colours.js";
import { escapeControls, escapeControlsInLines } from "../../terminal/escape.js";
import { standInsOf } from "../../terminal/view/stand-ins.js";

export interface EventLooks {
  readonly palette: Palette;
  /** A name that src/lib/base/time/zone.ts knows. */
  readonly zone: string;
  /** Field paths to show behind the message, in this order; undefined: all there are. */
  readonly fields: readonly string[] | undefined;
  /** The field with the time; absent: `timestamp`, else the first of the well-known names. */
  readonly timeField?: string | undefined;
}

const [QUOTE, BRACE, BRACKET] = [0x22, 0x7b, 0x5b];
const INDENT = "    ";
/** Fields that stand at the head of the line instead of behind it. */
const HEADS = ["timestamp", "level", "message", "service", "host"] as const;
type Parts = { [K in (typeof HEADS)[number]]?: string };

interface Key {
  readonly name: string;
  /** Set when it stands at the head of the line. */
  readonly head: (typeof HEADS)[number] | undefined;
  readonly prefix: string;
}

/** Nothing to unescape and nothing to escape anywhere in the line. */
const PLAIN_LINE = /^[^\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/;
/** Formats NDJSON lines one by one. A line that is no JSON object is none of its business. */
export class EventText {
  private readonly looks: EventLooks;
  /** What was read of times. */
  readonly times = new TimeTally();
  /** The one field that may have the time. */
  private readonly named: string | undefined;
  private readonly minutes = new Map<string, string>();
  private readonly levels = new Map<string, string>();
  private readonly keys = new Map<string, Key>();

  constructor(looks: EventLooks) {
    this.looks = looks;
    const { timeField = TIMESTAMP } = looks;
    this.named = timeField === TIMESTAMP ? undefined : timeField;
  }

  /** The lines to print for an event, each ended by "\n"; undefined when `line` is no event. */
  format(line: string): string | undefined {
    const members = scanMembers(line);
    if (members instanceof JsonFault) return undefined;
    const { palette, fields: chosen } = this.looks;
    const blocks: string[] = [];
    const parts: Parts = {};
    let fields = "";
    const hasBreaks = line.includes("\\n");
    const isPlain = PLAIN_LINE.test(line);
    const { names, valueStarts, valueEnds } = members;
    takeGuesses();
    const timeAt = this.timeAt(line, members);
    if (timeAt >= 0) parts.timestamp = line.slice(valueStarts[timeAt], valueEnds[timeAt]);
    else if (this.named !== undefined) {
      const inside = this.timeInside(line, this.named);
      if (inside !== undefined) parts.timestamp = inside;
    }
    const standIns = standInsOf(line, members);
    for (let i = 0; i < names.length; i++) {
      if (i === timeAt) continue;
      const raw = line.slice(valueStarts[i], valueEnds[i]);
      const key = this.key(names[i]!);
      const standIn = standIns?.get(i);
      if (standIn !== undefined) parts[standIn.head] = standIn.json;
      else if (key.head !== undefined) parts[key.head] = raw;
      else if (chosen !== undefined) continue;
      else if (isPlain) fields += key.prefix + plainValue(raw);
      else fields += this.field(key, raw, hasBreaks, blocks);
    }
    if (chosen !== undefined) fields = this.chosenFields(line, chosen, blocks);
    let out = "";
    if (parts.timestamp !== undefined) out += ` ${palette.time(this.time(parts.timestamp))}`;
    else this.countUntimed();
    if (parts.level !== undefined) out += ` ${this.level(parts.level)}`;
    if (parts.service !== undefined || parts.host !== undefined) out += ` ${palette.service(placeOf(parts))}`;
    let rest = "";
    if (parts.message !== undefined) {
      const text = isPlain ? textOf(parts.message) : indented(textOf(parts.message));
      const end = isPlain ? -1 : text.indexOf("\n");
      out += ` ${end < 0 ? text : text.slice(0, end)}`;
      if (end >= 0) rest = `${text.slice(end + 1)}\n`;
    }
    if (fields !== "") out += ` ${palette.dim(fields.slice(1))}`;
    return `${out.slice(1)}\n${rest}${blocks.length === 0 ? "" : blocks.join("")}`;
  }

  private chosenFields(line: string, paths: readonly string[], blocks: string[]): string {
    const event = Event.parse(line) as Event;
    let fields = "";
    for (const path of paths) {
      const raw = rawPath(event, path);
      if (raw !== undefined) fields += this.field(this.key(path), raw, true, blocks);
    }
    return fields;
  }

  private key(name: string): Key {
    let key = this.keys.get(name);
    if (key === undefined) {
      const isOtherTime = name === TIMESTAMP && this.named !== undefined;
      const head = isOtherTime ? undefined : HEADS.find((known) => known === name);
      key = { name, head, prefix: ` ${escapeControls(name)}=` };
      if (this.keys.size < 4096) this.keys.set(name, key);
    }
    return key;
  }

  /** Which member is the time of the event; -1: none, or `timestamp`. */
  private timeAt(line: string, { names, valueStarts, valueEnds }: Members): number {
    if (this.named !== undefined) return names.lastIndexOf(this.named);
    if (names.includes(TIMESTAMP)) return -1;
    for (const { from, reading } of TIME_NAMES) {
      const at = names.lastIndexOf(from);
      if (at >= 0 && timeOfJson(line.slice(valueStarts[at], valueEnds[at]), reading) !== undefined) return at;
    }
    return -1;
  }

  /** The JSON text of the time in a field inside of an object. */
  private timeInside(line: string, path: string): string | undefined {
    return path.includes(".") ? rawPath(Event.parse(line) as Event, path) : undefined;
  }

  /**
   * `2026-11-22 10:15:30.123` in the zone, of JSON text; what is no time as it is. Neighbouring events share the
   * minute.
   */
  private time(raw: string): string {
    const utc = isCanonicalTime(raw) ? raw.slice(1, -1) : this.readTime(raw);
    if (utc === undefined) return escapeControls(textOf(raw));
    const minute = utc.slice(0, 16);
    let shown = this.minutes.get(minute);
    if (shown === undefined) {
      if (this.minutes.size > 4096) this.minutes.clear();
      shown = minuteText(Date.parse(`${minute}Z`), this.looks.zone);
      this.minutes.set(minute, shown);
    }
    return shown + utc.slice(16, -1);
  }

  private readTime(raw: string): string | undefined {
    takeGuesses();
    const utc = timeOfJson(raw);
    if (utc === undefined) this.countUntimed();
    else if ((takeGuesses() & Guess.zone) !== 0) this.times.count("zone_assumed");
    return utc;
  }

  private countUntimed(): void {
    this.times.count("without_time");
    if ((takeGuesses() & Guess.unreadZone) !== 0) this.times.count("zone_unread");
  }

  private level(raw: string): string {
    let shown = this.levels.get(raw);
    if (shown === undefined) {
      const name = levelOfNumber(textOf(raw)) ?? textOf(raw).toLowerCase();
      shown = this.looks.palette.level(name)(escapeControls(name.toUpperCase()).padEnd(5));
      if (this.levels.size < 256) this.levels.set(raw, shown);
    }
    return shown;
  }

  /** ` key=value`; values of several lines go to `blocks`. */
  private field({ name, prefix }: Key, raw: string, hasBreaks: boolean, blocks: string[]): string {
    const value = hasBreaks && raw.includes("\\n") ? this.withoutBlocks(name, raw, blocks) : raw;
    return value === undefined ? "" : prefix + valueText(value);
  }

  /** Takes texts of several lines (stack traces) out of a value; undefined when nothing is left of it. */
  private withoutBlocks(name: string, raw: string, blocks: string[]): string | undefined {
    if (raw[0] === '"') {
      blocks.push(this.block(name, textOf(raw)));
      return undefined;
    }
    const inner = raw[0] === "{" ? Event.parse(raw) : undefined;
    if (inner === undefined || inner instanceof JsonFault) return raw;
    for (const key of inner.keys()) {
      const member = inner.raw(key);
      if (member?.[0] !== '"' || !member.includes("\\n")) continue;
      blocks.push(this.block(`${name}.${key}`, textOf(member)));
      inner.delete(key);
    }
    return inner.keys().length === 0 ? undefined : inner.toString();
  }

  private block(name: string, text: string): string {
    const { palette } = this.looks;
    const lines = escapeControlsInLines(text).trimEnd().split("\n");
    const body = lines.map((line) => `${INDENT}${INDENT}${line}\n`).join("");
    return `${INDENT}${palette.dim(`${escapeControls(name)}:`)}\n${body}`;
  }
}

/** The text of a JSON string, or the JSON of anything else. */
function textOf(raw: string): string {
  if (raw[0] !== '"') return raw;
  return raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1);
}

/** `service@host`, or what there is of it. */
function placeOf({ service, host }: Parts): string {
  return escapeControls(
    `${service === undefined ? "" : textOf(service)}${host === undefined ? "" : `@${textOf(host)}`}`,
  );
}

/** The lines after the first stand under it, so that one event is seen to be one. */
function indented(message: string): string {
  const text = escapeControlsInLines(message).trimEnd();
  return text.includes("\n") ? text.replaceAll("\n", `\n${INDENT}`) : text;
}

/** Strings without quotes where they are plain words; everything else as its JSON. */
function plainValue(raw: string): string {
  if (raw.charCodeAt(0) !== QUOTE || raw.length === 2) return raw;
  return raw.includes(" ") || raw.includes("=") || /[^\u0021-\u007e]/.test(raw)
    ? valueText(raw)
    : raw.slice(1, -1);
}

function valueText(raw: string): string {
  const first = raw.charCodeAt(0);
  if (first !== QUOTE && first !== BRACE && first !== BRACKET) return raw;
  if (/^"[^\s"\\=\u0000-\u0020\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+"$/.test(raw))
    return raw.slice(1, -1);
  return escapeControls(raw);
}

function minuteText(ms: number, zone: string): string {
  const { year, month, day, hour, minute } = wallTime(ms, zone);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}
