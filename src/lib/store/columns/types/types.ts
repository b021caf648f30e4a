/** Types of columns, and the kinds of values that only a table tells apart. */

/**
 * "number": JSON text of numbers that neither 64-bit integers nor float64 hold; "escaped": JSON text with half a
 * surrogate pair, which no engine takes as text. Both are siblings only.
 */
export type ColumnType =
  | "integer"
  | "double"
  | "boolean"
  | "string"
  | "json"
  | "timestamp"
  | "struct"
  | "number"
  | "escaped";

export const RAW_TYPES = ["json", "number", "escaped"] as const;

/** Whether a column of the type holds the JSON text of values. */
export function isRaw(type: ColumnType): type is (typeof RAW_TYPES)[number] {
  return (RAW_TYPES as readonly ColumnType[]).includes(type);
}

/** Internal kind: text, or a value with text in it, that has half a surrogate pair. The careful path finds it. */
export const ESCAPED = 1 << 21;
/** Internal mark beside ESCAPED: an object or array. */
export const ESCAPED_WITHIN = 1 << 24;
/** Internal marks beside `bigNumber`: a whole number, or one with a fraction or exponent. */
export const WIDE_WHOLE = 1 << 22;
export const WIDE_FRACTION = 1 << 23;
/**
 * Internal mark beside `bigNumber`: zero with a sign. Files of a table take 0.0 and -0.0 for one, other columns do not.
 */
export const MINUS_ZERO = 1 << 25;
