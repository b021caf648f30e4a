/** When two values are the same to a test: order of fields does not matter, `1`, `1.0` and `1e0` are one number. */
import { JsonNumber, type JsonValue } from "../../json/value.js";

export function isEqual(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (isNumber(a) && isNumber(b)) return isSameNumber(a, b);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isNumber(a) || isNumber(b)) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, n) => isEqual(item, b[n]!))
    );
  const [own, other] = [Object.keys(a), Object.keys(b)];
  return (
    own.length === other.length && own.every((key) => Object.hasOwn(b, key) && isEqual(a[key]!, b[key]!))
  );
}

/** Whether `actual` has all fields of `wanted`, nested ones too; it may have more. */
export function hasFields(actual: JsonValue, wanted: JsonValue): boolean {
  if (!isObject(wanted)) return isEqual(actual, wanted);
  if (!isObject(actual)) return false;
  return Object.keys(wanted).every(
    (key) => Object.hasOwn(actual, key) && hasFields(actual[key]!, wanted[key]!),
  );
}

export function isObject(value: JsonValue | undefined): value is { [name: string]: JsonValue } {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
  );
}

function isNumber(value: JsonValue): value is number | bigint | JsonNumber {
  return typeof value === "number" || typeof value === "bigint" || value instanceof JsonNumber;
}

/** By all their digits where both are whole, else as float64, as the expressions compare them. */
function isSameNumber(a: number | bigint | JsonNumber, b: number | bigint | JsonNumber): boolean {
  if (typeof a === "bigint" && typeof b === "bigint") return a === b;
  if (typeof a === "bigint" || typeof b === "bigint") {
    const [whole, other] = typeof a === "bigint" ? [a, b] : [b as bigint, a];
    const value = Number(other);
    return Number.isInteger(value) && BigInt(value) === whole;
  }
  return Number(a) === Number(b);
}
