/**
 * The frames of zstd data, RFC 8878 section 3.1, followed by their headers alone: what the decoder does not tell apart
 * (an end within a frame, a window that is too large, something else behind the last frame) is told here.
 *
 *     frame:      28 b5 2f fd, descriptor, [window], [dictionary], [size], blocks, [checksum(4)]
 *     block:      header(3): last block 1 bit, type 2, size 21; then size bytes, or 1 byte to be repeated
 *     skippable:  5? 2a 4d 18, size(4), size bytes
 */
import { formatSize } from "../../base/size.js";
import { DecodeError } from "./decode-error.js";
import { RefusedInput } from "./refused.js";

/** What the decoder takes at most: that of `zstd` without --long=28 and more. */
export const WINDOW_BYTES_MAX = 128 * 1024 * 1024;
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const CHECKSUM_BYTES = 4;
/** Bytes of the dictionary's number by the lowest bits of the descriptor, and of the content size by its highest. */
const DICTIONARY_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];

export class ZstdFrames {
  /** Why `walk` stopped. */
  fault: DecodeError | RefusedInput | undefined;
  private readonly part = Buffer.alloc(18);
  private held = 0;
  private wanted = 4;
  private skip = 0;
  private next: (part: Buffer) => void = (part) => this.magic(part);
  private descriptor = 0;

  /** Follows the frames through `chunk`; how much of it is sound. Less than all: `fault` says why. */
  walk(chunk: Uint8Array): number {
    for (let at = 0; at < chunk.length; ) {
      const skipped = Math.min(this.skip, chunk.length - at);
      this.skip -= skipped;
      at += skipped;
      const start = at;
      while (at < chunk.length && this.held < this.wanted) this.part[this.held++] = chunk[at++]!;
      if (this.held < this.wanted) return at;
      this.held = 0;
      this.next(this.part);
      if (this.fault !== undefined) return start;
    }
    return chunk.length;
  }

  private expect(byteCount: number, next: (part: Buffer) => void): void {
    this.wanted = byteCount;
    this.next = next;
  }

  private magic(part: Buffer): void {
    const magic = part.readUInt32LE(0);
    if (magic === MAGIC) this.expect(1, (next) => this.frame(next));
    else if ((magic & ~0xf) >>> 0 === SKIPPABLE) this.expect(4, (next) => this.skipped(next));
    else this.fault = new DecodeError("something else follows its zstd data");
  }

  private skipped(part: Buffer): void {
    this.skip = part.readUInt32LE(0);
    this.expect(4, (next) => this.magic(next));
  }

  private frame(part: Buffer): void {
    const descriptor = part[0]!;
    const isSingle = (descriptor & 0x20) !== 0;
    const sizeBytes = SIZE_BYTES[descriptor >> 6]! || (isSingle ? 1 : 0);
    const length = (isSingle ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3]! + sizeBytes;
    this.descriptor = descriptor;
    if (length === 0) this.header(part);
    else this.expect(length, (next) => this.header(next));
  }

  private header(part: Buffer): void {
    const { descriptor } = this;
    const isSingle = (descriptor & 0x20) !== 0;
    const dictionaryBytes = DICTIONARY_BYTES[descriptor & 3]!;
    const at = isSingle ? 0 : 1;
    const dictionary = dictionaryBytes === 0 ? 0 : part.readUIntLE(at, dictionaryBytes);
    const window = isSingle ? contentSize(part, at + dictionaryBytes, descriptor >> 6) : windowSize(part[0]!);
    if (dictionary !== 0) this.fault = needsDictionary(dictionary);
    else if (window > WINDOW_BYTES_MAX) this.fault = needsWindow(window);
    else this.expect(3, (next) => this.block(next));
  }

  private block(part: Buffer): void {
    const header = part.readUIntLE(0, 3);
    const type = (header >> 1) & 3;
    if (type === 3) {
      this.fault = new DecodeError("its zstd data is damaged");
      return;
    }
    this.skip = type === 1 ? 1 : header >> 3;
    if ((header & 1) === 0) return;
    if ((this.descriptor & 4) !== 0) this.skip += CHECKSUM_BYTES;
    this.expect(4, (next) => this.magic(next));
  }
}

/** RFC 8878 section 3.1.1.1.2. */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(part: Buffer, at: number, flag: number): number {
  if (flag === 0) return part[at]!;
  if (flag === 1) return part.readUInt16LE(at) + 256;
  return flag === 2 ? part.readUInt32LE(at) : Number(part.readBigUInt64LE(at));
}

function needsWindow(bytes: number): RefusedInput {
  const most = formatSize(WINDOW_BYTES_MAX);
  const long = Math.ceil(Math.log2(bytes));
  return new RefusedInput(
    `compressed with zstd in a window of ${formatSize(bytes)}, and at most ${most} is read`,
    `zstd -dc --long=${long} FILE`,
  );
}

function needsDictionary(id: number): RefusedInput {
  return new RefusedInput(`compressed with zstd and the dictionary ${id}`, "zstd -dc -D DICTIONARY FILE");
}
