/** Values of a program in SQL: each placeholder outside of quotes and comments becomes a literal. */
import { failure, type LogpipeError } from "../lib/base/errors/index.js";
import { readTokens } from "../lib/query/sql/sql-text.js";
import { literal } from "../lib/store/columns/names.js";
import { isPlainObject, shownValue } from "./arguments.js";

/** What can stand for `?`, `$1` (a list) and `$name` (an object). */
export type Parameters = readonly Parameter[] | Readonly<Record<string, Parameter>>;

export type Parameter = string | number | bigint | boolean | null | Date | readonly Parameter[];

/**
 * `sql` with its values. As literals, and not bound: DuckDB then plans with them, so that files which cannot hold them
 * are left out. Throws usage.bad-argument for a placeholder without a value, and for a value without a placeholder.
 */
export function withParameters(sql: string, parameters: unknown): string {
  if (parameters === undefined) return sql;
  const isList = Array.isArray(parameters);
  if (!isList && !isPlainObject(parameters))
    throw bad(shownValue(parameters), "parameters are a list or an object");
  const values = new Map(Object.entries(parameters));
  const used = new Set<string>();
  let next = 0;
  let out = "";
  for (const token of readTokens(sql)) {
    const name = placeholderIn(token, () => next++);
    if (name === undefined) {
      out += token;
      continue;
    }
    const key = isList && /^\d+$/.test(name) && token !== "?" ? String(Number(name) - 1) : name;
    if (!values.has(key)) throw bad(token, "it has no value", "give it in parameters");
    used.add(key);
    out += literalOf(values.get(key), token);
  }
  const spare = [...values.keys()].find((key) => !used.has(key));
  if (spare !== undefined)
    throw bad(`parameter ${isList ? Number(spare) + 1 : spare}`, "the SQL does not use it");
  return out;
}

function placeholderIn(token: string, next: () => number): string | undefined {
  if (token === "?") return String(next());
  return /^\$([A-Za-z_]\w*|\d+)$/.exec(token)?.[1];
}

function literalOf(value: unknown, token: string): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "string") return textLiteral(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return value < 0n ? `(${value})` : String(value);
  if (typeof value === "number") return numberLiteral(value);
  if (value instanceof Date && !Number.isNaN(value.getTime()))
    return `TIMESTAMPTZ ${literal(value.toISOString())}`;
  if (Array.isArray(value))
    return `[${Array.from(value as unknown[], (item) => literalOf(item, token)).join(", ")}]`;
  throw bad(
    `${token} = ${value instanceof Date ? "a date that is none" : shownValue(value)}`,
    "SQL has no such value",
    "a parameter is text, a number, true or false, null, a Date or a list of these",
  );
}

function numberLiteral(value: number): string {
  if (Number.isSafeInteger(value)) return value < 0 || Object.is(value, -0) ? `(${value})` : String(value);
  return `CAST(${literal(String(value))} AS DOUBLE)`;
}

/** DuckDB's text ends at a NUL, its values need not. */
function textLiteral(text: string): string {
  const parts = text.split("\0").map(literal);
  return parts.length === 1 ? parts[0]! : `(${parts.join(" || chr(0) || ")})`;
}

function bad(value: string, reason: string, hint?: string): LogpipeError {
  return failure("usage.bad-argument", { call: "query()", value, reason, hint });
}
