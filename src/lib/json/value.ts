/** JSON values without loss: what `Event.get` gives and `Event.set` takes. */
import { decodeString, eachElement, JsonFault, scanMembers } from "./members.js";
import { quote } from "./quote.js";

/** A number that no JavaScript number or bigint prints as it was written: `1.0`, `-0`, `1e400`, `0.10`. */
export class JsonNumber {
  /** As it stood in the JSON text. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The nearest float64, so that arithmetic and comparison work. */
  valueOf(): number {
    return Number(this.text);
  }

  toString(): string {
    return this.text;
  }

  /** For `JSON.stringify`: digit for digit where Node has `JSON.rawJSON` (22 on), else the nearest float64. */
  toJSON(): unknown {
    return rawNumber(this.text);
  }
}

/** What `JSON.stringify` writes as this number. */
function rawNumber(text: string): unknown {
  const { rawJSON } = JSON as { rawJSON?: (text: string) => unknown };
  return rawJSON === undefined ? Number(text) : rawJSON(text);
}

/** `value` as `JSON.stringify` can take it: it knows no bigints. */
export function plainJson(value: JsonValue): unknown {
  if (typeof value === "bigint") return rawNumber(String(value));
  if (value === null || typeof value !== "object" || value instanceof JsonNumber) return value;
  if (Array.isArray(value)) return value.map(plainJson);
  return withMembers(Object.entries(value).map(([name, member]) => [name, plainJson(member)]));
}

/** An object of these members, `__proto__` among them. */
export function withMembers<T>(members: readonly (readonly [string, T])[]): { [name: string]: T } {
  const object: { [name: string]: T } = {};
  for (const [name, value] of members) {
    if (name !== "__proto__") object[name] = value;
    else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

/**
 * Numbers are JavaScript numbers when those print the same text, bigints when they are whole and too long for that, and
 * `JsonNumber` otherwise. Objects keep their key order except for keys that look like array indexes (JavaScript's own
 * rule); of duplicate keys the last one counts. Where that matters, work on the raw text.
 */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | JsonNumber
  | JsonValue[]
  | { [name: string]: JsonValue };

/** The value of valid JSON text. The caller vouches that it is valid (`checkJson`). */
export function decodeJson(raw: string): JsonValue {
  switch (raw.charCodeAt(0)) {
    case 0x22:
      return decodeString(raw, 0, raw.length);
    case 0x7b:
      return decodeObject(raw);
    case 0x5b: {
      const elements: JsonValue[] = [];
      eachElement(raw, (element) => elements.push(decodeJson(element)));
      return elements;
    }
    case 0x74:
      return true;
    case 0x66:
      return false;
    case 0x6e:
      return null;
    default:
      return decodeNumber(raw);
  }
}

/** The JSON text of a value, on one line. Numbers that JSON lacks (NaN, infinities) become null. */
export function encodeJson(value: JsonValue): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (value === null || typeof value !== "object") return String(value);
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(encodeJson).join(",")}]`;
  const members = Object.entries(value).map(([name, member]) => `${quote(name)}:${encodeJson(member)}`);
  return `{${members.join(",")}}`;
}

/** The value of the text of a JSON number. */
export function decodeNumber(text: string): number | bigint | JsonNumber {
  const number = Number(text);
  if (String(number) === text) return number;
  return WHOLE.test(text) ? BigInt(text) : new JsonNumber(text);
}

/** Longer ones stay text: turning a megabyte of digits into a bigint takes time that grows with its square. */
const WHOLE = /^-?[1-9][0-9]{0,999}$/;

function decodeObject(raw: string): JsonValue {
  const members = scanMembers(raw);
  if (members instanceof JsonFault) return {};
  return withMembers(
    members.names.map((name, i) => [
      name,
      decodeJson(raw.slice(members.valueStarts[i], members.valueEnds[i])),
    ]),
  );
}
