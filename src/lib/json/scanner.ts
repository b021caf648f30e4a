import {
  BACKSLASH,
  CLOSING_BRACE,
  COLON,
  COMMA,
  decodeString,
  JsonFault,
  MAX_DEPTH,
  type Members,
  QUOTE,
} from "./json-text.js";

/** Reads one JSON text, by hand and all of it. One use an instance. */
export class JsonScanner {
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

const NOT_PLAIN = /[\\\u0000-\u001f]/;

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
