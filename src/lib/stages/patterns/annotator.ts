/** Writes events again with two or three fields more, byte for byte otherwise. */
import { assert } from "../../base/assert.js";
import { Event } from "../../event/event.js";
import { quote } from "../../json/quote.js";

const CLOSE = 0x7d;
const OPEN = 0x7b;

/** JSON texts by name, to be set in an event. */
export interface Addition {
  /** `,"pattern_id":"...","pattern":"..."}` and a line end. */
  readonly tail: Buffer;
  /** The same one by one. */
  readonly fields: readonly (readonly [name: string, json: string])[];
}

export function additionOf(fields: Addition["fields"]): Addition {
  const members = fields.map(([name, json]) => `,${quote(name)}:${json}`).join("");
  return { tail: Buffer.from(`${members}}\n`), fields };
}

/** Collects the lines of one block. */
export class Annotator {
  private readonly parts: Buffer[] = [];
  /** A run of lines that go out as they came: from `kept` to `keptEnd` of `source`. */
  private source: Buffer | undefined;
  private kept = 0;
  private keptEnd = 0;

  /** The line as it is. */
  keep(bytes: Buffer, start: number, end: number): void {
    if (this.source !== bytes || this.keptEnd !== start) {
      this.flush();
      this.source = bytes;
      this.kept = start;
    }
    this.keptEnd = end;
  }

  /** The event of [start, end), which has none of the fields yet, with `addition` at its end. */
  append(bytes: Buffer, start: number, end: number, { tail }: Addition): void {
    let close = end - 1;
    while (bytes[close] !== CLOSE) close--;
    let last = close - 1;
    while (bytes[last]! <= 0x20) last--;
    this.keep(bytes, start, close);
    this.flush();
    this.parts.push(bytes[last] === OPEN ? tail.subarray(1) : tail);
  }

  /** The event of [start, end) with the fields of `addition` where it has them already, else at its end. */
  set(bytes: Buffer, start: number, end: number, { fields }: Addition): void {
    const event = Event.parse(bytes.utf8Slice(start, end - 1));
    assert(event instanceof Event, "a row is an event");
    for (const [name, json] of fields) event.setRaw(name, json);
    this.flush();
    this.parts.push(Buffer.from(`${event.toString()}\n`));
  }

  /** A line of text as an event. */
  make(text: string, { tail }: Addition): void {
    this.flush();
    this.parts.push(Buffer.from(`{"message":${quote(text)}`), tail);
  }

  take(): Buffer {
    this.flush();
    const bytes = Buffer.concat(this.parts);
    this.parts.length = 0;
    this.source = undefined;
    return bytes;
  }

  private flush(): void {
    if (this.source !== undefined && this.keptEnd > this.kept)
      this.parts.push(this.source.subarray(this.kept, this.keptEnd));
    this.kept = this.keptEnd;
  }
}
