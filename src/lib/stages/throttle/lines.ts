import { isUtf8 } from "node:buffer";
import { invalidUtf8 } from "../../event/faults.js";
import type { Projector, Rows } from "../../event/rows/rows.js";

const LINE_FEED = 0x0a;
const SPACE = 0x20;

/** All lines of a block one after the other, those that are no events among them. */
export class Lines {
  readonly bytes: Buffer;
  /** The events; undefined where nobody looks into them. */
  readonly rows: Rows | undefined;
  /** The line: its bytes, "\n" included, and its row; -1 where it is no event. */
  start = 0;
  end = 0;
  row = -1;
  private nextRow = 0;

  constructor(bytes: Buffer, projector: Projector | undefined) {
    this.bytes = bytes;
    this.rows = projector?.apply(legible(bytes)).rows;
  }

  /** Goes to the next line, the first one at first. False: there is none. */
  next(): boolean {
    const { bytes, rows } = this;
    this.start = this.end;
    if (this.start >= bytes.length) return false;
    if (rows !== undefined && this.nextRow < rows.count && rows.lineStart(this.nextRow) === this.start) {
      this.row = this.nextRow++;
      this.end = rows.lineEnd(this.row);
      return true;
    }
    this.row = -1;
    const lineFeed = bytes.indexOf(LINE_FEED, this.start);
    this.end = lineFeed === -1 ? bytes.length : lineFeed + 1;
    return true;
  }

  /** Back to before the line, which is the next one again. */
  back(): void {
    if (this.row !== -1) this.nextRow--;
    this.end = this.start;
  }

  /** What lies behind the line. */
  get rest(): Buffer {
    return this.bytes.subarray(this.end);
  }
}

/** The same bytes at the same places, lines that are no UTF-8 blank: no events are read from them. */
function legible(bytes: Buffer): Buffer {
  if (isUtf8(bytes)) return bytes;
  const copy = Buffer.from(bytes);
  for (const { start, end } of invalidUtf8(bytes, isUtf8))
    copy.fill(SPACE, start, end === -1 ? undefined : end);
  return copy;
}
