/**
 * Values whose names are values themselves: `{"name":"DB_PASSWORD","value":"..."}` of containers and HTTP archives,
 * `{"key":"db.password","value":{"stringValue":"..."}}` of OpenTelemetry, `["Authorization","Token ..."]`,
 * `["--password","..."]`, `{"path":"/password","value":"..."}`. One walk a line, and only of lines in which a value is
 * a telling name.
 */

import { isKeyAt, skipValue, stringEnd } from "../../../json/byte-steps.js";
import { unescaped } from "../../../json/escapes.js";
import type { ByteSpan } from "../detectors/detector.js";

const NAME_BYTES_MAX = 128;
const KEY_BYTES_MAX = 40;
/** Shorter numbers beside a word count it: `["token",12]`. */
const NUMBER_BYTES_MIN = 4;
/** A longer text with blanks is a sentence. */
const SENTENCE_BYTES_MIN = 32;

const NAME_KEY =
  /^(?:name|key|k|n|id|title|(?:[a-z]{0,16}(?:name|key))|header|field|param|parameter|option|flag|label|var|variable|env|property|attribute|attr|setting|tag|arg|argument|col|column)$/;
/**
 * Where a value is, in JSON Patch (RFC 6902) and in what validators say: `"path":"/password"`,
 * `"loc":["body","password"]`.
 */
const PATH_KEY = /^(?:path|loc|location|pointer|(?:instance|data|field|property|json)(?:path|pointer))$/;
/** The values beside a path: `path` and `data` of requests are others. */
const VALUE_OF_PATH_KEY = /^(?:[a-z]{0,24}values?|val|input)$/;
const VALUE_KEY =
  /^(?:[a-z]{0,24}values?|val|v|content|contents|data|default|plaintext|secretstring|from|to|before|after|old|new|input|#text|\$t)$/;
const NAME = /^[\w.:/[\]{}@ -]{2,128}$/;
/** What stands in lists of names: a word, or words in one case with marks between. */
const LOOKS_LIKE_NAME = /^(?:[a-z]+(?:[_.-][a-z]+)*|[A-Z]+(?:_[A-Z]+)*|[A-Z][a-z]+(?:-[A-Z][a-z]+)*|-.*)$/;

interface ObjectAt {
  key: string;
  /** Whether a member of it is a telling name, or a path that ends in one. */
  isNamed: boolean;
  isPointed: boolean;
  readonly values: Value[];
}

interface Value extends ByteSpan {
  readonly isOfPath: boolean;
}

interface ArrayAt {
  length: number;
  /** Whether each second element, from the first on, is a string. */
  hasNames: boolean;
  /** Whether there is no array or object in it. */
  isFlat: boolean;
  /** The element before, when it is a telling name. */
  name: string | undefined;
  /** Behind options of a command line; behind other names, which count when all is pairs. */
  readonly arguments: ByteSpan[];
  readonly seconds: ByteSpan[];
}

type Container = ObjectAt | ArrayAt;

/** Whether a string that is no key may be the name of a value at all: short, and written like a name. */
export function mayNameValue(text: string): boolean {
  if (text.length > SENTENCE_BYTES_MIN && (text.length > NAME_BYTES_MAX || text.includes(" "))) return false;
  return NAME.test(text);
}

/**
 * Whether the string whose first byte is at `from` is an element of an array, or the value of `name`, `key` and the
 * like.
 */
export function isPlaceOfName(bytes: Buffer, from: number): boolean {
  let at = from - 2;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d) at--;
  if (bytes[at] !== 0x3a) return true;
  at--;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d) at--;
  const open = bytes.latin1Slice(Math.max(0, at - KEY_BYTES_MAX), at);
  const key = open.slice(open.lastIndexOf('"') + 1);
  return key.length < 2 || key.includes("\\") || isNameKey(plain(key));
}

/** The JSON values of the event that begins at `line` which names beside them tell to be secret. */
export function valuesOfNames(
  bytes: Buffer,
  line: number,
  isTelling: (name: string) => boolean,
): readonly ByteSpan[] {
  const found: ByteSpan[] = [];
  const stack: Container[] = [];
  for (let at = line; at < bytes.length && bytes[at] !== 0x0a; ) {
    const c = bytes[at]!;
    const top = stack.at(-1);
    if (c === 0x7b || c === 0x5b) {
      if (top !== undefined) noteValue(top, at);
      stack.push(containerOf(c === 0x7b));
      at++;
    } else if (c === 0x7d || c === 0x5d) {
      const closed = stack.pop();
      if (closed !== undefined) for (const span of secretsOf(closed, bytes)) found.push(span);
      at++;
      noteEnd(stack.at(-1), at, closed);
      if (stack.length === 0) break;
    } else if (c === 0x22) {
      const end = stringEnd(bytes, at + 1) + 1;
      if (isObject(top) && isKeyAt(bytes, end - 1)) top.key = plainName(bytes, at, end);
      else if (top !== undefined) noteString(top, bytes, { start: at, end }, isTelling);
      at = end;
    } else if (c === 0x20 || c === 0x09 || c === 0x0d || c === 0x2c || c === 0x3a) at++;
    else {
      const end = skipValue(bytes, at);
      if (top !== undefined) noteValue(top, at, end);
      at = Math.max(end, at + 1);
    }
  }
  return found;
}

function containerOf(isObject: boolean): Container {
  if (isObject) return { key: "", isNamed: false, isPointed: false, values: [] };
  return { length: 0, hasNames: true, isFlat: true, name: undefined, arguments: [], seconds: [] };
}

function isObject(container: Container | undefined): container is ObjectAt {
  return container !== undefined && "key" in container;
}

function noteString(
  top: Container,
  bytes: Buffer,
  span: ByteSpan,
  isTelling: (name: string) => boolean,
): void {
  const { start, end } = span;
  const text = end - start <= NAME_BYTES_MAX + 2 ? said(bytes, start, end) : "";
  const isName = mayNameValue(text) && isTelling(text);
  if (!isObject(top)) noteElement(top, bytes, span, isName ? text : undefined);
  else if (isName && NAME_KEY.test(top.key)) top.isNamed = true;
  else if (isName && PATH_KEY.test(top.key)) top.isPointed = true;
  else noteValue(top, start, end);
}

function noteElement(top: ArrayAt, bytes: Buffer, span: ByteSpan, name: string | undefined): void {
  if (top.name !== undefined) {
    const value = bytes.latin1Slice(span.start + 1, Math.min(span.end - 1, span.start + 256));
    if (top.name.startsWith("-")) {
      if (!top.name.includes("=") && !value.startsWith("-")) top.arguments.push(span);
    } else if (top.length % 2 === 1 && !LOOKS_LIKE_NAME.test(value)) top.seconds.push(span);
  }
  top.name = name;
  top.length++;
}

/** `end` -1: of an array or object, known when it is closed. */
function noteValue(top: Container, start: number, end = -1): void {
  if (!isObject(top)) {
    if (end < 0) top.isFlat = false;
    if (top.length % 2 === 0) top.hasNames = false;
    else if (top.name?.startsWith("-") === false && end - start >= NUMBER_BYTES_MIN)
      top.seconds.push({ start, end });
    top.name = undefined;
    top.length++;
  } else if (VALUE_KEY.test(top.key)) {
    top.values.push({ start, end, isOfPath: VALUE_OF_PATH_KEY.test(top.key) });
  }
}

/** `end`: behind the array or object `closed` that `top` has as a value. */
function noteEnd(top: Container | undefined, end: number, closed: Container | undefined): void {
  if (!isObject(top)) return;
  const isList = closed !== undefined && !isObject(closed);
  if (isList && closed.name !== undefined && PATH_KEY.test(top.key)) top.isPointed = true;
  const last = top.values.at(-1);
  if (last?.end === -1) top.values[top.values.length - 1] = { ...last, end };
}

function secretsOf(closed: Container, bytes: Buffer): readonly ByteSpan[] {
  if (isObject(closed)) {
    const { isNamed, isPointed, values } = closed;
    if (!isNamed && !isPointed) return [];
    return values.filter(({ isOfPath }) => isNamed || isOfPath).map((value) => innermost(bytes, value));
  }
  const isPairs = closed.hasNames && closed.isFlat && closed.length % 2 === 0;
  return isPairs ? [...closed.arguments, ...closed.seconds] : closed.arguments;
}

/** OpenTelemetry wraps values: of `{"stringValue":"..."}` what is inside goes, so that it stays an attribute. */
function innermost(bytes: Buffer, { start, end }: ByteSpan): ByteSpan {
  const key = skipBlanks(bytes, start + 1);
  if (bytes[start] !== 0x7b || bytes[key] !== 0x22) return { start, end };
  const close = stringEnd(bytes, key + 1);
  const inner = skipBlanks(bytes, close + 1);
  const isScalar = bytes[inner] !== 0x7b && bytes[inner] !== 0x5b;
  if (!isScalar || !bytes.latin1Slice(Math.max(key, close - 5), close).endsWith("Value"))
    return { start, end };
  const innerEnd = skipValue(bytes, inner);
  return skipBlanks(bytes, innerEnd) === end - 1 ? { start: inner, end: innerEnd } : { start, end };
}

function skipBlanks(bytes: Buffer, at: number): number {
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x3a || bytes[at] === 0x0d) at++;
  return at;
}

/** A key in small letters without marks: `Header-Name` is `headername`. */
function plainName(bytes: Buffer, start: number, end: number): string {
  if (end - start > NAME_BYTES_MAX) return "";
  return plain(said(bytes, start, end));
}

/** XML as JSON puts "@" before the names of attributes. */
function plain(key: string): string {
  return key.toLowerCase().replace(/[-_. @]/g, "");
}

function isNameKey(key: string): boolean {
  return NAME_KEY.test(key) || PATH_KEY.test(key);
}

function said(bytes: Buffer, start: number, end: number): string {
  const raw = bytes.latin1Slice(start + 1, end - 1);
  return raw.includes("\\") ? unescaped(raw).text : raw;
}
