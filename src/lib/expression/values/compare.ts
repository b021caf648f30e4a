/** Which of two values comes first, and whether they are the same. */
import { DurationValue, TimeValue, timeOfText } from "./time-value.js";
import { type ExpressionValue, isList, isMap, isNumber } from "./value.js";

/** Below 0, 0 or above 0; undefined for values that have no order. */
export function compareValues(a: ExpressionValue, b: ExpressionValue): number | undefined {
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : a >= b ? 0 : undefined;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof DurationValue && b instanceof DurationValue) return compareTimes(a, b);
  const times = asTimes(a, b);
  return times === undefined ? undefined : compareTimes(times[0], times[1]);
}

/**
 * Values of different kinds are not equal, except that a string beside a time is read as one. Undefined: it is none.
 * Numbers are equal by value, whole or not; lists and maps by what is in them.
 */
export function equalValues(a: ExpressionValue, b: ExpressionValue): boolean | undefined {
  if (a === b) return true;
  if (isNumber(a)) return isNumber(b) && a >= b && a <= b;
  if (a instanceof TimeValue || b instanceof TimeValue) {
    if (isKindOfTime(a) && isKindOfTime(b)) {
      const order = compareValues(a, b);
      return order === undefined ? undefined : order === 0;
    }
    return false;
  }
  if (a instanceof DurationValue) return b instanceof DurationValue && compareTimes(a, b) === 0;
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((item, n) => equalValues(item, b[n]!) === true);
  if (!isMap(a) || !isMap(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equalValues(a[name]!, b[name]!) === true)
  );
}

export function compareTimes(a: { ms: number; ns: number }, b: { ms: number; ns: number }): number {
  return a.ms - b.ms || a.ns - b.ns;
}

function isKindOfTime(value: ExpressionValue): boolean {
  return value instanceof TimeValue || typeof value === "string";
}

function asTimes(a: ExpressionValue, b: ExpressionValue): [TimeValue, TimeValue] | undefined {
  if (!(a instanceof TimeValue) && !(b instanceof TimeValue)) return undefined;
  const first = typeof a === "string" ? timeOfText(a) : a;
  const second = typeof b === "string" ? timeOfText(b) : b;
  return first instanceof TimeValue && second instanceof TimeValue ? [first, second] : undefined;
}
