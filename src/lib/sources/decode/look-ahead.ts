/** Input that is looked at before it is used. */
import type { ByteReader } from "../bytes/bytes.js";

const BUFFER_BYTES = 256 * 1024;

/**
 * A window on what comes next. Invariant: bytes that were read stay in it until they are used, however the reads fall,
 * so that a header may cross the end of any read.
 *
 * ```ts
 * while (await ahead.has(4)) ahead.use(sizeOf(ahead.bytes));
 * ```
 */
export class LookAhead {
  private readonly inner: ByteReader;
  private buffer: Buffer;
  private start = 0;
  private end = 0;

  constructor(inner: ByteReader, bufferBytes = BUFFER_BYTES) {
    this.inner = inner;
    this.buffer = Buffer.allocUnsafeSlow(bufferBytes);
  }

  /** What has been read and not used. The memory is used again by the next `has` that has to read. */
  get bytes(): Buffer {
    return this.buffer.subarray(this.start, this.end);
  }

  use(byteCount: number): void {
    this.start += byteCount;
  }

  /** Reads until there are `byteCount` bytes to look at; false when the input ends before. */
  async has(byteCount: number): Promise<boolean> {
    while (this.end - this.start < byteCount) {
      this.makeRoom(byteCount);
      const read = await this.inner.read(this.buffer.subarray(this.end));
      if (read === 0) return false;
      this.end += read;
    }
    return true;
  }

  private makeRoom(wanted: number): void {
    if (this.start === this.end) this.start = this.end = 0;
    if (this.start + wanted <= this.buffer.length && this.end < this.buffer.length) return;
    let into = this.buffer;
    if (wanted > into.length) into = Buffer.allocUnsafeSlow(Math.max(wanted, into.length * 2));
    this.buffer.copy(into, 0, this.start, this.end);
    this.buffer = into;
    this.end -= this.start;
    this.start = 0;
  }
}
