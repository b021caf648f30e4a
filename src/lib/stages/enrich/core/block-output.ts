/** The bytes of a block that is being written: most of it copied from the block that it comes from. */
import { takeBuffer } from "../../../base/buffers.js";

export class BlockOutput {
  private bytes: Buffer;
  private length = 0;

  constructor(expectedBytes: number) {
    this.bytes = takeBuffer(Math.max(expectedBytes, 64));
  }

  /** Copies `source[start..end)`. */
  copy(source: Buffer, start: number, end: number): void {
    const length = end - start;
    if (this.length + length > this.bytes.length) this.grow(length);
    if (length < SHORT_BYTES) {
      const { bytes } = this;
      for (let from = start, to = this.length; from < end; from++, to++) bytes[to] = source[from]!;
    } else source.copy(this.bytes, this.length, start, end);
    this.length += length;
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = value;
  }

  text(value: string): void {
    const most = value.length * 3;
    if (this.length + most > this.bytes.length) this.grow(most);
    this.length += this.bytes.write(value, this.length);
  }

  /** What has been written; the output is not to be used any more. */
  take(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private grow(more: number): void {
    const larger = takeBuffer(Math.max(this.bytes.length * 2, this.length + more));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

/** Below this a loop beats a call of the engine. */
const SHORT_BYTES = 24;
