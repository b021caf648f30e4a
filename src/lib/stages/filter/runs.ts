/** Some rows of a block as a block of their own. */
import { takeBuffer } from "../../base/buffers.js";
import type { Rows } from "../../event/rows/rows.js";

/** Lines as stretches of bytes: start, end, start, ... */
export interface Runs {
  readonly runs: readonly number[];
  /** How many lines. */
  readonly kept: number;
}

/** The lines of the rows that are marked so in `marks`. */
export function runsOf(rows: Rows, marks: Uint8Array, mark = 1): Runs {
  const runs: number[] = [];
  let kept = 0;
  let end = -1;
  for (let row = 0; row < marks.length; row++) {
    if (marks[row] !== mark) continue;
    kept++;
    const start = rows.lineStart(row);
    if (start !== end) {
      if (end >= 0) runs.push(end);
      runs.push(start);
    }
    end = rows.lineEnd(row);
  }
  if (end >= 0) runs.push(end);
  return { runs, kept };
}

/** The bytes of the stretches, `lead` before them; `from` itself where that is all of it. */
export function bytesOf(from: Buffer, runs: readonly number[], lead: readonly Buffer[] = []): Buffer {
  if (lead.length === 0 && runs.length === 2 && runs[1]! - runs[0]! === from.length) return from;
  let length = lead.reduce((sum, line) => sum + line.length, 0);
  for (let n = 0; n < runs.length; n += 2) length += runs[n + 1]! - runs[n]!;
  const bytes = takeBuffer(length);
  let at = 0;
  for (const line of lead) at += line.copy(bytes, at);
  for (let n = 0; n < runs.length; n += 2) at += from.copy(bytes, at, runs[n], runs[n + 1]);
  return bytes;
}
