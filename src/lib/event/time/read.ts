/** The time that the JSON text of a value says. */
import { type EpochUnit, epochTime, isDate, timeOf, zonelessTime } from "../../base/time/read-time.js";
import { decodeString, JsonFault, scanMembers } from "../../json/members.js";
import type { TimeReading } from "./names.js";

/**
 * RFC 3339 in UTC, or undefined when the value says no moment: text as `timeOf` reads it, a count since 1970 whose unit
 * follows from its size (or that of the reading), `{"seconds":1,"nanos":2}`, `{"epochSecond":1,"nanoOfSecond":2}`,
 * MongoDB's `{"$date":...}`, .NET's `/Date(1763719200123)/` and Jackson's `[2026,11,21,10,0,0,123000000]`.
 */
export function timeOfJson(raw: string, reading: TimeReading = "time"): string | undefined {
  if (reading !== "time" && reading !== "day-or-time") return countOf(raw, UNITS[reading]);
  const first = raw.charCodeAt(0);
  if (first === 0x7b) return raw.length > LONGEST ? undefined : timeOfParts(raw);
  if (first === 0x5b) return raw.length > LONGEST ? undefined : timeOfList(raw);
  return first === 0x22
    ? timeOfText(decodeString(raw, 0, raw.length), reading === "day-or-time")
    : timeOfCount(raw);
}

const UNITS: Readonly<Record<Exclude<TimeReading, "time" | "day-or-time">, EpochUnit>> = {
  "time-ms": "ms",
  "time-us": "us",
  "time-ns": "ns",
};

/** Whether the text is a time as RFC 3339 in UTC already, with its quotes. */
export function isCanonicalTime(raw: string): boolean {
  if (!CANONICAL_TIME.test(raw)) return false;
  // Every month has 28 days, and these are most.
  const isSure = raw.charCodeAt(9) < 0x32 && !raw.startsWith('"0000');
  return isSure || isDate(Number(raw.slice(1, 5)), Number(raw.slice(6, 8)), Number(raw.slice(9, 11)));
}

const CANONICAL_TIME =
  /^"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?Z"$/;

const TEN_DIGITS_AND_MORE = /^[1-9][0-9]{9}(?:[0-9]{3}|[0-9]{6}|[0-9]{9}|\.[0-9]{1,9})?$/;

let lastSecond = "";
let lastSecondTime = "";

/** As `epochTime`; most lines share their second with the line before, and its date need not be worked out again. */
function timeOfCount(text: string): string | undefined {
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

const LONGEST = 256;

function timeOfText(text: string, mayBeDay: boolean): string | undefined {
  const count = text.startsWith("/Date(") ? /^\/Date\((\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(text) : null;
  return count === null ? timeOf(text, mayBeDay) : epochTime(count[1]!, "ms");
}

/** Year, month, day, hour, minute and perhaps second and nanosecond. */
function timeOfList(raw: string): string | undefined {
  const match = /^\[(\d{4}),(\d\d?),(\d\d?),(\d\d?),(\d\d?)(?:,(\d\d?)(?:,(\d{1,9}))?)?\]$/.exec(
    raw.replace(/\s/g, ""),
  );
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return zonelessTime(year, month, day, hour, minute, Number(match[6] ?? 0), match[7]?.padStart(9, "0"));
}

/** Seconds and nanoseconds as two members, or a date of MongoDB. */
function timeOfParts(raw: string): string | undefined {
  const members = scanMembers(raw);
  if (members instanceof JsonFault) return undefined;
  if (members.names.length === 1) {
    const value = raw.slice(members.valueStarts[0], members.valueEnds[0]);
    if (members.names[0] === "$date") return timeOfJson(value);
    return members.names[0] === "$numberLong" ? countOf(value, "ms") : undefined;
  }
  if (members.names.length !== 2) return undefined;
  const [seconds, nanos] = members.names[0]!.startsWith("nano") ? [1, 0] : [0, 1];
  if (
    !/^(?:seconds nanos|epochSecond nanoOfSecond)$/.test(`${members.names[seconds]} ${members.names[nanos]}`)
  ) {
    return undefined;
  }
  const text = (i: number) => raw.slice(members.valueStarts[i], members.valueEnds[i]);
  if (!/^[0-9]{1,12}$/.test(text(seconds)) || !/^[0-9]{1,9}$/.test(text(nanos))) return undefined;
  return countOf(`${text(seconds)}.${text(nanos).padStart(9, "0")}`, "s");
}

/** Zero means "not known" wherever the unit is fixed (OTLP). */
function countOf(raw: string, unit: EpochUnit): string | undefined {
  const text = raw.startsWith('"') ? raw.slice(1, -1) : raw;
  return /^0*$/.test(text) ? undefined : epochTime(text, unit);
}
