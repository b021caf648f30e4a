/** Finds in the lines of a block which number of their dates is the day. */
import { dateOrderEvidence, hasNumberedDate } from "../../../base/time/read-time.js";
import type { Memory } from "./memory.js";

const NEWLINE = 0x0a;
const OBJECT = 0x7b;
/** Lines of a log are in order: a few, from all of the block, show its days. */
const SAMPLES = 24;
const LINE_BYTES_MAX = 512;
const SOURCE = /"source":("(?:[^"\\]|\\.){0,400}")/;

/**
 * Sets the order in `memory` where lines of `bytes` show it and nothing is known. A block whose first and last lines have no such
 * date costs the two of them. What is found holds for the lines before it in the block, too: the more of a stream comes at once,
 * the fewer dates are read by a guess.
 */
export function learnDateOrder(bytes: Buffer, memory: Memory): void {
  const last = bytes.lastIndexOf(NEWLINE, bytes.length - 2) + 1;
  if (!hasNumberedDate(textAt(bytes, 0)) && !hasNumberedDate(textAt(bytes, last))) return;
  for (let n = 0; n <= SAMPLES; n++) {
    const near = Math.floor((last * n) / SAMPLES);
    const start = n === SAMPLES ? last : bytes.lastIndexOf(NEWLINE, near) + 1;
    take(textAt(bytes, start), memory);
  }
}

function take(line: string, memory: Memory): void {
  const order = dateOrderEvidence(line);
  if (order === undefined) return;
  memory.use(line.charCodeAt(0) === OBJECT ? (SOURCE.exec(line)?.[1] ?? "") : "");
  if (memory.dateOrder === undefined) memory.dateOrder = order;
}

function textAt(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(NEWLINE, start);
  return bytes.latin1Slice(start, Math.min(end < 0 ? bytes.length : end, start + LINE_BYTES_MAX));
}
