/**
 * Values in the type that the operator has set for a key. A value fits when its text stays the same, so that only the
 * quotes of JSON come or go: "200" and 200, "true" and true. A whole number fits a double below 2^53.
 */
import { identifier } from "./names.js";
import type { Column } from "./schema.js";
import { type ColumnType, isRaw } from "./types/types.js";

/** Types that can be set. */
export const SETTABLE_TYPES = ["integer", "double", "boolean", "string", "json"] as const;
export type SettableType = (typeof SETTABLE_TYPES)[number];

/** SQL: the value of `json` (valid JSON or null) as `type`, NULL when it does not fit. */
export function coercedSql(type: ColumnType, json: string): string {
  const kind = `json_type(${json})`;
  // Of a number the text as it is: extracting would print it again.
  const text = `(CASE WHEN ${kind} = 'VARCHAR' THEN ${json}->>'$' ELSE ${json}::VARCHAR END)`;
  const scalar = `${kind} NOT IN ('OBJECT', 'ARRAY', 'NULL')`;
  const whole = `TRY_CAST(${text} AS BIGINT)`;
  const double = `TRY_CAST(${text} AS DOUBLE)`;
  // Text of other spellings, such as 1e3 or NaN, stays text.
  const isNumber = `(${kind} <> 'VARCHAR' OR regexp_full_match(${text}, '-?[0-9]+[.][0-9]+'))`;
  // Of zero a file keeps no sign.
  const isPlainDouble = `(${isNumber} AND (${double} <> 0 OR NOT starts_with(${text}, '-')) AND to_json(${double})::VARCHAR = ${text})`;
  switch (type) {
    case "json":
      return `CASE WHEN ${kind} <> 'NULL' THEN ${json}::VARCHAR END`;
    case "string":
      return `CASE WHEN ${scalar} THEN ${text} END`;
    case "integer":
      return `CASE WHEN ${scalar} AND ${whole}::VARCHAR = ${text} THEN ${whole} END`;
    case "boolean":
      return `CASE WHEN ${scalar} AND ${text} IN ('true', 'false') THEN ${text} = 'true' END`;
    case "double":
      return `CASE WHEN ${scalar} AND (${isPlainDouble} OR (${whole}::VARCHAR = ${text} AND abs(${double}) < 9007199254740992)) THEN ${double} END`;
    default:
      return "NULL";
  }
}

/** SQL: a column's value as valid JSON, or null. JSON text that DuckDB refuses (a lone surrogate) is null. */
export function columnJsonSql(column: Column): string {
  const name = identifier(column.name);
  return isRaw(column.type) ? `CASE WHEN json_valid(${name}) THEN ${name}::JSON END` : `to_json(${name})`;
}

/** Whether every value of a column of type `source` fits `target`. */
export function alwaysFits(target: ColumnType, source: ColumnType): boolean {
  if (target === source) return true;
  if (target === "json") return source !== "escaped";
  return target === "string" && ["integer", "double", "boolean", "number"].includes(source);
}

const LARGEST = 9_223_372_036_854_775_807n;

/** The same for one raw JSON value (latin1, a byte a character): raw JSON of the fitting value, or undefined. */
export function coercedRaw(type: ColumnType, raw: string): string | undefined {
  const isText = raw[0] === '"';
  if (type === "json") return JSON.stringify(raw);
  if (raw[0] === "{" || raw[0] === "[") return undefined;
  if (type === "string") return isText ? raw : JSON.stringify(raw);
  const text = isText ? raw.slice(1, -1) : raw;
  if (type === "boolean") return text === "true" || text === "false" ? text : undefined;
  const isWhole = /^(0|-?[1-9]\d{0,18})$/.test(text);
  if (type === "integer") {
    const n = isWhole ? BigInt(text) : LARGEST + 1n;
    return n <= LARGEST && n >= -LARGEST - 1n ? text : undefined;
  }
  if (type !== "double" || /^-0(\.0*)?$/.test(text)) return undefined;
  if (isWhole) return Math.abs(Number(text)) < Number.MAX_SAFE_INTEGER ? text : undefined;
  return /^-?\d+\.\d+$/.test(text) && String(Number(text)) === text.replace(/\.0$/, "") ? text : undefined;
}
