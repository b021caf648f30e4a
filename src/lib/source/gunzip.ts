/**
 * Gzip, RFC 1952, member by member. `zlib.createGunzip` throws away what it has just decoded when a check fails or
 * something else follows the data; here everything decoded is delivered first.
 *
 *     1f 8b 08 flags time(4) xfl os [extra] [name 0] [comment 0] [crc16] | deflate data | crc32(4) length(4)
 */
import * as zlib from "node:zlib";
import { type ByteReader, ChunkQueue } from "./bytes.js";
import { DecodeError } from "./decode-error.js";

const INPUT_BYTES = 256 * 1024;
const OUTPUT_BYTES = 128 * 1024;
const QUEUE_BYTES = 1024 * 1024;
const MOST_HEADER_BYTES = 1024 * 1024;
const TOO_EARLY = "its gzip data ends too early";
const FLAG = { headerCheck: 2, extra: 4, name: 8, comment: 16 } as const;
/** Since Node 20.15; before, only the length is checked. */
const crc32 = (zlib as { crc32?: (data: Uint8Array, value: number) => number }).crc32;

export class GunzipBytes implements ByteReader {
  private readonly inner: ByteReader;
  private readonly queue: ChunkQueue;
  private readonly pumped: Promise<void>;
  private readonly input = Buffer.allocUnsafeSlow(INPUT_BYTES);
  /** Input that has been read and not used. */
  private rest: Buffer = Buffer.alloc(0);
  private inflate: zlib.InflateRaw | undefined;

  constructor(inner: ByteReader) {
    this.inner = inner;
    this.queue = new ChunkQueue(QUEUE_BYTES, () => this.inflate?.resume());
    this.pumped = this.pump().then(
      () => this.queue.end(),
      (error) => this.queue.end(error),
    );
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
    this.inflate?.destroy();
  }

  async close(): Promise<void> {
    this.stop();
    await this.inner.close();
    await this.pumped;
  }

  private async pump(): Promise<void> {
    while (this.queue.isOpen && (await this.hasMember())) {
      await this.skipHeader();
      const facts = await this.body();
      if (this.queue.isOpen) await this.checkTrailer(facts);
    }
  }

  /** Makes sure of `length` bytes in `rest`; false when the input ends before. */
  private async need(length: number): Promise<boolean> {
    while (this.rest.length < length) {
      const byteCount = await this.inner.read(this.input);
      if (byteCount === 0) return false;
      const more = this.input.subarray(0, byteCount);
      this.rest = this.rest.length === 0 ? more : Buffer.concat([this.rest, more]);
    }
    return true;
  }

  /** Zeros after a member are padding, as of tapes; anything else that is no member is damage. */
  private async hasMember(): Promise<boolean> {
    while (await this.need(1)) {
      const start = this.rest.findIndex((byte) => byte !== 0);
      this.rest = start < 0 ? Buffer.alloc(0) : this.rest.subarray(start);
      if (start < 0) continue;
      if (!(await this.need(3))) throw new DecodeError(TOO_EARLY);
      if (this.rest[0] === 0x1f && this.rest[1] === 0x8b && this.rest[2] === 8) return true;
      throw new DecodeError("something else follows its gzip data");
    }
    return false;
  }

  private async skipHeader(): Promise<void> {
    for (let wanted = 10; ; wanted = this.rest.length + 1) {
      if (wanted > MOST_HEADER_BYTES) throw new DecodeError("its gzip header has no end");
      if (!(await this.need(wanted))) throw new DecodeError(TOO_EARLY);
      const length = headerLength(this.rest);
      if (length === undefined) continue;
      this.rest = this.rest.subarray(length);
      return;
    }
  }

  /** Invariant: a write has been decoded and its output passed on before the next, and `end` comes alone. */
  private async body(): Promise<{ crc: number; length: number }> {
    const facts = { crc: 0, length: 0 };
    const inflate = zlib.createInflateRaw({ chunkSize: OUTPUT_BYTES });
    this.inflate = inflate;
    inflate.on("data", (chunk: Buffer) => {
      facts.crc = crc32?.(chunk, facts.crc) ?? 0;
      facts.length += chunk.length;
      if (!this.queue.push(chunk)) inflate.pause();
    });
    const ended = outcomeOf(inflate);
    for (;;) {
      const before = inflate.bytesWritten;
      if (!(await this.need(1))) inflate.end();
      const written = new Promise<"written">((resolve) => {
        if (this.rest.length > 0) inflate.write(this.rest, () => resolve("written"));
      });
      const outcome = await Promise.race([ended, written]);
      if (outcome instanceof Error) throw outcome;
      this.rest = outcome === "written" ? Buffer.alloc(0) : this.rest.subarray(inflate.bytesWritten - before);
      if (outcome === "ended") break;
    }
    inflate.destroy();
    return facts;
  }

  private async checkTrailer(facts: { crc: number; length: number }): Promise<void> {
    if (!(await this.need(8))) throw new DecodeError(TOO_EARLY);
    const isWhole = this.rest.readUInt32LE(4) === facts.length % 2 ** 32;
    const isRight = crc32 === undefined || this.rest.readUInt32LE(0) === facts.crc;
    this.rest = this.rest.subarray(8);
    if (!isWhole || !isRight) throw new DecodeError("its gzip data is damaged (wrong checksum)");
  }
}

/** Settles when the stream ends, is destroyed or fails; never rejects. */
function outcomeOf(inflate: zlib.InflateRaw): Promise<"ended" | DecodeError> {
  return new Promise((resolve) => {
    inflate.on("end", () => resolve("ended"));
    inflate.on("close", () => resolve("ended"));
    inflate.on("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "Z_BUF_ERROR" ? TOO_EARLY : `its gzip data is damaged (${error.message})`;
      resolve(new DecodeError(reason, { cause: error }));
    });
  });
}

/** Bytes of the member header at the start of `bytes`; undefined while it is not complete. */
function headerLength(bytes: Buffer): number | undefined {
  const flags = bytes[3]!;
  let length = 10;
  if (flags & FLAG.extra) {
    if (bytes.length < 12) return undefined;
    length += 2 + bytes.readUInt16LE(10);
  }
  for (const flag of [FLAG.name, FLAG.comment]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, length);
    if (end < 0) return undefined;
    length = end + 1;
  }
  if (flags & FLAG.headerCheck) length += 2;
  return length <= bytes.length ? length : undefined;
}
