/** What a program feeds to a pipeline, item by item, as bytes: text, buffers, plain objects, events. */
import { failure, LogpipeError } from "../lib/base/errors/index.js";
import { Event } from "../lib/event/event.js";
import { quote } from "../lib/json/quote.js";
import { JsonNumber } from "../lib/json/value.js";
import { shownValue } from "./arguments.js";

/** Deeper objects are refused: they may be endless. */
const DEPTH_MAX = 200;

/**
 * How items become bytes. `areLines`: each text or buffer is a line, or several, whether its line end is there or not;
 * else it is a piece of a stream, cut anywhere.
 */
export class ItemBytes {
  private isMidLine = false;

  bytesOf(item: unknown, areLines: boolean): Buffer {
    const isText = typeof item === "string" || item instanceof Uint8Array;
    const bytes = isText ? bytesOfText(item) : Buffer.from(lineOf(item));
    const isWhole = !isText || areLines;
    const parts: Buffer[] = [];
    if (isWhole && this.isMidLine) parts.push(NEWLINE);
    parts.push(bytes);
    if (isWhole && bytes.at(-1) !== 0x0a) parts.push(NEWLINE);
    const whole = parts.length === 1 ? bytes : Buffer.concat(parts);
    if (whole.length > 0) this.isMidLine = whole.at(-1) !== 0x0a;
    return whole;
  }
}

const NEWLINE = Buffer.from("\n");

function bytesOfText(item: string | Uint8Array): Buffer {
  return typeof item === "string" ? Buffer.from(item) : Buffer.from(item);
}

/** One event or value as a line of JSON. Throws usage.bad-argument for what JSON cannot hold. */
function lineOf(item: unknown): string {
  if (item instanceof Event) return item.toString();
  try {
    const text = jsonOf(item, "", 0);
    if (text !== undefined) return text;
  } catch (error) {
    if (error instanceof LogpipeError) throw error;
    throw notAnEvent(item, "it cannot be read", error);
  }
  throw notAnEvent(item, "JSON has no such value");
}

function notAnEvent(item: unknown, reason: string, cause?: unknown): LogpipeError {
  const hint = "a pipeline takes text, buffers, plain objects and events";
  return failure("usage.bad-argument", { call: "pipeline()", value: shownValue(item), reason, hint }, cause);
}

/** As `JSON.stringify`, with bigints and numbers of events digit for digit; undefined: it is left out. */
function jsonOf(given: unknown, name: string, depth: number): string | undefined {
  if (depth > DEPTH_MAX) throw notAnEvent(given, `it is nested more than ${DEPTH_MAX} deep, or in itself`);
  if (given instanceof JsonNumber || given instanceof Event) return given.toString();
  const value = converted(given, name);
  if (value instanceof JsonNumber) return value.text;
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return Number.isFinite(value) ? String(value) : "null";
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      break;
    default:
      return undefined;
  }
  if (value === null) return "null";
  if (Array.isArray(value))
    return `[${Array.from(value as unknown[], (item, i) => jsonOf(item, String(i), depth + 1) ?? "null").join(",")}]`;
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const text = jsonOf(member, key, depth + 1);
    if (text !== undefined) members.push(`${quote(key)}:${text}`);
  }
  return `{${members.join(",")}}`;
}

/** Dates and whatever else says itself how it is written. */
function converted(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") return toJSON.call(value, name);
  if (value instanceof Error) return { type: value.name, message: value.message, stack: value.stack };
  if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf();
  return value instanceof Map ? Object.fromEntries(value) : value;
}
