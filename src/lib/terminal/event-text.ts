/** Events as people read them: time, level, where from, message, and the other fields behind it. */
import { isoTime } from "../base/time.js";
import { wallTime } from "../base/zone.js";
import { Event } from "../event/event.js";
import { rawPath } from "../event/field-path.js";
import { JsonFault } from "../event/members.js";
import type { Palette } from "./colours.js";
import { escapeControls, escapeControlsInLines } from "./escape.js";

export interface EventLooks {
  readonly palette: Palette;
  /** A name that src/lib/base/zone.ts knows. */
  readonly zone: string;
  /** Field paths to show behind the message, in this order; undefined: all there are. */
  readonly fields: readonly string[] | undefined;
}

const INDENT = "    ";
const SHOWN_APART = new Set(["timestamp", "level", "message", "service", "host"]);
/** Bunyan's and pino's numbers. */
const NUMBERED_LEVELS: Readonly<Record<string, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

/** Formats NDJSON lines one by one. A line that is no JSON object is none of its business. */
export class EventText {
  private readonly looks: EventLooks;
  private readonly minutes = new Map<string, string>();
  private readonly levels = new Map<string, string>();

  constructor(looks: EventLooks) {
    this.looks = looks;
  }

  /** The lines to print for an event, each ended by "\n"; undefined when `line` is no event. */
  format(line: string): string | undefined {
    const event = Event.parse(line);
    if (event instanceof JsonFault) return undefined;
    const { palette } = this.looks;
    const blocks: string[] = [];
    let out = "";
    const timestamp = textOf(event.raw("timestamp"));
    if (timestamp !== undefined) out += palette.time(this.time(timestamp));
    const level = event.raw("level");
    if (level !== undefined) out += `${out === "" ? "" : " "}${this.level(level)}`;
    const place = placeOf(event);
    if (place !== "") out += `${out === "" ? "" : " "}${palette.service(place)}`;
    const message = textOf(event.raw("message"));
    if (message !== undefined) out += `${out === "" ? "" : " "}${indented(message)}`;
    const fields = this.fields(event, blocks);
    if (fields !== "") out += (out === "" ? "" : " ") + fields;
    return `${out}\n${blocks.join("")}`;
  }

  /** `2026-11-22 10:15:30.123` in the zone; a text that is no time as it is. Neighbouring events share the minute. */
  private time(text: string): string {
    const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) ? text : isoTime(text);
    if (utc === undefined) return escapeControls(text);
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
      const name = NUMBERED_LEVELS[raw] ?? textOf(raw)!.toLowerCase();
      shown = this.looks.palette.level(name)(escapeControls(name.toUpperCase()).padEnd(5));
      if (this.levels.size < 256) this.levels.set(raw, shown);
    }
    return shown;
  }

  /** `key=value ...`; values of several lines go to `blocks`. */
  private fields(event: Event, blocks: string[]): string {
    const names = this.looks.fields ?? event.keys();
    const isChosen = this.looks.fields !== undefined;
    let out = "";
    for (const name of names) {
      if (!isChosen && SHOWN_APART.has(name)) continue;
      const raw = isChosen ? rawPath(event, name) : event.raw(name);
      if (raw === undefined) continue;
      const value = raw.includes("\\n") ? this.withoutBlocks(name, raw, blocks) : raw;
      if (value !== undefined) out += `${out === "" ? "" : " "}${escapeControls(name)}=${valueText(value)}`;
    }
    return out === "" ? "" : this.looks.palette.dim(out);
  }

  /** Takes texts of several lines (stack traces) out of a value; undefined when nothing is left of it. */
  private withoutBlocks(name: string, raw: string, blocks: string[]): string | undefined {
    if (raw[0] === '"') {
      blocks.push(this.block(name, textOf(raw)!));
      return undefined;
    }
    const inner = raw[0] === "{" ? Event.parse(raw) : undefined;
    if (inner === undefined || inner instanceof JsonFault) return raw;
    for (const key of inner.keys()) {
      const member = inner.raw(key);
      if (member?.[0] !== '"' || !member.includes("\\n")) continue;
      blocks.push(this.block(`${name}.${key}`, textOf(member)!));
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
function textOf(raw: string | undefined): string | undefined {
  if (raw?.[0] !== '"') return raw;
  return raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1);
}

/** `service@host`, or what there is of it. */
function placeOf(event: Event): string {
  const service = textOf(event.raw("service"));
  const host = textOf(event.raw("host"));
  if (service === undefined && host === undefined) return "";
  return escapeControls(`${service ?? ""}${host === undefined ? "" : `@${host}`}`);
}

/** The lines after the first stand under it, so that one event is seen to be one. */
function indented(message: string): string {
  const text = escapeControlsInLines(message).trimEnd();
  return text.includes("\n") ? text.replaceAll("\n", `\n${INDENT}`) : text;
}

/** Strings without quotes where they are plain words; everything else as its JSON. */
function valueText(raw: string): string {
  if (/^"[^\s"\\=\u0000-\u0020\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+"$/.test(raw)) return raw.slice(1, -1);
  return escapeControls(raw);
}

function minuteText(ms: number, zone: string): string {
  const { year, month, day, hour, minute } = wallTime(ms, zone);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}
