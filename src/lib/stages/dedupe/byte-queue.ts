const CHUNK_BYTES = 64 * 1024;

/** Bytes that come at one end and go at the other, in chunks: what is dropped is free at once, nothing is moved. */
export class ByteQueue {
  /** Where in its chunk the last ones that were appended begin. */
  appendedAt = 0;
  private chunks: Buffer[] = [];
  /** The number of the first chunk there is. Numbers rise for ever. */
  private first = 0;
  private used = 0;
  private spare: Buffer | undefined;
  /** Of all chunks there are. At most twice the bytes that are not dropped, and two chunks. */
  heldBytes = 0;

  /** Appends [start, end) as a whole and says in which chunk. */
  append(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    let last = this.chunks.at(-1);
    if (last === undefined || this.used + length > last.length) {
      last = this.fresh(length);
      this.chunks.push(last);
      this.heldBytes += last.length;
      this.used = 0;
    }
    this.appendedAt = this.used;
    // Keys are short: a loop is quicker than a call.
    if (length > 128) last.set(bytes.subarray(start, end), this.used);
    else for (let n = start, at = this.used; n < end; n++, at++) last[at] = bytes[n]!;
    this.used += length;
    return this.first + this.chunks.length - 1;
  }

  chunk(number: number): Buffer {
    return this.chunks[number - this.first]!;
  }

  /** Drops the chunks before that one. */
  dropBefore(number: number): void {
    while (this.first < number && this.chunks.length > 0) {
      const chunk = this.chunks.shift()!;
      this.first++;
      this.heldBytes -= chunk.length;
      if (chunk.length === CHUNK_BYTES) this.spare = chunk;
    }
  }

  private fresh(length: number): Buffer {
    if (length > CHUNK_BYTES) return Buffer.allocUnsafeSlow(length);
    const chunk = this.spare ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.spare = undefined;
    return chunk;
  }
}
