/** Standard error of a program as messages: line by line, no more than somebody reads. */
import type { ByteReader } from "../bytes/bytes.js";

/** So many lines in so long a time; the others are counted. */
const MOST_LINES = 20;
const SPAN_MS = 10_000;
/** A longer line is cut, in bytes. */
const MOST_BYTES = 2000;
const NEWLINE = 0x0a;

/** Reads to the end. `say` is given each line, `nowMs` the time in milliseconds. */
export async function logLines(bytes: ByteReader, say: (line: string) => void, nowMs: () => number) {
  const buffer = Buffer.allocUnsafe(16 * 1024);
  const limit = new LineLimit(say, nowMs);
  let line: Buffer = Buffer.alloc(0);
  for (let count = await bytes.read(buffer); count > 0; count = await bytes.read(buffer)) {
    let from = 0;
    for (let end = buffer.indexOf(NEWLINE); end >= 0 && end < count; end = buffer.indexOf(NEWLINE, from)) {
      limit.take(shown(Buffer.concat([line, buffer.subarray(from, end)])));
      line = Buffer.alloc(0);
      from = end + 1;
    }
    if (line.length <= MOST_BYTES) line = Buffer.concat([line, buffer.subarray(from, count)]);
  }
  if (line.length > 0) limit.take(shown(line));
  limit.end();
}

function shown(line: Buffer): string {
  const text = line.subarray(0, MOST_BYTES).toString().trimEnd();
  return line.length > MOST_BYTES ? `${text} ...` : text;
}

class LineLimit {
  private readonly say: (line: string) => void;
  private readonly nowMs: () => number;
  private beganMs = Number.NEGATIVE_INFINITY;
  private said = 0;
  private left = 0;

  constructor(say: (line: string) => void, nowMs: () => number) {
    this.say = say;
    this.nowMs = nowMs;
  }

  take(line: string): void {
    if (line === "") return;
    if (this.nowMs() - this.beganMs >= SPAN_MS) {
      this.end();
      this.beganMs = this.nowMs();
      this.said = 0;
    }
    if (this.said++ < MOST_LINES) this.say(line);
    else this.left++;
  }

  end(): void {
    if (this.left > 0) this.say(`(${this.left} more lines)`);
    this.left = 0;
  }
}
