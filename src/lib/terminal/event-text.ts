/** Events as people read them: time, level, where from, message, and the other fields behind it. */
import { wallTime } from "../base/zone.js";
import { Event } from "../event/event.js";
import { rawPath } from "../event/field-path.js";
import { JsonFault, type Members, scanMembers } from "../event/members.js";
import { TIME_NAMES } from "../event/time/names.js";
import { isCanonicalTime, timeOfJson } from "../event/time/read.js";
import { levelOfNumber } from "../format/level-words.js";
import type { Palette } from "./colours.js";
import { escapeControls, escapeControlsInLines } from "./escape.js";

export interface EventLooks {
  readonly palette: Palette;
  /** A name that src/lib/base/zone.ts knows. */
  readonly zone: string;
  /** Field paths to show behind the message, in this order; undefined: all there are. */
  readonly fields: readonly string[] | undefined;
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
  private readonly minutes = new Map<string, string>();
  private readonly levels = new Map<string, string>();
  private readonly keys = new Map<string, Key>();

  constructor(looks: EventLooks) {
    this.looks = looks;
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
    const timeAt = names.includes("timestamp") ? -1 : this.timeAt(line, members);
    if (timeAt >= 0) parts.timestamp = line.slice(valueStarts[timeAt], valueEnds[timeAt]);
    for (let i = 0; i < names.length; i++) {
      if (i === timeAt) continue;
      const raw = line.slice(valueStarts[i], valueEnds[i]);
      const key = this.key(names[i]!);
      if (key.head !== undefined) parts[key.head] = raw;
      else if (chosen !== undefined) continue;
      else if (isPlain) fields += key.prefix + plainValue(raw);
      else fields += this.field(key, raw, hasBreaks, blocks);
    }
    if (chosen !== undefined) fields = this.chosenFields(line, chosen, blocks);
    let out = "";
    if (parts.timestamp !== undefined) out += ` ${palette.time(this.time(parts.timestamp))}`;
    if (parts.level !== undefined) out += ` ${this.level(parts.level)}`;
    if (parts.service !== undefined || parts.host !== undefined) out += ` ${palette.service(placeOf(parts))}`;
    if (parts.message !== undefined)
      out += ` ${isPlain ? textOf(parts.message) : indented(textOf(parts.message))}`;
    if (fields !== "") out += ` ${palette.dim(fields.slice(1))}`;
    return `${out.slice(1)}\n${blocks.length === 0 ? "" : blocks.join("")}`;
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
      const head = HEADS.find((known) => known === name);
      key = { name, head, prefix: ` ${escapeControls(name)}=` };
      if (this.keys.size < 4096) this.keys.set(name, key);
    }
    return key;
  }

  /** Which member is the time of an event that has none under its own name; -1: none. */
  private timeAt(line: string, { names, valueStarts, valueEnds }: Members): number {
    for (const { from, reading } of TIME_NAMES) {
      const at = names.lastIndexOf(from);
      if (at >= 0 && timeOfJson(line.slice(valueStarts[at], valueEnds[at]), reading) !== undefined) return at;
    }
    return -1;
  }

  /** `2026-11-22 10:15:30.123` in the zone, of JSON text; what is no time as it is. Neighbouring events share the minute. */
  private time(raw: string): string {
    const utc = isCanonicalTime(raw) ? raw.slice(1, -1) : timeOfJson(raw);
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
