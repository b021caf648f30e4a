/** `--tail N`: where the last lines of a file begin. */
import { openPath } from "../input.js";
import { readRange } from "../prints.js";
import type { TrackedFile } from "../tracked-file.js";

const NEWLINE = 0x0a;
const PIECE_BYTES = 64 * 1024;

/** Offset of the last `count` lines of an open file, an unfinished one among them. Reads it from its end. */
export function offsetOfLastLines(fd: number, sizeBytes: number, count: number): number {
  if (count === 0) return startOfLast(fd, sizeBytes);
  let missing = count;
  for (let end = sizeBytes; end > 0; ) {
    const start = Math.max(0, end - PIECE_BYTES);
    const piece = readRange(fd, start, end - start);
    // The newline at the very end ends the last line, and begins none.
    let at = end === sizeBytes ? piece.length - 1 : piece.length;
    while ((at = piece.subarray(0, at).lastIndexOf(NEWLINE)) >= 0) if (--missing === 0) return start + at + 1;
    end = start;
  }
  return 0;
}

/** Lets `file`, open at `fd`, start `count` lines before its end; archives are decompressed for it. */
export async function startOfLastLines(
  file: TrackedFile,
  fd: number,
  sizeBytes: number,
  count: number,
): Promise<void> {
  if (!file.isArchive) return file.startAt(fd, offsetOfLastLines(fd, sizeBytes, count));
  if (count === 0) file.state = "finished";
  else file.offset = await offsetInArchive(file.place, count);
}

async function offsetInArchive(path: string, count: number): Promise<number> {
  const { bytes } = await openPath(path);
  const scratch = Buffer.allocUnsafe(256 * 1024);
  /** Where the last lines begin, in a ring. */
  const starts: number[] = [0];
  let length = 0;
  try {
    for (let n = await bytes.read(scratch); n > 0; n = await bytes.read(scratch)) {
      const piece = scratch.subarray(0, n);
      for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) {
        starts.push(length + at + 1);
        if (starts.length > 2 * count + 2) starts.splice(0, starts.length - count - 1);
      }
      length += n;
    }
  } finally {
    await bytes.close();
  }
  if (starts.at(-1) === length) starts.pop();
  return starts.at(-count) ?? starts[0] ?? 0;
}

/** The end, or the start of the last line when it is not finished. */
function startOfLast(fd: number, sizeBytes: number): number {
  for (let end = sizeBytes; end > 0; ) {
    const start = Math.max(0, end - PIECE_BYTES);
    const newline = readRange(fd, start, end - start).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}
