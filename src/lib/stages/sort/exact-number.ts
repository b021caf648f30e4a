import type { Rows } from "../../event/rows/rows.js";

/**
 * What tells numbers apart that are the same float64: text that sorts the same way when compared with `<`, bytes, one a
 * character. It stands behind the float64 in a sort key.
 *
 *   equal to the shortest decimal of the float64, as every number of at most 15 digits is   2
 *   below it                                                                              1, then the number
 *   above it                                                                              3, then the number
 *   the number   [exponent: 4 bytes][significant digits][0], every byte turned around when it is negative
 */
export function exactPart(rows: Rows, field: number, row: number, nearest: number): string {
  const start = rows.start(field, row);
  const size = Math.abs(nearest);
  if (start !== 0 && rows.end(field, row) - start <= PLAIN_LENGTH && size < 1e300 && size > 1e-300)
    return SAME;
  return exactPartOf(rows.raw(field, row)!, size);
}

/** `json`: the text of a JSON number. `size`: the float64 that is nearest to its magnitude. */
function exactPartOf(json: string, size: number): string {
  const own = decimalOf(json);
  const shortest = Number.isFinite(size) ? decimalOf(String(size)) : ZERO;
  const order = compareMagnitudes(own, shortest);
  if (order === 0) return SAME;
  const isNegative = json.startsWith("-");
  const bytes = `${exponentText(own.exponent)}${own.digits}\u0000`;
  const sign = order < 0 === isNegative ? "\u0003" : "\u0001";
  return `${sign}${isNegative ? turned(bytes) : bytes}`;
}

/** A number of so many characters has at most 15 digits, which float64 keeps. */
const PLAIN_LENGTH = 15;
const SAME = "\u0002";

/** 0.DIGITS times ten to the power of `exponent`; no digits: zero. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

/** Numbers beyond float64 are above it, too: all of them alike. */
const ZERO: Decimal = { digits: "", exponent: Number.NEGATIVE_INFINITY };
const EXPONENT_MAX = 2 ** 31 - 1;

/** The magnitude of the text of a JSON number. */
function decimalOf(json: string): Decimal {
  const [, whole = "", fraction = "", power = "0"] = /^-?(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(json) ?? [];
  const all = whole + fraction;
  const digits = all.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return ZERO;
  const exponent = Number(power) + whole.length - (all.length - digits.length);
  return { digits: significant, exponent: Math.max(-EXPONENT_MAX, Math.min(EXPONENT_MAX, exponent)) };
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.exponent !== b.exponent) return a.exponent < b.exponent ? -1 : 1;
  return a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0;
}

function exponentText(exponent: number): string {
  const shifted = exponent + EXPONENT_MAX + 1;
  return String.fromCharCode(
    (shifted >>> 24) & 255,
    (shifted >>> 16) & 255,
    (shifted >>> 8) & 255,
    shifted & 255,
  );
}

function turned(bytes: string): string {
  return Buffer.from(Buffer.from(bytes, "latin1").map((byte) => 255 - byte)).latin1Slice();
}
