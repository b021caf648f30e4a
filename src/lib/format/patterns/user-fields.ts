/** How the fields of `regex:` and `grok:` become JSON. */
import { anyTime } from "../../base/time/read-time.js";
import { levelOfWord } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import { quote } from "../../event/writer.js";

/** Lines longer than this many UTF-16 units are not tried: a pattern of the user's may take more than linear time. */
export const LINE_UNITS_MAX = 65_536;

/**
 * Writes one captured text under its name. An empty text is absent, except for `message`. `timestamp` (or Elastic's
 * `@timestamp`) becomes RFC 3339 when it is any known way of writing a time, and else is kept as `timestamp_text`. A
 * `level` that is a known word becomes one of the six levels, and else is kept as it is.
 */
export function writeUserField(name: string, value: string, event: EventWriter, nowMs: number): void {
  if (name === "timestamp" || name === "@timestamp") writeTime(value, event, nowMs);
  else if (name === "level") event.textIf(name, levelOfWord(value) ?? value);
  else if (value !== "" || name === "message") event.text(name, value);
}

/** JSON of a text that should be a number: its digits as they stand, without `+` and leading zeros; else a string. */
export function numberOrText(value: string, isWhole: boolean): string {
  const match = /^([+-]?)0*(\d+)(\.\d+)?([eE][+-]?\d+)?$/.exec(value);
  if (match === null)
    return /^[+-]?\.\d+$/.test(value) ? value.replace(/^\+/, "").replace(".", "0.") : quote(value);
  const [, sign, digits, fraction, exponent] = match;
  if (isWhole && exponent === undefined) return `${sign === "-" ? "-" : ""}${digits}`;
  return `${sign === "-" ? "-" : ""}${digits}${fraction ?? ""}${exponent ?? ""}`;
}

/** JSON of a text that should be a boolean; else a string. */
export function booleanOrText(value: string): string {
  const word = value.toLowerCase();
  if (word === "true" || word === "yes" || word === "1") return "true";
  return word === "false" || word === "no" || word === "0" ? "false" : quote(value);
}

const NUMBER_NAMES =
  /^(?:status|bytes|pid|tid|port|line|size|count|duration)$|_(?:ms|us|ns|seconds|bytes|count|port|size)$/;

/** Whether a field of this name holds a number, by default. */
export function isNumberName(name: string): boolean {
  return NUMBER_NAMES.test(name);
}

function writeTime(value: string, event: EventWriter, nowMs: number): void {
  // Between the columns of a table stand tabs.
  const time = anyTime(value.replace("\t", " "), nowMs);
  if (time !== undefined) event.text("timestamp", time);
  else if (value !== "") event.text("timestamp_text", value);
}
