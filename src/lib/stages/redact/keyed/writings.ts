/** How names and their values are written in text: what may stand between the two, and where the value is. */
import { type ByteSpan, endOf } from "../detectors/detector.js";
import { elementEnd, lineEnd, sectionEnd, serializedEnd } from "./ends.js";

/** ASCII blanks and those of print that stand between a name and its sign: U+00A0, U+2000 to U+200A, U+202F, U+3000. */
const B = String.raw`(?:[ \t]|\xc2\xa0|\xe2\x80[\x80-\x8a\xaf]|\xe3\x80\x80)`;
const NAME_REST = /[\w.-]{0,64}(?: key| token| code)?/y;
/** What closes the name: quotes, brackets of lists and indices, marks of emphasis; a type in a declaration. */
const NAME_CLOSE = new RegExp(
  `(?:\\*{1,2}|\\\\{0,15}["'\`]{1,2})?(?:[\\]}]{1,2}(?:\\[\\])?)?(?:${B}{1,3}(?:string|String|str))?${B}{0,8}`,
  "y",
);
/** "=", ":", "=>", "->" and the like; in full width, too. The value may stand on the next line. */
const ASSIGN = new RegExp(
  `(?:=>|->|<-|[:.?!+|]{0,3}={1,3}|::?(?![:\\w]{0,64}::)(?!:)|\\|\\||\\xef\\xbc[\\x9a\\x9d]|\\xe2\\x86\\x92)` +
    `(?:[ ]?(?:string|String|str|&str|SecretStr)(?:\\?|[ ]?\\|[ ]?(?:null|None))?${B}{0,4}=)?${B}{0,8}(?:\\r?\\n[ \\t]{0,40})?`,
  "y",
);
/** The next of a list; the name of another member is none. */
const COMMA = /,[ \t]{0,4}(?=\\*["'`])(?!\\*["'][\w.-]{1,64}\\*["'][ \t]{0,4}:(?!:))/y;
/**
 * A name and its value as two members or pairs: `"name":"DB_PASSWORD","value":"..."`, `key=token value=...`, or on two
 * lines.
 */
const PAIRED =
  /(?:[,; \t]{1,4}|[,; \t]{0,4}\r?\n[ \t]{0,40})\\*["']?(?:value|val|v|content|data)\\*["']?[ \t]{0,4}[:=][ \t]{0,4}(?:\{\\*["']\w{1,24}\\*["'][ \t]{0,4}:[ \t]{0,4})?/iy;
const ATTRIBUTES = String.raw`(?:[\t-\r ]{1,40}[\w:.-]{1,40}[ ]?=[ ]?(?:"[^"<]{0,256}"|'[^'<]{0,256}')){0,8}`;
/** Behind the name of an element. */
const ELEMENT = new RegExp(`${ATTRIBUTES}[\\t-\\r ]{0,40}>[\\t-\\r ]{0,80}`, "y");
/** Behind a name that is the text of an element, up to the text of the next one. */
const NEXT_ELEMENT = new RegExp(
  "[\\t-\\r ]{0,8}<\\/(?:[\\w.-]{1,20}:)?(?:name|key|k|n|id|field|param|property|option|header|label|entry)>[\\t-\\r ]{0,80}" +
    "(?:<[\\w:.-]{1,40}(?:[\\t-\\r ][^<>]{0,200})?>[\\t-\\r ]{0,80}){1,2}",
  "y",
);
/** The same in tables for people, which have words more often than secrets. */
const NEXT_CELL =
  /[\t-\r :]{0,8}(?:<\/[\w:.-]{1,40}>[\t-\r ]{0,80}){1,3}<(?:td|dd|value|val|string|data)(?:[\t-\r ][^<>]{0,200})?>[\t-\r ]{0,80}(?:<(?:code|span|b|p|tt|pre)>)?/iy;
const IN_ELEMENT = /<(?:[\w.-]{1,40}:)?[\w.-]{0,32}$/;
/** Behind a name that is an attribute of an element. */
const ATTRIBUTE = new RegExp(
  `["']${ATTRIBUTES}[\\t-\\r ]{1,40}(?:value|content|data)[ ]?=[ ]?(?=["'])`,
  "iy",
);
const ATTRIBUTE_BEFORE =
  /(?:value|content|data)[ ]?=[ ]?(?:"([^"<]+)"|'([^'<]+)')(?:[\t-\r ]{1,40}[\w:.-]{1,40}[ ]?=[ ]?(?:"[^"<]{0,256}"|'[^'<]{0,256}')){0,8}[\t-\r ]{1,40}(?:name|key|id|property)[ ]?=[ ]?["'][\w.-]{0,32}$/di;
const TAG_BYTES_MAX = 4096;
const CDATA = "<![CDATA[";
/** Behind the name of a part of a form (RFC 7578): the rest of its headers, an empty line. */
const FORM_PART =
  /\]{0,2}"(?:;[^\r\n]{0,256})?(?:(?:\r?\n|\\r\\n)[A-Za-z][\w-]{1,40}:[^\r\n\\]{0,256}){0,4}(?:\r?\n\r?\n|\\r\\n\\r\\n)/y;
const IN_FORM = /name="[\w.[\]-]{0,40}$/;
/** PHP's serialize(): the name, then the value with its length in bytes. */
const SERIALIZED = /\\{0,7}";[sS]:(\d{1,9}):\\{0,7}"/y;
/** A block of YAML: the lines that follow and are indented more. */
const BLOCK = /\\*["']?:[ \t]{1,4}[|>][+-]?\d?[+-]?[ \t]*(?:#[^\n]{0,80})?\r?\n/y;

const BLOCK_LINES_MAX = 1000;

/** Behind the name that goes on at `at`, its quotes and brackets, and blanks. */
export interface Named {
  readonly end: number;
  readonly closed: number;
}

export function nameEnd(text: string, at: number): Named {
  const end = endOf(NAME_REST, text, at);
  return { end, closed: endOf(NAME_CLOSE, text, end) };
}

/** Where the value begins that stands behind a sign; -1: there is none. */
export function assigned(text: string, { closed }: Named): number {
  const value = endOf(ASSIGN, text, closed);
  return value < 0 ? endOf(COMMA, text, closed) : value;
}

/** Where the value begins whose name is a value, too. `from`: behind the name's quote; blanks before it count. */
export function paired(text: string, from: number): number {
  return endOf(PAIRED, text, from);
}

/** Values whose place the writing itself tells, in formats that have their own brackets. */
export function framed(text: string, start: number, at: number, { end }: Named): ByteSpan | undefined {
  const before = text.charAt(start - 1);
  if (before === "<" || (before === ":" && IN_ELEMENT.test(text.slice(Math.max(0, start - 80), start)))) {
    const value = endOf(ELEMENT, text, end);
    return value < 0 ? undefined : elementText(text, value);
  }
  if (before === ">") {
    const value = endOf(NEXT_ELEMENT, text, end);
    if (value >= 0) return elementText(text, value);
    const cell = endOf(NEXT_CELL, text, end);
    const span = cell < 0 ? undefined : elementText(text, cell);
    return span === undefined || /[\t-\r ]|^[a-z]*$/i.test(text.slice(span.start, span.end))
      ? undefined
      : span;
  }
  if (before === '"' || before === "'") {
    const span =
      text.charAt(start - 2) === "=" ? (inAttribute(text, at, end) ?? inForm(text, start, end)) : undefined;
    if (span !== undefined) return span;
  }
  if (before === "[") {
    const span = inForm(text, start, end);
    if (span !== undefined) return span;
  }
  return serialized(text, end) ?? block(text, start, end);
}

function elementText(text: string, at: number): ByteSpan | undefined {
  if (text.startsWith(CDATA, at)) {
    const start = at + CDATA.length;
    return filled({ start, end: sectionEnd(text, start) });
  }
  let end = elementEnd(text, at);
  while (end > at && /[\t-\r ]/.test(text.charAt(end - 1))) end--;
  return filled({ start: at, end });
}

function inAttribute(text: string, at: number, end: number): ByteSpan | undefined {
  const value = endOf(ATTRIBUTE, text, end);
  if (value >= 0) {
    const close = text.indexOf(text.charAt(value), value + 1);
    return filled({ start: value + 1, end: close < 0 ? lineEnd(text, value + 1) : close });
  }
  const from = Math.max(0, at - TAG_BYTES_MAX);
  const tag = from + text.slice(from, at).lastIndexOf("<");
  if (tag < from) return undefined;
  const { indices } = ATTRIBUTE_BEFORE.exec(text.slice(tag, at)) ?? {};
  const found = indices?.[1] ?? indices?.[2];
  return found && { start: tag + found[0], end: tag + found[1] };
}

function inForm(text: string, start: number, end: number): ByteSpan | undefined {
  if (!IN_FORM.test(text.slice(Math.max(0, start - 48), start))) return undefined;
  const value = endOf(FORM_PART, text, end);
  if (value < 0) return undefined;
  const escaped = text.startsWith("\\n", value - 2) ? text.indexOf("\\r\\n", value) : -1;
  const line = lineEnd(text, value);
  return filled({ start: value, end: escaped < 0 ? line : Math.min(escaped, line) });
}

function serialized(text: string, end: number): ByteSpan | undefined {
  SERIALIZED.lastIndex = end;
  const found = SERIALIZED.exec(text);
  if (found === null) return undefined;
  const start = SERIALIZED.lastIndex;
  const told = start + Number(found[1]);
  const slashes = text.charAt(told) === "\\" ? 1 : 0;
  if (text.charAt(told + slashes) === '"') return filled({ start, end: told });
  return filled({ start, end: Math.min(serializedEnd(text, start), lineEnd(text, start)) });
}

function block(text: string, start: number, end: number): ByteSpan | undefined {
  const first = endOf(BLOCK, text, end);
  if (first < 0) return undefined;
  const indent = columnOf(text, start);
  let last = first;
  for (let line = first, n = 0; line < text.length && n < BLOCK_LINES_MAX; n++) {
    const stop = lineEnd(text, line);
    let at = line;
    while (text.charAt(at) === " " || text.charAt(at) === "\t") at++;
    if (at < stop && at - line <= indent) break;
    if (at < stop) last = stop;
    const next = text.indexOf("\n", stop);
    if (next < 0) break;
    line = next + 1;
  }
  let from = first;
  while (text.charAt(from) === " " || text.charAt(from) === "\t") from++;
  return filled({ start: from, end: last });
}

/** How far the line is indented in which a name begins, "- " counted. */
function columnOf(text: string, start: number): number {
  const line = text.lastIndexOf("\n", start) + 1;
  const blanks = /[ \t]{0,200}/y;
  return endOf(blanks, text, line) - line;
}

function filled(span: ByteSpan): ByteSpan | undefined {
  return span.end > span.start ? span : undefined;
}
