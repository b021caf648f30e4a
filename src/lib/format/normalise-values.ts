/** Readings of the normalisation table: JSON text of a source's value to JSON text of the well-known field's. */
import { commonLogTime, ctimeTime, type EpochUnit, epochTime, isoTime, rfc2822Time } from "../base/time.js";
import { decodeString, JsonFault, scanMembers } from "../event/members.js";
import { quote } from "../event/writer.js";
import { type Level, levelOfNumber, levelOfOtelNumber, levelOfWord } from "./level-words.js";
import type { Reading } from "./normalise.js";

/** The value as the well-known field has it, or undefined when it cannot be read that way. Texts are valid JSON. */
export function readValue(reading: Reading, raw: string): string | undefined {
  switch (reading) {
    case "time":
      return readTime(raw);
    case "time-ms":
      return readCount(raw, "ms");
    case "time-us":
      return readCount(raw, "us");
    case "time-ns":
      return readCount(raw, "ns");
    case "level":
      return readLevel(raw);
    case "level-otel":
      return readOtelLevel(raw);
    case "text":
      return readText(raw);
    case "name":
      return raw === '""' || raw === '"-"' ? undefined : readText(raw);
  }
}

/** RFC 3339 in UTC of a time as any log writes it that says which one it means; without a zone it is UTC. */
export function timeOf(text: string): string | undefined {
  return isoTime(text) ?? epochTime(text) ?? commonLogTime(text) ?? rfc2822Time(text) ?? ctimeTime(text);
}

const CANONICAL_TIME =
  /^"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?Z"$/;

function readTime(raw: string): string | undefined {
  if (CANONICAL_TIME.test(raw)) return raw;
  const first = raw.charCodeAt(0);
  if (first === 0x7b) return readInstant(raw);
  const time = first === 0x22 ? timeOf(decodeString(raw, 0, raw.length)) : countTime(raw);
  return time === undefined ? undefined : `"${time}"`;
}

const TEN_DIGITS_AND_MORE = /^[1-9][0-9]{9}(?:[0-9]{3}|[0-9]{6}|[0-9]{9}|\.[0-9]{1,9})?$/;

let lastSecond = "";
let lastSecondTime = "";

/** As `epochTime`; most lines share their second with the line before, and its date need not be worked out again. */
function countTime(text: string): string | undefined {
  if (!TEN_DIGITS_AND_MORE.test(text)) return epochTime(text);
  const second = text.slice(0, 10);
  if (second !== lastSecond) {
    const time = epochTime(second);
    if (time === undefined) return undefined;
    [lastSecond, lastSecondTime] = [second, time.slice(0, -1)];
  }
  if (text.length === 10) return `${lastSecondTime}Z`;
  return text.charCodeAt(10) === 0x2e
    ? `${lastSecondTime}${text.slice(10)}Z`
    : `${lastSecondTime}.${text.slice(10)}Z`;
}

/** Seconds and nanoseconds as two members: `{"seconds":1,"nanos":2}`, `{"epochSecond":1,"nanoOfSecond":2}`. */
function readInstant(raw: string): string | undefined {
  const members = scanMembers(raw);
  if (members instanceof JsonFault || members.names.length !== 2) return undefined;
  const [seconds, nanos] = members.names[0]!.startsWith("nano") ? [1, 0] : [0, 1];
  if (
    !/^(?:seconds nanos|epochSecond nanoOfSecond)$/.test(`${members.names[seconds]} ${members.names[nanos]}`)
  ) {
    return undefined;
  }
  const text = (i: number) => raw.slice(members.valueStarts[i], members.valueEnds[i]);
  if (!/^[0-9]{1,12}$/.test(text(seconds)) || !/^[0-9]{1,9}$/.test(text(nanos))) return undefined;
  return readCount(`${text(seconds)}.${text(nanos).padStart(9, "0")}`, "s");
}

/** Zero means "not known" wherever the unit is fixed (OTLP). */
function readCount(raw: string, unit: EpochUnit): string | undefined {
  const text = raw.startsWith('"') ? raw.slice(1, -1) : raw;
  const time = /^0*$/.test(text) ? undefined : epochTime(text, unit);
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

function readOtelLevel(raw: string): string | undefined {
  const level = levelOfOtelNumber(raw.startsWith('"') ? raw.slice(1, -1) : raw);
  return level === undefined ? undefined : `"${level}"`;
}

function readText(raw: string): string | undefined {
  const first = raw.charCodeAt(0);
  if (first === 0x22) return raw;
  return first === 0x2d || (first >= 0x30 && first <= 0x39) ? quote(raw) : undefined;
}
