/** Calculations. Whole numbers are exact to 38 digits, beyond that float64; what has no result is undefined. */
import type { Arithmetic } from "../syntax/syntax.js";
import { DurationValue, durationOf, TimeValue, timeOfText, timeValue } from "./time-value.js";
import { type ExpressionValue, isList, isNumber, settled } from "./value.js";

type Value = ExpressionValue | undefined;

export function calculate(operator: Arithmetic, a: ExpressionValue, b: ExpressionValue): Value {
  if (typeof a === "number" && typeof b === "number") return ofNumbers(operator, a, b);
  if (isNumber(a) && isNumber(b)) return ofLarge(operator, a, b);
  if (operator === "+") return sum(a, b);
  return operator === "-" ? difference(a, b) : undefined;
}

function ofNumbers(operator: Arithmetic, a: number, b: number): Value {
  const result = FLOAT[operator](a, b);
  if (Number.isSafeInteger(result) || operator === "/" || operator === "%") return finite(result);
  const isWhole = Number.isSafeInteger(a) && Number.isSafeInteger(b);
  return isWhole ? ofLarge(operator, BigInt(a), BigInt(b)) : finite(result);
}

function ofLarge(operator: Arithmetic, a: number | bigint, b: number | bigint): Value {
  const isWhole = [a, b].every((n) => typeof n === "bigint" || Number.isSafeInteger(n));
  if (!isWhole) return finite(FLOAT[operator](Number(a), Number(b)));
  const [first, second] = [BigInt(a), BigInt(b)];
  switch (operator) {
    case "+":
      return settled(first + second);
    case "-":
      return settled(first - second);
    case "*":
      return settled(first * second);
    case "%":
      return second === 0n ? undefined : settled(first % second);
    default:
      if (second !== 0n && first % second === 0n) return settled(first / second);
      return finite(Number(first) / Number(second));
  }
}

const FLOAT: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

export function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}

const TEXT_MAX = 1 << 24;
const ITEMS_MAX = 1_000_000;

function sum(a: ExpressionValue, b: ExpressionValue): Value {
  if (typeof a === "string" && typeof b === "string")
    return a.length + b.length > TEXT_MAX ? undefined : a + b;
  if (isList(a) && isList(b)) return a.length + b.length > ITEMS_MAX ? undefined : [...a, ...b];
  if (a instanceof DurationValue && b instanceof DurationValue) return durationOf(a.ms + b.ms, a.ns + b.ns);
  if (b instanceof DurationValue) {
    const time = asTime(a);
    return time === undefined ? undefined : timeValue(time.ms + b.ms, time.ns + b.ns);
  }
  return a instanceof DurationValue ? sum(b, a) : undefined;
}

function difference(a: ExpressionValue, b: ExpressionValue): Value {
  if (a instanceof DurationValue && b instanceof DurationValue) return durationOf(a.ms - b.ms, a.ns - b.ns);
  const first = asTime(a);
  if (first === undefined) return undefined;
  if (b instanceof DurationValue) return timeValue(first.ms - b.ms, first.ns - b.ns);
  const second = asTime(b);
  return second === undefined ? undefined : durationOf(first.ms - second.ms, first.ns - second.ns);
}

function asTime(value: ExpressionValue): TimeValue | undefined {
  if (typeof value === "string") return timeOfText(value);
  return value instanceof TimeValue ? value : undefined;
}
