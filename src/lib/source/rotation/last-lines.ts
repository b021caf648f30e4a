/** `--tail N`: where the last lines of a file begin. */
import { open, stat } from "node:fs/promises";
import type { ByteReader } from "../bytes.js";
import { openPath } from "../input.js";
import { readRange } from "../prints.js";
import type { TrackedFile } from "../tracked-file.js";
import { packingOf } from "./packing.js";

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

/** The same of the file at `path`; undefined for what is no plain regular file. Rejects as opening does. */
export async function lastLinesOf(path: string, count: number): Promise<number | undefined> {
  if (!(await stat(path)).isFile()) return undefined;
  const file = await open(path, "r");
  try {
    if (packingOf(file.fd) !== undefined) return undefined;
    const { size } = await file.stat();
    return count === 0 ? size : offsetOfLastLines(file.fd, size, count);
  } finally {
    await file.close();
  }
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

/** The last `count` lines of what `inner` gives, once it has ended. Memory: those lines, and a chunk. */
export class LastLines implements ByteReader {
  private readonly inner: ByteReader;
  private readonly count: number;
  private left: Buffer | undefined;
  private error: unknown;

  constructor(inner: ByteReader, count: number) {
    this.inner = inner;
    this.count = count;
  }

  async read(into: Buffer): Promise<number> {
    this.left ??= await this.gather();
    const byteCount = this.left.copy(into);
    this.left = this.left.subarray(byteCount);
    if (byteCount === 0 && this.error !== undefined) throw this.error;
    return byteCount;
  }

  stop(): void {
    this.inner.stop();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  /** What came before a failure is given first. */
  private async gather(): Promise<Buffer> {
    const chunks: { readonly bytes: Buffer; readonly newlines: number }[] = [];
    let newlines = 0;
    const scratch = Buffer.allocUnsafe(PIECE_BYTES);
    try {
      for (let n = await this.inner.read(scratch); n > 0; n = await this.inner.read(scratch)) {
        const bytes = Buffer.from(scratch.subarray(0, n));
        chunks.push({ bytes, newlines: newlinesIn(bytes) });
        newlines += chunks.at(-1)!.newlines;
        while (chunks.length > 1 && newlines - chunks[0]!.newlines > this.count)
          newlines -= chunks.shift()!.newlines;
      }
    } catch (error) {
      this.error = error;
    }
    const all = Buffer.concat(chunks.map(({ bytes }) => bytes));
    let start = all.length;
    if (this.count === 0) return all.subarray(start);
    for (let missing = this.count; start > 0 && missing > 0; missing--)
      start = all.subarray(0, start - 1).lastIndexOf(NEWLINE) + 1;
    return all.subarray(start);
  }
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
