/** A JSON array of events, one a line. */

const [QUOTE, BACKSLASH, COMMA, OPEN_BRACKET, CLOSE_BRACKET] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d];
const [OPEN_BRACE, CLOSE_BRACE, SPACE, LINE_FEED] = [0x7b, 0x7d, 0x20, 0x0a];

/** Blocks of the text of an array in, NDJSON out: its elements as they are, on a line each. About 200 MB/s. */
export class JsonArrayEvents {
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  /** The beginning of an element that goes on in the next block. */
  private held: Buffer[] = [];
  private isOver = false;
  /** Whether there is something beside arrays. */
  hasOther = false;

  push(bytes: Buffer): Buffer {
    const out: Buffer[] = [];
    let start = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (this.depth === 0 && byte > SPACE && byte !== OPEN_BRACKET) this.hasOther = true;
      if (this.isInString) this.readInString(byte);
      else if (byte === QUOTE) this.isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (++this.depth === 1) start = at + 1;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET || (byte === COMMA && this.depth === 1)) {
        if (byte !== COMMA) this.depth--;
        const isEnd = byte === COMMA || this.depth === 0;
        if (!isEnd) continue;
        this.element(bytes.subarray(start, at), out);
        start = at + 1;
        this.isOver ||= this.depth === 0;
      }
    }
    if (this.depth > 0 || this.isInString) this.held.push(Buffer.from(bytes.subarray(start)));
    return Buffer.concat(out);
  }

  /** Whether the array has ended. */
  get hasEnded(): boolean {
    return this.isOver && this.depth === 0;
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
