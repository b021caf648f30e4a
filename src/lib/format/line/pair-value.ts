/** Values of `key=value` in text. */

import { table } from "../../base/table.js";
import { quote } from "../../event/writer.js";
import { checkJson } from "../../json/members.js";
import { bareJson } from "../structured/scalar.js";

/** Where the value ends that begins at `start`, and the text of it as JSON; undefined when it is none. */
export interface PairValue {
  readonly end: number;
  readonly json: string;
}

/**
 * The value at `start`: in quotes, in brackets (balanced, and of at most BRACKETED_MAX characters) or as far as the next blank, less
 * a comma or semicolon at its end; one without quotes no further than `limit`. `isText`: a number in it is text all the same.
 */
export function pairValueAt(
  text: string,
  start: number,
  limit: number,
  isText: boolean,
): PairValue | undefined {
  const first = text.charCodeAt(start);
  if (first === 0x22) {
    const end = endOfQuoted(text, start);
    return end < 0 ? undefined : { end, json: unquote(text.slice(start, end)) };
  }
  if (first === 0x27) {
    const close = text.indexOf("'", start + 1);
    if (close > 0 && isEndOfValue(text, close + 1))
      return { end: close + 1, json: quote(text.slice(start + 1, close)) };
  }
  const bracketed = endOfBracketed(text, start, first);
  const end = bracketed > 0 ? bracketed : endOfBare(text, start, limit);
  const value = text.slice(start, end);
  // A bracket that closes what was opened before the value: it is not known where that is.
  if (bracketed < 0 && closesMore(value)) return undefined;
  return { end, json: isText ? quote(value) : typed(value) };
}

function isEndOfValue(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return at >= text.length || code === 0x20 || code === 0x09 || code === 0x2c || code === 0x3b;
}

function endOfBare(text: string, start: number, limit: number): number {
  let end = start;
  while (end < limit && text.charCodeAt(end) > 0x20) end++;
  const last = text.charCodeAt(end - 1);
  return end > start && (last === 0x2c || last === 0x3b) ? end - 1 : end;
}

/** Whether a value ends with a bracket that it does not open. */
function closesMore(value: string): boolean {
  const last = value.charCodeAt(value.length - 1);
  if (last === 0x5d) return !value.includes("[");
  if (last === 0x7d) return !value.includes("{");
  return last === 0x29 && !value.includes("(");
}

const BRACKETED_MAX = 400;

/** Behind the bracket that closes the one at `start`, when a value can end there; -1 when there is none. */
function endOfBracketed(text: string, start: number, open: number): number {
  const close = open === 0x5b ? 0x5d : open === 0x7b ? 0x7d : open === 0x28 ? 0x29 : 0;
  if (close === 0) return -1;
  const limit = Math.min(text.length, start + BRACKETED_MAX);
  let depth = 0;
  for (let at = start; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === open) depth++;
    else if (code === close && --depth === 0) return isEndOfValue(text, at + 1) ? at + 1 : -1;
  }
  return -1;
}

/** The index after the closing quote of the value that opens at `from`, or -1. */
export function endOfQuoted(line: string, from: number): number {
  for (let at = from + 1; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code === 0x5c) at++;
  }
  return -1;
}

/** JSON text of a value that is not in quotes. */
export function typed(value: string): string {
  return value === "true" || value === "false" || value === "null" ? value : bareJson(value);
}

const ESCAPES: Readonly<Record<string, string>> = table({
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\u0007",
});

/** JSON text of a quoted value. Escapes are those of JSON and Go; any other character after a backslash is itself. */
export function unquote(literal: string): string {
  if (checkJson(literal) === undefined) return literal;
  const inside = literal.slice(1, -1);
  return quote(
    inside.replace(
      /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([\s\S]))/g,
      (whole, short?: string, long?: string, byte?: string, single?: string) => {
        if (single !== undefined) return ESCAPES[single] ?? single;
        const code = Number.parseInt(short ?? long ?? byte ?? "", 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    ),
  );
}
