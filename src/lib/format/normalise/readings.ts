/** Readings of the normalisation table: JSON text of a source's value to JSON text of the well-known field's. */

import { type Level, levelOfNumber, levelOfOtelNumber, levelOfWord } from "../../event/level-words.js";
import type { TimeReading } from "../../event/time/names.js";
import { isCanonicalTime, timeOfJson } from "../../event/time/read.js";
import { quote } from "../../event/writer.js";
import { decodeString } from "../../json/members.js";
import type { Reading } from "./well-known.js";

/** The value as the well-known field has it, or undefined when it cannot be read that way. Texts are valid JSON. */
export function readValue(reading: Reading, raw: string): string | undefined {
  switch (reading) {
    case "time":
    case "day-or-time":
    case "time-ms":
    case "time-us":
    case "time-ns":
      return readTime(raw, reading);
    case "level":
      return readLevel(raw);
    case "level-word":
      return readLevelWord(raw);
    case "level-mongodb":
      return MONGODB_DEBUG.test(raw) ? '"debug"' : readLevel(raw);
    case "level-otel":
      return readOtelLevel(raw);
    case "text":
      return readText(raw);
    case "name":
      return raw === '""' || raw === '"-"' ? undefined : readText(raw);
  }
}

function readTime(raw: string, reading: TimeReading): string | undefined {
  if ((reading === "time" || reading === "day-or-time") && isCanonicalTime(raw)) return raw;
  const time = timeOfJson(raw, reading);
  return time === undefined ? undefined : `"${time}"`;
}

const levels = new Map<string, string>();

/** A word or number that is no level known here is kept as it is: another system may know it. */
function readLevel(raw: string): string | undefined {
  const known = levels.get(raw);
  if (known !== undefined) return known;
  const first = raw.charCodeAt(0);
  const isNumber = first === 0x2d || (first >= 0x30 && first <= 0x39);
  if ((first !== 0x22 && !isNumber) || raw === '""') return undefined;
  const level = levelOf(isNumber ? raw : decodeString(raw, 0, raw.length).trim());
  const text = level === undefined ? raw : `"${level}"`;
  if (raw.length <= 32 && levels.size < 1024) levels.set(raw, text);
  return text;
}

function levelOf(text: string): Level | undefined {
  return levelOfNumber(text) ?? levelOfWord(text);
}

function readLevelWord(raw: string): string | undefined {
  const level = raw.startsWith('"') ? levelOfWord(decodeString(raw, 0, raw.length)) : undefined;
  return level === undefined ? undefined : `"${level}"`;
}

const MONGODB_DEBUG = /^"D[1-5]"$/;

function readOtelLevel(raw: string): string | undefined {
  const level = levelOfOtelNumber(raw.startsWith('"') ? raw.slice(1, -1) : raw);
  return level === undefined ? undefined : `"${level}"`;
}

function readText(raw: string): string | undefined {
  const first = raw.charCodeAt(0);
  if (first === 0x22) return raw;
  return first === 0x2d || (first >= 0x30 && first <= 0x39) ? quote(raw) : undefined;
}
