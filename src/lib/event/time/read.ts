/** The time that the JSON text of a value says. */
import { type EpochUnit, epochTime, timeOf } from "../../base/time.js";
import { decodeString, JsonFault, scanMembers } from "../members.js";
import type { TimeReading } from "./names.js";

/**
 * RFC 3339 in UTC, or undefined when the value says no moment: text as `timeOf` reads it, a count since 1970 whose unit follows
 * from its size (or that of the reading), `{"seconds":1,"nanos":2}` and `{"epochSecond":1,"nanoOfSecond":2}`.
 */
export function timeOfJson(raw: string, reading: TimeReading = "time"): string | undefined {
  if (reading !== "time") return countOf(raw, UNITS[reading]);
  const first = raw.charCodeAt(0);
  if (first === 0x7b) return timeOfParts(raw);
  return first === 0x22 ? timeOf(decodeString(raw, 0, raw.length)) : timeOfCount(raw);
}

const UNITS: Readonly<Record<Exclude<TimeReading, "time">, EpochUnit>> = {
  "time-ms": "ms",
  "time-us": "us",
  "time-ns": "ns",
};

/** Text that is RFC 3339 in UTC already, with its quotes. */
export const CANONICAL_TIME =
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

/** Seconds and nanoseconds as two members. */
function timeOfParts(raw: string): string | undefined {
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
  return countOf(`${text(seconds)}.${text(nanos).padStart(9, "0")}`, "s");
}

/** Zero means "not known" wherever the unit is fixed (OTLP). */
function countOf(raw: string, unit: EpochUnit): string | undefined {
  const text = raw.startsWith('"') ? raw.slice(1, -1) : raw;
  return /^0*$/.test(text) ? undefined : epochTime(text, unit);
}
