/**
 * A strict reader of JSON text (RFC 8259) that makes no objects: it checks all of it and says where the members of the
 * outermost object lie. Whoever wants a value takes its text, so that no number, key order or escape is ever bent.
 */

/** How deep objects and arrays may nest: enough for any log, far from the end of the stack. */
export const MAX_DEPTH = 512;

/** Why a text is no JSON, or no JSON object. Data, not an error: one bad line is never thrown. */
export class JsonFault {
  /** The same few words for all faults of a kind: "unterminated string". */
  readonly reason: string;
  /** UTF-16 units from the start of the text. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    this.reason = reason;
    this.offset = offset;
  }
}

/** The members of one object, in order, as places in its text. Duplicate keys are listed as often as they occur. */
export interface Members {
  /** Keys, unescaped. */
  readonly names: string[];
  /** Where the opening quote of each key is. */
  readonly keyStarts: number[];
  readonly valueStarts: number[];
  readonly valueEnds: number[];
  /** The offsets of `{` and of the matching `}`. */
  readonly open: number;
  readonly close: number;
}

/** The members of the JSON object that `text` is; white space around it is allowed, anything else is not. */
export function scanMembers(text: string): Members | JsonFault {
  return text.length < FLAT_MAX && FLAT.test(text) ? flatMembers(text) : new Scanner(text).document();
}

/** Undefined when `text` is one valid JSON value of any kind, else what is wrong with it. */
export function checkJson(text: string): JsonFault | undefined {
  return new Scanner(text).check();
}

/** Calls `each` with the text of every element of a JSON array. The caller vouches that `text` is a valid one. */
export function eachElement(text: string, each: (raw: string) => void): void {
  new Scanner(text).elements(each);
}

/** What the string literal `text[start..end)`, quotes included, stands for. The caller vouches that it is valid. */
export function decodeString(text: string, start: number, end: number): string {
  const inside = text.slice(start + 1, end - 1);
  return inside.includes("\\") ? (JSON.parse(text.slice(start, end)) as string) : inside;
}

/**
 * The shape of most lines: no nesting, at most one blank after a colon or comma. The native expression checks it several
 * times faster than a loop could; linear, since every repeated part ends at a character that cannot be inside it.
 */
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/.source;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/.source;
const FLAT = new RegExp(
  `^\\{(?:${STRING}: ?(?:${STRING}|${NUMBER}|true|false|null)(?:, ?(?=")|(?=\\}$)))*\\}$`,
);

/** The expression's stack grows with the number of escapes: longer texts go the slower way. */
const FLAT_MAX = 1 << 16;

/** The members of a text that FLAT matches: only the places are still to be found. */
function flatMembers(text: string): Members {
  const close = text.length - 1;
  const members: Members = { names: [], keyStarts: [], valueStarts: [], valueEnds: [], open: 0, close };
  for (let at = 1; at < close; ) {
    const keyEnd = endOfString(text, at);
    const start = text.charCodeAt(keyEnd + 1) === SPACE ? keyEnd + 2 : keyEnd + 1;
    const end = text.charCodeAt(start) === QUOTE ? endOfString(text, start) : endOfBareValue(text, start);
    members.names.push(decodeString(text, at, keyEnd));
    members.keyStarts.push(at);
    members.valueStarts.push(start);
    members.valueEnds.push(end);
    at = end < close && text.charCodeAt(end + 1) === SPACE ? end + 2 : end + 1;
  }
  return members;
}

/** The index after the closing quote of the valid string that opens at `from`. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (text.charCodeAt(end - 1) === BACKSLASH && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

/** Whether the backslashes before `at` are of an odd number. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

function endOfBareValue(text: string, from: number): number {
  let at = from;
  let code = text.charCodeAt(at);
  while (code !== COMMA && code !== CLOSING_BRACE) code = text.charCodeAt(++at);
  return at;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSING_BRACE = 0x7d;

const NOT_PLAIN = /[\\\u0000-\u001f]/;

class Scanner {
  private readonly text: string;
  /** No escape and no control character anywhere, as in most lines: strings then end at the next quote. */
  private readonly isPlain: boolean;
  private at = 0;
  private fault: JsonFault | undefined;

  constructor(text: string) {
    this.text = text;
    this.isPlain = !NOT_PLAIN.test(text);
  }

  document(): Members | JsonFault {
    this.skipSpace();
    const open = this.at;
    if (this.text.charCodeAt(open) !== 0x7b) return new JsonFault("not a JSON object", open);
    const members: Members & { close: number } = {
      names: [],
      keyStarts: [],
      valueStarts: [],
      valueEnds: [],
      open,
      close: open,
    };
    if (!this.object(1, members)) return this.fault!;
    members.close = this.at - 1;
    return this.nothingMore() ? members : this.fault!;
  }

  check(): JsonFault | undefined {
    this.skipSpace();
    if (this.value(1)) this.nothingMore();
    return this.fault;
  }

  elements(each: (raw: string) => void): void {
    this.skipSpace();
    this.at++;
    this.skipSpace();
    while (this.at < this.text.length && this.text.charCodeAt(this.at) !== 0x5d) {
      const start = this.at;
      if (!this.value(2)) return;
      each(this.text.slice(start, this.at));
      this.skipSpace();
      if (this.text.charCodeAt(this.at) === COMMA) this.at++;
      this.skipSpace();
    }
  }

  private nothingMore(): boolean {
    this.skipSpace();
    return this.at === this.text.length || this.fail("text after the end of the JSON value");
  }

  /** `depth` counts the containers that the value would be, itself included. */
  private value(depth: number): boolean {
    switch (this.text.charCodeAt(this.at)) {
      case QUOTE:
        return this.string();
      case 0x7b:
        return this.object(depth, undefined);
      case 0x5b:
        return this.array(depth);
      case 0x74:
        return this.word("true");
      case 0x66:
        return this.word("false");
      case 0x6e:
        return this.word("null");
      default:
        return this.number();
    }
  }

  private object(depth: number, members: Members | undefined): boolean {
    const text = this.text;
    if (depth > MAX_DEPTH) return this.fail("nested too deeply");
    this.at++;
    this.skipSpace();
    if (text.charCodeAt(this.at) === CLOSING_BRACE) {
      this.at++;
      return true;
    }
    for (;;) {
      const keyStart = this.at;
      if (text.charCodeAt(keyStart) !== QUOTE) return this.fail("a key in double quotes is missing");
      if (!this.string()) return false;
      const keyEnd = this.at;
      this.skipSpace();
      if (text.charCodeAt(this.at) !== COLON) return this.fail("the colon after a key is missing");
      this.at++;
      this.skipSpace();
      const valueStart = this.at;
      if (!this.value(depth + 1)) return false;
      if (members !== undefined) {
        const name = this.isPlain
          ? text.slice(keyStart + 1, keyEnd - 1)
          : decodeString(text, keyStart, keyEnd);
        members.names.push(name);
        members.keyStarts.push(keyStart);
        members.valueStarts.push(valueStart);
        members.valueEnds.push(this.at);
      }
      this.skipSpace();
      const next = text.charCodeAt(this.at);
      if (next !== COMMA && next !== CLOSING_BRACE) return this.fail("a comma or closing brace is missing");
      this.at++;
      if (next === CLOSING_BRACE) return true;
      this.skipSpace();
    }
  }

  private array(depth: number): boolean {
    const text = this.text;
    if (depth > MAX_DEPTH) return this.fail("nested too deeply");
    this.at++;
    this.skipSpace();
    if (text.charCodeAt(this.at) === 0x5d) {
      this.at++;
      return true;
    }
    for (;;) {
      if (!this.value(depth + 1)) return false;
      this.skipSpace();
      const next = text.charCodeAt(this.at);
      if (next !== COMMA && next !== 0x5d) return this.fail("a comma or closing bracket is missing");
      this.at++;
      if (next === 0x5d) return true;
      this.skipSpace();
    }
  }

  private string(): boolean {
    if (!this.isPlain) return this.stringWithEscapes();
    const end = this.text.indexOf('"', this.at + 1);
    if (end < 0) return this.failAt("unterminated string", this.at);
    this.at = end + 1;
    return true;
  }

  /** Hot: about a nanosecond a character. */
  private stringWithEscapes(): boolean {
    const text = this.text;
    const length = text.length;
    for (let i = this.at + 1; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) {
        this.at = i + 1;
        return true;
      }
      if (code === BACKSLASH) {
        const width = escapeWidth(text, i + 1);
        if (width === 0) return this.failAt("unknown escape in a string", i);
        i += width;
      } else if (code < 0x20) return this.failAt("unescaped control character in a string", i);
    }
    return this.failAt("unterminated string", this.at);
  }

  /** `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?` */
  private number(): boolean {
    const text = this.text;
    const start = this.at;
    let i = start;
    if (text.charCodeAt(i) === 0x2d) i++;
    const whole = i;
    i = skipDigits(text, i);
    if (i === whole)
      return this.failAt(start < text.length ? "not a JSON value" : "the text ends too early", start);
    if (text.charCodeAt(whole) === 0x30 && i > whole + 1)
      return this.failAt("a number with a leading zero", start);
    if (text.charCodeAt(i) === 0x2e) {
      const fraction = i + 1;
      i = skipDigits(text, fraction);
      if (i === fraction) return this.failAt("a number without digits after its point", start);
    }
    if ((text.charCodeAt(i) | 0x20) === 0x65) {
      i++;
      const sign = text.charCodeAt(i);
      if (sign === 0x2b || sign === 0x2d) i++;
      const exponent = i;
      i = skipDigits(text, exponent);
      if (i === exponent) return this.failAt("a number without digits in its exponent", start);
    }
    this.at = i;
    return true;
  }

  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return this.fail("not a JSON value");
    this.at += word.length;
    return true;
  }

  private skipSpace(): void {
    const { text } = this;
    let at = this.at;
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    this.at = at;
  }

  private fail(reason: string): false {
    return this.failAt(this.at < this.text.length ? reason : "the text ends too early", this.at);
  }

  private failAt(reason: string, offset: number): false {
    this.fault = new JsonFault(reason, offset);
    return false;
  }
}

/** Characters of the escape after a backslash, 0 when there is no such escape. */
function escapeWidth(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code !== 0x75) return '"\\/bfnrt'.includes(text.charAt(at) || "?") ? 1 : 0;
  for (let i = at + 1; i <= at + 4; i++) if (!isHex(text.charCodeAt(i))) return 0;
  return 5;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function isHex(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

function skipDigits(text: string, from: number): number {
  let i = from;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) break;
    i++;
  }
  return i;
}
