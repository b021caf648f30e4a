// Enter here: values beside telling names in text: how they are written, where they end, what is harmless.
/**
 * Values beside names in text: where they begin, behind quotes, brackets and the marks of languages, and where they
 * end.
 */
import { endOf, isPlaceholder } from "../detectors/detector.js";
import { bareEnd, braceEnd, doubledEnd, lineEnd, quotedEnd, wordEnd } from "./ends.js";

export interface Value {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
  /** False: its closing quote is missing, and the rest of the line counts as the value. */
  readonly isClosed: boolean;
}

/** Marks of languages before a quote: SQL `N'`, Python `u'`, `b'`, C# `@"`; tags and anchors of YAML. */
const PREFIX =
  /(?:![!\w]{1,16}[ \t]{1,4})?(?:[uUbBrRfFnNeExX]{1,2}|@|\$|&)(?=\\*["'])|![!\w]{1,16}[ \t]{1,4}/y;
/** `Some("`, `SecretStr('`, `["`, `Optional<String>("`: the value is inside. */
const WRAPPER =
  /(?:(?:new )?[A-Za-z][\w.:]{0,32}(?:<[\w:&' ]{1,24}>)?[([]{1,2}|[[(]{1,2})(?:[uUbBrRfF]{0,2})(?=\\*["'`])/y;
/** `{"value":"`, `{"stringValue":"`: the value of the only member. */
const MEMBER = /\{\\*["']\w{1,24}\\*["'][ \t]{0,4}:[ \t]{0,4}(?=\\*["'])/y;
const OPEN_QUOTE = /\\{0,15}["'`]/y;
const OPENERS = /[[({]{1,2}/y;
/** A constructor around a bare value: `Some(x)`. */
const CONSTRUCTOR = /(?:Some|Ok|Just|Optional|Option|Secret|Password|String|Text|Value)[([]/y;
/** `{x;y}` of ODBC: "}" is written twice in it. */
const BRACED = /\{(?!\{)/y;
const SHELL_REST = /[\w$@#%^*!~?"'/+-]/y;

/** `isBraced`: a brace may hold the value, as in connection strings. */
export function keyedValueAt(text: string, from: number, isBraced = false): Value | undefined {
  if (isPlaceholder(text.slice(from, from + 80))) return undefined;
  let at = Math.max(from, endOf(PREFIX, text, from));
  at = Math.max(at, endOf(MEMBER, text, at), endOf(WRAPPER, text, at));
  const open = endOf(OPEN_QUOTE, text, at);
  if (open >= 0) return quoted(text, open - 1, open - 1 - at);
  if (isBraced && endOf(BRACED, text, at) >= 0) {
    const value = braced(text, at + 1);
    if (value !== undefined) return value;
  }
  return unquoted(text, at);
}

/** `at`: of the quote, which has `slashes` backslashes before it. */
function quoted(text: string, at: number, slashes: number): Value | undefined {
  const quote = text.charAt(at);
  const start = at + 1;
  const { end, isClosed } = quotedEnd(text, start, quote, slashes);
  if (end === start) {
    if (quote !== '"' || !isClosed || !/[\w$@#%^*!~+-]/.test(text.charAt(start + 1))) return undefined;
    return { start: start + 1, end: doubledEnd(text, start + 1), isQuoted: true, isClosed: true };
  }
  if (end <= start || isPlaceholder(text.slice(start, start + 80))) return undefined;
  // A quote in the value that nobody escaped, or a word that a shell takes together with what is quoted.
  const isMore = isClosed && slashes === 0 && endOf(SHELL_REST, text, end + 1) >= 0;
  const rest = isMore ? bareEnd(text, end + 1) : end;
  return { start, end: rest > end + 1 ? rest : end, isQuoted: true, isClosed };
}

function braced(text: string, start: number): Value | undefined {
  const end = braceEnd(text, start);
  return end > start && end <= lineEnd(text, start) && end < text.length
    ? { start, end, isQuoted: true, isClosed: true }
    : undefined;
}

function unquoted(text: string, from: number): Value | undefined {
  const at = Math.max(from, endOf(CONSTRUCTOR, text, from));
  const opened = Math.max(at, endOf(OPENERS, text, at));
  if (text.startsWith("{{", at) || (opened > at && isPlaceholder(text.slice(at, at + 80)))) return undefined;
  let end = bareEnd(text, opened);
  while (end > opened && /[.:]/.test(text.charAt(end - 1))) end--;
  return end > opened ? { start: opened, end, isQuoted: false, isClosed: true } : undefined;
}

/** The letters, digits and dots of a bare value up to the first mark. */
export function firstWord(text: string, { start, end }: Value): number {
  return Math.min(end, wordEnd(text, start));
}
