import type { ByteReader } from "../../../../src/lib/sources/bytes/bytes.js";

/** Bytes that come in pieces of the given sizes, in turn; a size of 0 stands for a turn of the event loop. */
export class PiecesOf implements ByteReader {
  private at = 0;
  private turn = 0;
  private isStopped = false;
  private readonly content: Buffer;
  private readonly sizes: readonly number[];

  constructor(content: Buffer, sizes: readonly number[] = []) {
    this.content = content;
    this.sizes = sizes;
  }

  async read(into: Buffer): Promise<number> {
    let size = into.length;
    if (this.sizes.length > 0) size = this.sizes[this.turn++ % this.sizes.length]!;
    if (size === 0) await new Promise(setImmediate);
    if (this.isStopped) return 0;
    const end = Math.min(this.content.length, this.at + Math.max(1, size), this.at + into.length);
    const copied = this.content.copy(into, 0, this.at, end);
    // What is read later must not be what was given before: the buffer is the reader's, and is used again.
    this.at = end;
    return copied;
  }

  stop(): void {
    this.isStopped = true;
  }

  async close(): Promise<void> {}
}

/** All that a reader gives, read in pieces of `intoBytes`, and how it ended. */
export async function drain(
  reader: ByteReader,
  { intoBytes = 64 * 1024, isSlow = false }: { intoBytes?: number; isSlow?: boolean } = {},
): Promise<{ bytes: Buffer; fault: string | undefined }> {
  const parts: Buffer[] = [];
  let fault: string | undefined;
  try {
    for (;;) {
      const into = Buffer.alloc(intoBytes);
      const count = await reader.read(into);
      if (count === 0) break;
      parts.push(into.subarray(0, count));
      if (isSlow) await new Promise(setImmediate);
    }
  } catch (error) {
    fault = (error as Error).message;
  }
  await reader.close();
  return { bytes: Buffer.concat(parts), fault };
}
