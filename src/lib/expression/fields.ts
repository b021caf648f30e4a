/** What expressions ask of a field, answered from the bytes of the block where that can be. */

import { numberAt, type Rows } from "../event/rows/rows.js";
import { noteTextNumber } from "../event/text-numbers.js";
import { timeMs } from "../event/time/instant.js";
import type { Evaluate } from "./compiled.js";
import type { Comparison } from "./syntax/syntax.js";
import { compareTimes } from "./values/compare.js";
import { type TimeValue, timeOfText } from "./values/time-value.js";
import { type ExpressionValue, isNumber, numberOfText, valueOfText } from "./values/value.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HALF_PAIR = /\p{Surrogate}/u;
/** From here on float64 no longer tells whole numbers apart. */
const INEXACT = 2 ** 53;

export function fieldValue(rows: Rows, field: number, row: number): ExpressionValue | undefined {
  const start = rows.start(field, row);
  if (start !== 0) {
    const first = rows.bytes[start]!;
    if (first === QUOTE) return rows.text(field, row);
    if (first === 0x2d || (first >= 0x30 && first <= 0x39)) return exactNumber(rows, field, row, start);
  } else if (rows.isDirect(field, row)) return undefined;
  const raw = rows.raw(field, row);
  return raw === undefined ? undefined : valueOfText(raw);
}

function exactNumber(rows: Rows, field: number, row: number, start: number): number | bigint {
  const end = rows.end(field, row);
  const number = numberAt(rows.bytes, start, end);
  if (number < INEXACT && number > -INEXACT) return number;
  return numberOfText(rows.bytes.latin1Slice(start, end));
}

export function hasField(rows: Rows, field: number, row: number): boolean {
  return rows.start(field, row) !== 0 || (!rows.isDirect(field, row) && rows.raw(field, row) !== undefined);
}

/** `field == "text"`, or with `isEqual` false `field != "text"`. */
export function equalsText(field: number, text: string, isEqual: boolean): Evaluate {
  const wanted = Buffer.from(text);
  // A backslash, or half of a surrogate pair, can only be compared decoded.
  const isPlain = !text.includes("\\") && !HALF_PAIR.test(text);
  return (rows, row) => {
    const start = rows.start(field, row);
    if (start === 0 || !isPlain) {
      const value = fieldValue(rows, field, row);
      return value === undefined ? undefined : (value === text) === isEqual;
    }
    const { bytes } = rows;
    if (bytes[start] !== QUOTE) return !isEqual;
    const length = rows.end(field, row) - start - 2;
    const shorter = length < wanted.length ? length : wanted.length;
    for (let n = 0, at = start + 1; n < shorter; n++, at++) {
      if (bytes[at] === wanted[n]) continue;
      return (bytes[at] === BACKSLASH && rows.text(field, row) === text) === isEqual;
    }
    return (length === wanted.length) === isEqual;
  };
}

/** Comparing with so many texts is faster than making one to look up. */
const FEW = 6;

/** `field in ["a", "b"]`. */
export function isOneOf(field: number, texts: ReadonlySet<string>): Evaluate {
  if (texts.size > 0 && texts.size <= FEW) {
    const [first, ...more] = [...texts].map((text) => equalsText(field, text, true)) as [
      Evaluate,
      ...Evaluate[],
    ];
    return (rows, row) => {
      const isFirst = first(rows, row);
      return isFirst === false ? more.some((isEqual) => isEqual(rows, row) === true) : isFirst;
    };
  }
  return (rows, row) => {
    const value = fieldValue(rows, field, row);
    return value === undefined ? undefined : typeof value === "string" && texts.has(value);
  };
}

/** `field > number` and its relatives; only == and != have an answer where the field is no number. */
export function comparesNumber(
  { number: field, path }: FieldAt,
  operator: Comparison,
  wanted: number,
): Evaluate {
  const holds = NUMBER_COMPARISONS[operator];
  const otherwise = operator === "==" ? false : operator === "!=" ? true : undefined;
  return (rows, row) => {
    const start = rows.start(field, row);
    if (start !== 0) {
      const number = numberAt(rows.bytes, start, rows.end(field, row));
      if (number < INEXACT && number > -INEXACT) return holds(number, wanted);
    }
    const value = fieldValue(rows, field, row);
    if (value === undefined) return undefined;
    if (isNumber(value)) return holds(value, wanted);
    if (typeof value === "string") noteTextNumber(value, path, row);
    return otherwise;
  };
}

interface FieldAt {
  readonly number: number;
  readonly path: string;
}

type Holds = (a: number | bigint, b: number) => boolean;

const NUMBER_COMPARISONS: Readonly<Record<Comparison, Holds>> = {
  "==": (a, b) => a >= b && a <= b,
  "!=": (a, b) => !(a >= b && a <= b),
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** The time in a field, by its text or as an epoch number. */
export function fieldTime(rows: Rows, field: number, row: number): TimeValue | undefined {
  const value = fieldValue(rows, field, row);
  if (typeof value === "string") return timeOfText(value);
  return isNumber(value) ? timeOfText(rows.raw(field, row)!) : undefined;
}

/** `field > time` and its relatives. The few events within a microsecond of the time are compared to the nanosecond. */
export function comparesTime(field: number, operator: Comparison, wanted: TimeValue): Evaluate {
  const wantedMs = wanted.ms + wanted.ns / 1e6;
  const holds = NUMBER_COMPARISONS[operator];
  return (rows, row) => {
    const ms = timeMs(rows, field, row);
    if (ms > wantedMs + 0.001 || ms < wantedMs - 0.001) return holds(ms, wantedMs);
    const exact = fieldTime(rows, field, row);
    return exact === undefined ? undefined : holds(compareTimes(exact, wanted), 0);
  };
}

/** `field.contains("text")` and its relatives, without decoding strings that have no escapes. */
export function searchesText(
  field: number,
  text: string,
  holds: (value: string, wanted: string) => boolean,
): Evaluate {
  const wanted = Buffer.from(text).latin1Slice();
  const isPlain = !HALF_PAIR.test(text);
  return (rows, row) => {
    const start = rows.start(field, row);
    if (start !== 0 && isPlain) {
      if (rows.bytes[start] !== QUOTE) return undefined;
      const raw = rows.bytes.latin1Slice(start + 1, rows.end(field, row) - 1);
      if (!raw.includes("\\")) return holds(raw, wanted);
    }
    const value = fieldValue(rows, field, row);
    return typeof value === "string" ? holds(value, text) : undefined;
  };
}
