/**
 * Values that DuckDB refuses or bends are put beside their keys as text, before it reads a file of events: text with
 * half a surrogate pair, for which it refuses the whole file, and numbers beyond its own.
 */
import { Kind } from "../../event/summary.js";
import { visitMembers } from "../../json/visit-members.js";
import { hasLoneSurrogate, kindsOf } from "../../store/columns/kinds.js";
import {
  ESCAPED,
  ESCAPED_WITHIN,
  MINUS_ZERO,
  WIDE_FRACTION,
  WIDE_WHOLE,
} from "../../store/columns/types/types.js";
import { readableKey } from "./odd-keys.js";

/** How many values of a key are apart. */
export interface ApartCounts {
  escaped: number;
  /** Objects and arrays with half a surrogate pair. */
  escapedWithin: number;
  wholeNumbers: number;
  otherNumbers: number;
}

/** By the name of the key. */
export type Apart = Map<string, ApartCounts>;

/** What of the values of a file stands apart. */
export interface OddValues {
  readonly apart: Apart;
  /** Keys of which objects and arrays stand beside them as text as well: numbers within would be bent. */
  readonly bent: Set<string>;
}

/** The key under which the JSON text of such values stands, or their JSON type. No event's key is this. */
export function apartKey(name: string, type: "number" | "escaped" | "json" | "kind"): string {
  return `\u2063${type} ${name}`;
}

/** What of a block of events is known to be there. */
export interface OddMarks {
  /** Numbers within objects or arrays that would be read and printed otherwise. */
  readonly mayBeBent: boolean;
  /** A key with NUL. */
  readonly hasNulKey: boolean;
}

/**
 * The lines with such values apart, and counted, and with other keys for those that DuckDB cannot read. Cost: a few
 * searches in blocks that can have none.
 */
export function withOddApart(bytes: Buffer, odd: OddValues, { mayBeBent, hasNulKey }: OddMarks): Buffer {
  const isOdd = MAY_BE_ODD.some((mark) => bytes.includes(mark)) || LONG_NUMBER.test(bytes.latin1Slice());
  if (!isOdd && !mayBeBent && !hasNulKey) return bytes;
  const text = bytes.latin1Slice();
  const lines = text.split("\n");
  let isChanged = false;
  for (const [i, line] of lines.entries()) {
    const mayBeOdd =
      hasLoneSurrogate(line) ||
      LONG_NUMBER.test(line) ||
      (mayBeBent && line.includes("-0")) ||
      (hasNulKey && line.includes("\\u0000"));
    if (!mayBeOdd) continue;
    const changed = lineApart(line, odd);
    if (changed === undefined) continue;
    lines[i] = changed;
    isChanged = true;
  }
  return isChanged ? Buffer.from(lines.join("\n"), "latin1") : bytes;
}

const MAY_BE_ODD = ["\\ud", "\\uD"];
/** A number of more than 17 digits, or with a large exponent. Within text it costs a second look. */
const LONG_NUMBER = /[\d.]{18}|\d[eE][-+]?\d{3}/;

function lineApart(line: string, { apart, bent }: OddValues): string | undefined {
  // Of a key that is there twice the last value counts.
  const members = new Map<string, string>();
  let isOdd = false;
  visitMembers(line, (rawKey, value) => {
    const key = JSON.parse(Buffer.from(rawKey, "latin1").toString("utf8")) as string;
    const name = readableKey(key);
    const plainKey = name === key ? rawKey : Buffer.from(JSON.stringify(name), "utf8").latin1Slice();
    const kinds = kindsOf(name, value);
    members.delete(plainKey);
    if ((kinds & (ESCAPED | Kind.bigNumber)) !== 0 && (kinds & MINUS_ZERO) === 0) {
      isOdd = true;
      count(apart, name, kinds);
      const key = JSON.stringify(apartKey(name, (kinds & ESCAPED) !== 0 ? "escaped" : "number"));
      members.set(Buffer.from(key, "utf8").latin1Slice(), JSON.stringify(value));
    } else {
      const plain = hasLoneSurrogate(value) ? repaired(value) : value;
      isOdd ||= plain !== value || plainKey !== rawKey;
      members.set(plainKey, plain);
      if ((kinds & (Kind.object | Kind.array)) === 0 || !isBentWithin(value)) return;
      isOdd = true;
      bent.add(name);
      members.set(
        Buffer.from(JSON.stringify(apartKey(name, "json")), "utf8").latin1Slice(),
        JSON.stringify(value),
      );
    }
  });
  return isOdd ? `{${[...members].map(([key, value]) => `${key}:${value}`).join(",")}}` : undefined;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*/gs;

/** Whether an object or array has a number that is another once it was read and printed. */
function isBentWithin(json: string): boolean {
  return (json.match(TOKEN) ?? []).some(
    (token) => token === "-0" || (token[0] !== '"' && isWideFraction(token)),
  );
}

function isWideFraction(number: string): boolean {
  return (kindsOf("", number) & (WIDE_FRACTION | MINUS_ZERO)) === WIDE_FRACTION;
}

function count(apart: Apart, name: string, kinds: number): void {
  let counts = apart.get(name);
  if (counts === undefined) {
    counts = { escaped: 0, escapedWithin: 0, wholeNumbers: 0, otherNumbers: 0 };
    apart.set(name, counts);
  }
  if ((kinds & ESCAPED_WITHIN) !== 0) counts.escapedWithin++;
  else if ((kinds & ESCAPED) !== 0) counts.escaped++;
  else if ((kinds & WIDE_WHOLE) !== 0) counts.wholeNumbers++;
  else counts.otherNumbers++;
}

/** An escape of two halves, of one half alone, or any other: taken in order, so that an escaped backslash is none. */
const ESCAPES =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}(\\u[dD][c-fC-F][0-9a-fA-F]{2})?|u[dD][c-fC-F][0-9a-fA-F]{2}|.)/gs;

/** U+FFFD stands in for half a surrogate pair, as wherever text is decoded. */
function repaired(json: string): string {
  return json.replace(ESCAPES, (whole, low: string | undefined) => {
    const isSurrogate = /^\\u[dD][89a-fA-F]/.test(whole);
    return isSurrogate && low === undefined ? "\\ufffd" : whole;
  });
}
