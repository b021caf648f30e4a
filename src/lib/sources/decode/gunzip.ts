/**
 * Gzip, RFC 1952, member by member. `zlib.createGunzip` throws away what it has just decoded when a check fails or
 * something else follows the data; here everything decoded is delivered first.
 *
 *     1f 8b 08 flags time(4) xfl os [extra] [name 0] [comment 0] [crc16] | deflate data | crc32(4) length(4)
 */
import * as zlib from "node:zlib";
import { type ByteReader, ChunkQueue } from "../bytes/bytes.js";
import { leadingNuls } from "../lines/line-starts.js";
import { DecodeError } from "./decode-error.js";
import { LookAhead } from "./look-ahead.js";

const OUTPUT_BYTES = 128 * 1024;
const QUEUE_BYTES = 1024 * 1024;
/** Deflate makes at most 1032 bytes of one: the queue never holds more than 64 MiB beyond its capacity. */
const WRITE_BYTES = { first: 16 * 1024, least: 1024, most: 64 * 1024 } as const;
/** The extra field has at most 64 KiB; a name as long would be no name. */
const MOST_HEADER_BYTES = 192 * 1024;
const TOO_EARLY = "its gzip data ends too early";
const FLAG = { headerCheck: 2, extra: 4, name: 8, comment: 16 } as const;
/** Since Node 20.15; before, only the length is checked. */
const crc32 = (zlib as { crc32?: (data: Uint8Array, value: number) => number }).crc32;

export class GunzipBytes implements ByteReader {
  private readonly inner: ByteReader;
  private readonly input: LookAhead;
  private readonly queue: ChunkQueue;
  private readonly pumped: Promise<void>;
  private inflate: zlib.InflateRaw | undefined;
  private onRoom: (() => void) | undefined;
  /** How much to give to one write, by what the last one made of it: a bomb gets small pieces. */
  private writeBytes: number = WRITE_BYTES.first;

  /** `bufferBytes`: of the input, for tests of what crosses its end. */
  constructor(inner: ByteReader, bufferBytes?: number) {
    this.inner = inner;
    this.input = new LookAhead(inner, bufferBytes);
    this.queue = new ChunkQueue(QUEUE_BYTES, () => this.onRoom?.());
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
    this.onRoom?.();
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

  /** Zeros after a member are padding, as of tapes; anything else that is no member is damage. */
  private async hasMember(): Promise<boolean> {
    while (await this.input.has(1)) {
      this.input.use(leadingNuls(this.input.bytes));
      if (this.input.bytes.length === 0) continue;
      const isWhole = await this.input.has(3);
      const magic = [0x1f, 0x8b, 0x08].slice(0, this.input.bytes.length);
      if (!magic.every((byte, i) => this.input.bytes[i] === byte))
        throw new DecodeError("something else follows its gzip data");
      if (!isWhole) throw new DecodeError(TOO_EARLY);
      return true;
    }
    return false;
  }

  private async skipHeader(): Promise<void> {
    for (let wanted = 10; ; wanted = this.input.bytes.length + 1) {
      if (wanted > MOST_HEADER_BYTES) throw new DecodeError("its gzip header has no end");
      if (!(await this.input.has(wanted))) throw new DecodeError(TOO_EARLY);
      const length = headerLength(this.input.bytes);
      if (length === undefined) continue;
      this.input.use(length);
      return;
    }
  }

  /**
   * The deflate data of one member. Invariant: all that a write gives has been passed on before the next, and `end`
   * comes alone, because an error throws away what the stream still holds. What was used of a write is told by
   * `bytesWritten` and by nothing else: the callback of a write comes as well for one in whose middle the data ended.
   */
  private async body(): Promise<Facts> {
    const facts: Facts = { crc: 0, length: 0 };
    const inflate = zlib.createInflateRaw({ chunkSize: OUTPUT_BYTES });
    this.inflate = inflate;
    inflate.on("data", (chunk: Buffer) => {
      facts.crc = crc32?.(chunk, facts.crc) ?? 0;
      facts.length += chunk.length;
      this.queue.push(chunk);
    });
    const ended = outcomeOf(inflate);
    let hasEnded = false;
    while (!hasEnded && this.queue.isOpen) {
      await this.room();
      if (await this.input.has(1)) hasEnded = await this.write(inflate, facts, ended);
      else break;
    }
    if (!hasEnded) inflate.end();
    const outcome = await ended;
    if (outcome instanceof Error) throw outcome;
    inflate.destroy();
    return facts;
  }

  /** Has some input inflated. Whether the data ended in it. */
  private async write(inflate: zlib.InflateRaw, facts: Facts, ended: Promise<Outcome>): Promise<boolean> {
    const before = inflate.bytesWritten;
    const lengthBefore = facts.length;
    const given = this.input.bytes.subarray(0, this.writeBytes);
    const written = new Promise<"written">((resolve) => inflate.write(given, () => resolve("written")));
    const outcome = await Promise.race([ended, written]);
    if (outcome instanceof Error) throw outcome;
    const used = inflate.bytesWritten - before;
    this.input.use(used);
    const ratio = (facts.length - lengthBefore) / Math.max(1, used);
    const next = Math.floor(QUEUE_BYTES / Math.max(1, ratio));
    this.writeBytes = Math.min(WRITE_BYTES.most, Math.max(WRITE_BYTES.least, next));
    return used < given.length;
  }

  /** Waits while the reader is behind. */
  private async room(): Promise<void> {
    while (this.queue.isOpen && this.queue.isFull) {
      await new Promise<void>((resolve) => {
        this.onRoom = resolve;
      });
    }
  }

  private async checkTrailer({ crc, length }: Facts): Promise<void> {
    if (!(await this.input.has(8))) throw new DecodeError(TOO_EARLY);
    const { bytes } = this.input;
    const isWhole = bytes.readUInt32LE(4) === length % 2 ** 32;
    const isRight = crc32 === undefined || bytes.readUInt32LE(0) === crc;
    this.input.use(8);
    if (!isWhole || !isRight) throw new DecodeError("its gzip data is damaged (wrong checksum)");
  }
}

/** What was made of a member, to be held against its trailer. */
interface Facts {
  crc: number;
  length: number;
}

type Outcome = "ended" | DecodeError;

/** Settles when the stream ends, is destroyed or fails; never rejects. */
function outcomeOf(inflate: zlib.InflateRaw): Promise<Outcome> {
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
