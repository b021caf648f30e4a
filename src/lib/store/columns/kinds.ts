import { Kind } from "../../event/summary.js";
import { parseInstant } from "./instant.js";
import { TIMESTAMP_KEY } from "./schema.js";
import { ESCAPED, ESCAPED_WITHIN, MINUS_ZERO, WIDE_FRACTION, WIDE_WHOLE } from "./types/types.js";

/**
 * Bits of `Kind` for one raw JSON value, as exactly as a table must know them: ESCAPED for what DuckDB cannot hold as
 * text (a lone surrogate). `timestamp` only under the key `timestamp`; with `string` beside it when the instant does
 * not say all that the text said.
 */
export function kindsOf(key: string, value: string): number {
  const first = value.charCodeAt(0);
  if (first === 34) return stringKinds(key, value);
  if (first === 123 || first === 91) {
    if (hasLoneSurrogate(value)) return ESCAPED | ESCAPED_WITHIN;
    return first === 123 ? Kind.object : Kind.array;
  }
  if (first === 116 || first === 102) return Kind.boolean;
  if (first === 110) return Kind.null;
  return numberKinds(value);
}

function stringKinds(key: string, value: string): number {
  if (hasLoneSurrogate(value)) return ESCAPED;
  const instant = key === TIMESTAMP_KEY.key ? parseInstant(JSON.parse(value) as string) : undefined;
  if (instant === undefined) return Kind.string;
  return (
    Kind.timestamp | (instant.nanoseconds > 0 ? Kind.nanoseconds : 0) | (instant.isExact ? 0 : Kind.string)
  );
}

function isMinusZero(number: string): boolean {
  return number[0] === "-" && number[1] === "0" && /^-0(?:\.0*)?(?:[eE].*)?$/.test(number);
}

const LARGEST = 9_223_372_036_854_775_807n;

function numberKinds(value: string): number {
  if (isMinusZero(value)) return Kind.bigNumber | WIDE_FRACTION | MINUS_ZERO;
  if (/^-?\d{1,15}$/.test(value)) return Kind.integer;
  if (/^-?\d+$/.test(value)) {
    const n = value.length > 20 ? LARGEST + 1n : BigInt(value);
    return n > LARGEST || n < -LARGEST - 1n ? Kind.bigNumber | WIDE_WHOLE : Kind.integer;
  }
  const digits = value
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "")
    .replace(/0+$/, "");
  const n = Number(value);
  const isHeld = digits.length <= 17 && Number.isFinite(n) && (n !== 0 || digits === "");
  return isHeld ? Kind.double : Kind.bigNumber | WIDE_FRACTION;
}

/** An escaped backslash or a whole pair, whose halves are not alone. */
const PAIRED = /\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/g;

/** Whether JSON text has an escape of half a surrogate pair. */
export function hasLoneSurrogate(json: string): boolean {
  return /\\u[dD][89a-fA-F]/.test(json) && /\\u[dD][89a-fA-F]/.test(json.replace(PAIRED, ""));
}
