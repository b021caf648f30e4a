/** Compressed input, told by its first bytes, never by its name. Members and frames may be concatenated. */
import type { ByteReader } from "./bytes.js";
import { GunzipBytes } from "./gunzip.js";
import { ZstdBytes } from "./zstd.js";

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
