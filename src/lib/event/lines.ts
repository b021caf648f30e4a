import { kernel } from "../kernel/kernel.js";

const NEWLINE = 0x0a;

/** How many "\n" there are. About 8 GB/s. */
export function countLines(bytes: Buffer): number {
  const k = kernel();
  const at = k.load(bytes);
  return k.exports.countLines(at, at + bytes.length);
}

/** Numbers of lines of one block: for offsets that rise, all of them cost one look at the block. */
export class LineCounter {
  private readonly bytes: Buffer;
  private offset = 0;
  private line = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Which line starts at `offset`, from 0. */
  lineOf(offset: number): number {
    const isBehind = offset < this.offset;
    this.line = isBehind ? 0 : this.line;
    this.line += countLines(this.bytes.subarray(isBehind ? 0 : this.offset, offset));
    this.offset = offset;
    return this.line;
  }
}

/** Which line starts at `offset`, from 0. */
export function lineAt(bytes: Buffer, offset: number): number {
  return offset === 0 ? 0 : countLines(bytes.subarray(0, offset));
}

/** The whole lines among the first `bytesMax` bytes, and at least one. */
export function firstLines(bytes: Buffer, bytesMax: number): Buffer {
  if (bytes.length <= bytesMax) return bytes;
  const end = bytes.lastIndexOf(NEWLINE, bytesMax - 1);
  return bytes.subarray(0, (end < 0 ? bytes.indexOf(NEWLINE, bytesMax) : end) + 1 || bytes.length);
}
