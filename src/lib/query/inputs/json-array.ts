/** Events that do not stand on a line each: elements of a JSON array, objects over several lines or side by side. */

import { isJson } from "../../json/json-text.js";

const [QUOTE, BACKSLASH, COMMA, OPEN_BRACKET, CLOSE_BRACKET] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d];
const [OPEN_BRACE, CLOSE_BRACE, SPACE, LINE_FEED] = [0x7b, 0x7d, 0x20, 0x0a];

/**
 * Blocks of JSON text in, NDJSON out: elements of arrays, and objects outside of any, as they are, on a line each.
 * About 200 MB/s.
 */
export class JsonArrayEvents {
  private depth = 0;
  /** How deep elements stand: 1 in an array. */
  private base = 0;
  private isInString = false;
  private isEscaped = false;
  /** The beginning of an element that goes on in the next block. */
  private held: Buffer[] = [];
  /** Whether there is something beside arrays and objects. */
  hasOther = false;

  push(bytes: Buffer): Buffer {
    const out: Buffer[] = [];
    let start = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (this.isInString) this.readInString(byte);
      else if (this.depth === 0 && byte !== OPEN_BRACE && byte !== OPEN_BRACKET) {
        if (byte > SPACE && byte !== COMMA) this.hasOther = true;
      } else if (byte === QUOTE) this.isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (this.depth++ > 0) continue;
        this.base = byte === OPEN_BRACKET ? 1 : 0;
        start = at + this.base;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (--this.depth > 0) continue;
        this.element(bytes.subarray(start, this.base === 1 ? at : at + 1), out);
        start = at + 1;
      } else if (byte === COMMA && this.depth === 1 && this.base === 1) {
        this.element(bytes.subarray(start, at), out);
        start = at + 1;
      }
    }
    if (this.depth > 0 || this.isInString) this.held.push(Buffer.from(bytes.subarray(start)));
    return Buffer.concat(out);
  }

  /** Whether all that began has ended. */
  get hasEnded(): boolean {
    return this.depth === 0;
  }

  private readInString(byte: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === BACKSLASH) this.isEscaped = true;
    else if (byte === QUOTE) this.isInString = false;
  }

  private element(last: Buffer, out: Buffer[]): void {
    const element = this.held.length === 0 ? Buffer.from(last) : Buffer.concat([...this.held, last]);
    this.held = [];
    if (element.every((byte) => byte <= SPACE)) return;
    // Within strings there is none in valid JSON.
    for (let at = element.indexOf(LINE_FEED); at >= 0; at = element.indexOf(LINE_FEED, at + 1))
      element[at] = SPACE;
    out.push(element, LINE);
  }
}

const LINE = Buffer.from("\n");

/** Whether text that begins with an object has more than one line for it, or more than it on its line. */
export function isOutOfLines(head: Buffer): boolean {
  const first = /^\s*(\{[^\n]*)\n/.exec(head.toString("latin1"))?.[1];
  if (first === undefined || isJson(first)) return false;
  const [object] = new JsonArrayEvents().push(head).toString("latin1").split("\n");
  return object !== undefined && object !== "" && isJson(object);
}
