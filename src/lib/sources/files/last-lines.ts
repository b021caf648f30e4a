/** `--tail N`: where the last lines of a file begin. */
import { open, stat } from "node:fs/promises";
import { systemPath } from "../../base/local/byte-name.js";
import type { ByteReader } from "../bytes/bytes.js";
import { EMPTY_PRINT, encodingOfFile, readRange } from "../identity/fingerprint.js";
import { packingOf } from "../identity/packing.js";
import type { TrackedFile } from "../identity/tracked-file.js";
import { lastNewline } from "../lines/newlines.js";
import { encodingOf, type TextEncoding, unitBytes } from "../lines/text-encoding.js";
import { openPath } from "./input.js";

const NEWLINE = 0x0a;
const PIECE_BYTES = 64 * 1024;

/** Offset of the last `count` lines of an open file, an unfinished one among them. Reads it from its end. */
export function offsetOfLastLines(fd: number, sizeBytes: number, count: number): number {
  const encoding = encodingOfFile(fd);
  const unit = unitBytes(encoding);
  const whole = sizeBytes - (sizeBytes % unit);
  // The newline at the very end ends the last line; with a count of 0 it is what is looked for.
  let missing = count === 0 ? 1 : count;
  for (let end = whole; end > 0; ) {
    const start = Math.max(0, end - PIECE_BYTES);
    const piece = readRange(fd, start, end - start);
    let at = lastNewline(piece, 0, piece.length, encoding);
    if (count > 0 && end === whole && at === piece.length) at = lastNewline(piece, 0, at - unit, encoding);
    for (; at > 0; at = lastNewline(piece, 0, at - unit, encoding)) if (--missing === 0) return start + at;
    end = start;
  }
  return 0;
}

/** The same of the file at `path`; undefined for what is no plain regular file. Rejects as opening does. */
export async function lastLinesOf(path: string, count: number): Promise<number | undefined> {
  if (!(await stat(systemPath(path))).isFile()) return undefined;
  const file = await open(systemPath(path), "r");
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
  else {
    file.offset = await offsetInArchive(file.place, count);
    file.start = { offset: file.offset, tail: EMPTY_PRINT };
  }
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
    let encoding: TextEncoding | undefined;
    const scratch = Buffer.allocUnsafe(PIECE_BYTES);
    try {
      for (let n = await this.inner.read(scratch); n > 0; n = await this.inner.read(scratch)) {
        const bytes = Buffer.from(scratch.subarray(0, n));
        encoding ??= encodingOf(bytes) ?? "utf-8";
        // Bytes that look like a newline tell nothing of wider characters: those are kept whole.
        chunks.push({ bytes, newlines: encoding === "utf-8" ? newlinesIn(bytes) : 0 });
        newlines += chunks.at(-1)!.newlines;
        while (chunks.length > 1 && newlines - chunks[0]!.newlines > this.count)
          newlines -= chunks.shift()!.newlines;
      }
    } catch (error) {
      this.error = error;
    }
    return lastLinesIn(Buffer.concat(chunks.map(({ bytes }) => bytes)), this.count, encoding ?? "utf-8");
  }
}

function lastLinesIn(bytes: Buffer, count: number, encoding: TextEncoding): Buffer {
  if (count === 0) return bytes.subarray(bytes.length);
  const unit = unitBytes(encoding);
  let start = bytes.length;
  for (let missing = count; start > 0 && missing > 0; missing--)
    start = lastNewline(bytes, 0, start - unit, encoding);
  return bytes.subarray(start);
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
