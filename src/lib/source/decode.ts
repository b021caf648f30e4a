/** Compressed input, told by its first bytes, never by its name. Members and frames may be concatenated. */
import { createGunzip, type Gunzip } from "node:zlib";
import { type ByteReader, ChunkQueue } from "./bytes.js";
import { DecodeError } from "./decode-error.js";
import { ZstdBytes } from "./zstd.js";

const INPUT_BYTES = 256 * 1024;
const OUTPUT_BYTES = 128 * 1024;
const QUEUE_BYTES = 1024 * 1024;
const HEAD_BYTES = 64 * 1024;

/** RFC 1952 section 2.3.1 (the third byte is the only method there is); RFC 8878 section 3.1.1. */
const MAGIC = { gzip: [0x1f, 0x8b, 0x08], zstd: [0x28, 0xb5, 0x2f, 0xfd] } as const;
export type Compression = keyof typeof MAGIC;

/** What the bytes are compressed with; "undecided" when there are too few to tell. */
export function compressionOf(head: Uint8Array): Compression | "none" | "undecided" {
  let answer: "none" | "undecided" = "none";
  for (const [name, magic] of Object.entries(MAGIC) as [Compression, readonly number[]][]) {
    const length = Math.min(head.length, magic.length);
    if (!magic.slice(0, length).every((byte, i) => head[i] === byte)) continue;
    if (length === magic.length) return name;
    answer = "undecided";
  }
  return answer;
}

/** The bytes of `inner`, decompressed where they are compressed. What is at fault in them is a DecodeError of `read`. */
export function decoded(inner: ByteReader): ByteReader {
  return new Decoding(inner);
}

/** Decides at the first read, because opening must not wait for bytes. */
class Decoding implements ByteReader {
  private current: ByteReader;
  private isDecided = false;
  private isStopped = false;

  constructor(inner: ByteReader) {
    this.current = inner;
  }

  wait(): Promise<void> | undefined {
    return this.current.wait?.();
  }

  read(into: Buffer): number | Promise<number> {
    return this.isDecided ? this.current.read(into) : this.decide(into);
  }

  stop(): void {
    this.isStopped = true;
    this.current.stop();
  }

  close(): Promise<void> {
    return this.current.close();
  }

  private async decide(into: Buffer): Promise<number> {
    const inner = this.current;
    const head = Buffer.allocUnsafeSlow(HEAD_BYTES);
    let byteCount = 0;
    let compression = compressionOf(head.subarray(0, 0));
    while (compression === "undecided") {
      const more = await inner.read(head.subarray(byteCount));
      if (more === 0) break;
      byteCount += more;
      compression = compressionOf(head.subarray(0, byteCount));
    }
    const whole = new Replay(head.subarray(0, byteCount), inner);
    if (compression === "gzip") this.current = new GunzipBytes(whole);
    else this.current = compression === "zstd" ? await ZstdBytes.open(whole) : whole;
    this.isDecided = true;
    if (this.isStopped) this.current.stop();
    return this.current.read(into);
  }
}

/** Bytes that were already read, then the rest. */
class Replay implements ByteReader {
  private head: Buffer;
  private readonly inner: ByteReader;

  constructor(head: Buffer, inner: ByteReader) {
    this.head = head;
    this.inner = inner;
  }

  wait(): Promise<void> | undefined {
    return this.head.length > 0 ? undefined : this.inner.wait?.();
  }

  read(into: Buffer): number | Promise<number> {
    if (this.head.length === 0) return this.inner.read(into);
    const copied = this.head.copy(into);
    this.head = this.head.subarray(copied);
    return copied;
  }

  stop(): void {
    this.inner.stop();
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

class GunzipBytes implements ByteReader {
  private readonly inner: ByteReader;
  private readonly gunzip: Gunzip;
  private readonly queue: ChunkQueue;
  private readonly pumped: Promise<void>;

  constructor(inner: ByteReader) {
    this.inner = inner;
    this.gunzip = createGunzip({ chunkSize: OUTPUT_BYTES });
    this.queue = new ChunkQueue(QUEUE_BYTES, () => this.gunzip.resume());
    this.gunzip.on("data", (chunk: Buffer) => {
      if (!this.queue.push(chunk)) this.gunzip.pause();
    });
    this.gunzip.on("end", () => this.queue.end());
    this.gunzip.on("close", () => this.queue.end());
    this.gunzip.on("error", (error: NodeJS.ErrnoException) => this.queue.end(explained(error)));
    this.pumped = this.pump().catch((error) => this.queue.end(error));
  }

  wait(): Promise<void> | undefined {
    return this.queue.wait();
  }

  read(into: Buffer): number | Promise<number> {
    return this.queue.read(into);
  }

  stop(): void {
    this.inner.stop();
    this.queue.end();
    this.gunzip.destroy();
  }

  async close(): Promise<void> {
    this.stop();
    await this.inner.close();
    await this.pumped;
  }

  /**
   * Invariant: a write has been decoded and its output pushed before the next, and `end` comes alone. Otherwise the
   * output of the last write is lost when the data turns out to be cut short.
   */
  private async pump(): Promise<void> {
    const input = Buffer.allocUnsafeSlow(INPUT_BYTES);
    while (this.queue.isOpen) {
      const byteCount = await this.inner.read(input);
      if (byteCount === 0) break;
      await this.write(input.subarray(0, byteCount));
    }
    if (this.queue.isOpen) this.gunzip.end();
  }

  /** Resolves when the input has been decoded, or never will be. */
  private write(input: Buffer): Promise<void> {
    return new Promise((resolve) => {
      if (this.gunzip.destroyed || this.gunzip.readableEnded) return resolve();
      const done = () => {
        this.gunzip.off("close", done).off("end", done);
        resolve();
      };
      this.gunzip.once("close", done).once("end", done);
      this.gunzip.write(input, done);
    });
  }
}

function explained(error: NodeJS.ErrnoException): Error {
  const reason =
    error.code === "Z_BUF_ERROR"
      ? "its gzip data ends too early"
      : `its gzip data is damaged (${error.message})`;
  return new DecodeError(reason, { cause: error });
}
