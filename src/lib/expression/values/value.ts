// Enter here: numbers, texts, times and how they compare.
/**
 * The values that expressions work with. A number is a float64 or, where a whole number is too large for that, a
 * bigint; a calculation without a result (division by zero, a number beyond float64) has no value: undefined.
 */
import { decodeString } from "../../json/members.js";
import { quote } from "../../json/quote.js";
import { decodeJson, JsonNumber, type JsonValue } from "../../json/value.js";
import { DurationValue, TimeValue } from "./time-value.js";

export type ExpressionValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | TimeValue
  | DurationValue
  | readonly ExpressionValue[]
  | ExpressionMap;

export interface ExpressionMap {
  readonly [name: string]: ExpressionValue;
}

/** Whole numbers with more digits than this are read as float64. */
const EXACT_DIGITS = 38;
const WHOLE = /^-?[0-9]+$/;

/** The number that is the text of a JSON number: whole numbers exactly, others as the nearest float64. */
export function numberOfText(text: string): number | bigint {
  const number = Number(text);
  if (Number.isSafeInteger(number) || text.length > EXACT_DIGITS || !WHOLE.test(text)) return number;
  return BigInt(text);
}

/** A whole bigint as a number where that is exact, and as a float64 where it is beyond what is kept exactly. */
export function settled(whole: bigint): number | bigint {
  const number = Number(whole);
  if (Number.isSafeInteger(number)) return number;
  return number < 1e38 && number > -1e38 ? whole : number;
}

function valueOfJson(json: JsonValue): ExpressionValue {
  if (typeof json === "bigint") return settled(json);
  if (typeof json === "number") return Number.isSafeInteger(json) ? json : numberOfText(String(json));
  if (json === null || typeof json !== "object") return json;
  if (json instanceof JsonNumber) return numberOfText(json.text);
  if (Array.isArray(json)) return json.map(valueOfJson);
  const map: Record<string, ExpressionValue> = Object.create(null);
  for (const [name, value] of Object.entries(json)) map[name] = valueOfJson(value);
  return map;
}

/** The value of JSON text, which is valid. */
export function valueOfText(raw: string): ExpressionValue {
  switch (raw.charCodeAt(0)) {
    case 0x22:
      return decodeString(raw, 0, raw.length);
    case 0x7b:
    case 0x5b:
      return valueOfJson(decodeJson(raw));
    case 0x74:
      return true;
    case 0x66:
      return false;
    case 0x6e:
      return null;
    default:
      return numberOfText(raw);
  }
}

/**
 * The JSON text of a value, on one line: whole numbers with all their digits, a time as RFC 3339 in UTC, a duration as
 * seconds (`90s`). Numbers that JSON lacks become null.
 */
export function toJsonText(value: ExpressionValue): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (value === null || typeof value !== "object") return String(value);
  if (value instanceof TimeValue || value instanceof DurationValue) return quote(value.toString());
  if (isList(value)) return `[${value.map(toJsonText).join(",")}]`;
  const members = Object.entries(value).map(([name, member]) => `${quote(name)}:${toJsonText(member)}`);
  return `{${members.join(",")}}`;
}

export function isList(value: ExpressionValue | undefined): value is readonly ExpressionValue[] {
  return Array.isArray(value);
}

export function isMap(value: ExpressionValue | undefined): value is ExpressionMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof TimeValue) &&
    !(value instanceof DurationValue)
  );
}

export function isNumber(value: ExpressionValue | undefined): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** What a value is, in the words of messages and of `type(x)`. */
export function kindOf(value: ExpressionValue): string {
  if (value === null) return "null";
  if (isNumber(value)) return "number";
  if (value instanceof TimeValue) return "time";
  if (value instanceof DurationValue) return "duration";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  return Array.isArray(value) ? "list" : "map";
}
