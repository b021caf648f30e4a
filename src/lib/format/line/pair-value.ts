/** Values of `key=value` in text. */

import { table } from "../../base/table.js";
import { timeAt } from "../../base/time/time-at.js";
import { quote } from "../../event/writer.js";
import { checkJson } from "../../json/members.js";
import { bareJson } from "../structured/scalar.js";
import { isDigit } from "./chars.js";

/** Where the value ends that begins at `start`, and the text of it as JSON; undefined when it is none. */
export interface PairValue {
  readonly end: number;
  readonly json: string;
}

/**
 * The value at `start`: in quotes, in brackets (balanced, and of at most BRACKETED_MAX characters) or as far as the
 * next blank, less a comma or semicolon at its end; one without quotes no further than `limit`. `isText`: a number in
 * it is text all the same.
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
  if (end === start + 10 && end < limit && isDigit(text.charCodeAt(start)))
    end = endOfClock(text, start, end, limit);
  const last = text.charCodeAt(end - 1);
  if (
    end < limit &&
    isDigit(text.charCodeAt(start)) &&
    (last === 0x2c || text.charCodeAt(end + 1) === 0x3a)
  ) {
    const list = endOfList(text, start);
    if (list > 0 && list <= limit) return list;
  }
  return end > start && (last === 0x2c || last === 0x3b) ? end - 1 : end;
}

/**
 * Behind one value for each upstream that nginx tried, with blanks between: times, statuses or addresses, up to the
 * next pair or the end. -1: there is no such list.
 */
function endOfList(text: string, start: number): number {
  for (const pattern of LISTS) {
    pattern.lastIndex = start;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  return -1;
}

const LISTS = ["\\d{1,6}\\.\\d{3}", "[1-5]\\d\\d", "\\d{1,3}(?:\\.\\d{1,3}){3}:\\d{1,5}"].map(
  (one) => new RegExp(`${one}(?:(?:,| :) (?:${one}|-)){1,16}(?= [A-Za-z_][\\w.-]{0,63}=|$)`, "y"),
);

/** Behind the clock that follows the date from `start` to `end`; `end` where there is none. */
function endOfClock(text: string, start: number, end: number, limit: number): number {
  const mark = text.charCodeAt(start + 4);
  if ((mark !== 0x2d && mark !== 0x2f) || !isDigit(text.charCodeAt(end + 1))) return end;
  const found = timeAt(text, start, 0)?.end ?? end;
  return found > end && found <= limit && isEndOfValue(text, found) ? found : end;
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

/**
 * The index after the closing quote of the value that opens at `from`, or -1. Where none stands at the end of a value,
 * one behind a backslash closes it, before a blank: `dir="C:\\logs\\" n=1`.
 */
export function endOfQuoted(line: string, from: number): number {
  const end = endOfEscaped(line, from);
  if (end > 0 && isEndOfValue(line, end)) return end;
  const close = line.indexOf('\\"', from + 2);
  if (close < 0 || (end > 0 && close > end) || !isEndOfValue(line, close + 2)) return end;
  return DRIVE.test(line.slice(from + 1, close)) ? close + 2 : end;
}

function endOfEscaped(line: string, from: number): number {
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
});

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([\s\S]))/g;

/**
 * JSON text of a quoted value: escapes are those of JSON and Go. Where one backslash is none of these, or the value is
 * a path or an account of Windows, its writer has escaped nothing but quotes, and backslashes are what they are:
 * `"C:\new\app"`, `"CORP\ada"`, `"\d+"`.
 */
export function unquote(literal: string): string {
  if (!literal.includes("\\"))
    return checkJson(literal) === undefined ? literal : quote(literal.slice(1, -1));
  const inside = literal.slice(1, -1);
  if (hasPlainBackslashes(inside)) return quote(inside.replaceAll('\\"', '"'));
  if (checkJson(literal) === undefined) return literal;
  return quote(
    inside.replace(ESCAPE, (whole, short?: string, long?: string, byte?: string, single?: string) => {
      if (single !== undefined) return ESCAPES[single] ?? single;
      const code = Number.parseInt(short ?? long ?? byte ?? "", 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }),
  );
}

function hasPlainBackslashes(inside: string): boolean {
  for (let at = inside.indexOf("\\"); at >= 0; at = inside.indexOf("\\", at + 2)) {
    ESCAPED.lastIndex = at + 1;
    if (!ESCAPED.test(inside)) return true;
  }
  return DRIVE.test(inside) || SHARE.test(inside) || ACCOUNT.test(inside);
}

/** What Go and JSON write behind a backslash; of Go a bell and a vertical tab, too, but those are never in logs. */
const ESCAPED = /["\\/'bfnrt]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}/y;
const DRIVE = /(?:^|[\s"'=(,;])[A-Za-z]:\\[^\\"]/;
const SHARE = /^\\\\[\w.-]+\\[^\\"]/;
/**
 * One backslash between names: a text of two lines seldom has one word in capitals before the break and one behind;
 * none has backspaces.
 */
const ACCOUNT = /^(?:[A-Z][A-Z0-9-]{1,14}\\[nrt][\w.-]*\$?|[\w.-]{2,15}\\[bf][\w .-]*)$/;
