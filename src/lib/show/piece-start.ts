/** Where the pieces of a file begin that is read from its end. */
import { readRange } from "../sources/identity/fingerprint.js";

const NEWLINE = 0x0a;
/** What is looked at of a line too long to be held, between two turns of signals. */
const STRIDE_BYTES = 1 << 20;

export interface PieceLimits {
  /** What is held to find a record's start in. */
  readonly mostBytes: number;
  /** Whether a record plainly begins with the line at `at`. */
  readonly isStart: (bytes: Buffer, at: number) => boolean;
  readonly isStopped: () => boolean;
}

/**
 * Where the first record begins that is wholly within so many bytes before `end`. Of records of more than `mostBytes`
 * it is the first line that begins within them, and of such a line its own start. Always below `end`. Memory:
 * `mostBytes`, whatever the line.
 */
export async function pieceStart(
  fd: number,
  end: number,
  byteCount: number,
  limits: PieceLimits,
): Promise<number> {
  const { mostBytes, isStart, isStopped } = limits;
  for (let length = Math.min(byteCount, mostBytes); ; length = Math.min(length * 2, mostBytes)) {
    if (length >= end) return 0;
    const from = end - length;
    const bytes = readRange(fd, from, length);
    const at = firstLine(bytes, isStart);
    if (at !== undefined) return from + at;
    if (length === mostBytes) {
      // What is held of a record of so much is let go in pieces when it is read forwards, too.
      const line = firstLine(bytes, () => true);
      return line === undefined ? await lineStart(fd, from, isStopped) : from + line;
    }
    await turn();
    if (isStopped()) return from;
  }
}

function firstLine(bytes: Buffer, isStart: PieceLimits["isStart"]): number | undefined {
  for (let at = bytes.indexOf(NEWLINE) + 1; at > 0 && at < bytes.length; at = bytes.indexOf(NEWLINE, at) + 1)
    if (isStart(bytes, at)) return at;
  return undefined;
}

/** Where the line begins that goes on at `before`. */
async function lineStart(fd: number, before: number, isStopped: () => boolean): Promise<number> {
  let end = before;
  while (end > 0 && !isStopped()) {
    const from = Math.max(0, end - STRIDE_BYTES);
    const at = readRange(fd, from, end - from).lastIndexOf(NEWLINE);
    if (at >= 0) return from + at + 1;
    end = from;
    await turn();
  }
  return end;
}

/** Reading that never waits lets signals through here. */
function turn(): Promise<void> {
  return new Promise(setImmediate);
}
