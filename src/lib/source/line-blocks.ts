/**
 * Cuts a stream of bytes into blocks of whole lines. No work is done per line: bytes are read straight into the buffer
 * that becomes the block, its last newline is looked up from the end, and only the partial line after it is copied.
 *
 *     read into `free`, say so with `filled`, `take` when `isFull` (or idle), `end` at the end
 *
 * A line end is "\n" or "\r\n" and comes out as "\n"; a last line without one gets one; a UTF-8 byte order mark at the
 * start is dropped. A line of more than `maxLineBytes` never becomes part of a block: it goes to `onOversized` in pieces.
 */
import { assert } from "../base/assert.js";
import { takeBuffer } from "../base/buffers.js";

export interface LineLimits {
  /** Size of a block, in bytes; also of the buffer that is read into. Default 1 MiB. */
  readonly blockBytes?: number;
  /** Size of the first block: small, so that small inputs and first results start at once. Default 64 KiB. */
  readonly firstBlockBytes?: number;
  /** The longest line, without its "\n". Default 64 MiB. Memory stays below about twice this. */
  readonly maxLineBytes?: number;
  /** Takes a piece of a line that is too long, at most `maxLineBytes`, without its line end. */
  readonly onOversized?: Oversized | undefined;
}

/** `isLast`: the line ends with this piece (which may be empty). */
export type Oversized = (piece: Buffer, isLast: boolean) => void;

/** Whole lines, and how many bytes of the stream came before their end. */
export interface Cut {
  readonly bytes: Buffer;
  readonly endOffset: number;
}

export const DEFAULT_BLOCK_BYTES = 1024 * 1024;
export const DEFAULT_MAX_LINE_BYTES = 64 * 1024 * 1024;
const DEFAULT_FIRST_BLOCK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

export class LineCutter {
  private readonly blockBytes: number;
  private readonly maxLineBytes: number;
  private readonly onOversized: Oversized | undefined;
  private buffer: Buffer;
  /** Bytes of the buffer that hold data. */
  private used = 0;
  /** The buffer has no newline in [lineEnd, scanned); `lineEnd` is after the last one known. */
  private lineEnd = 0;
  private scanned = 0;
  /** Offset in the stream of the first byte of the buffer. */
  private base: number;
  private nextBlockBytes: number;
  private isInOversized = false;
  private isAtStart: boolean;

  /** `startOffset`: where in the stream reading starts, when it is resumed. Must be the start of a line. */
  constructor(limits: LineLimits = {}, startOffset = 0) {
    this.maxLineBytes = Math.max(2, limits.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES);
    // Invariant: a buffer never holds more than maxLineBytes + 1 bytes, so a line that ends inside is not oversized.
    this.blockBytes = Math.min(limits.blockBytes ?? DEFAULT_BLOCK_BYTES, this.maxLineBytes + 1);
    this.nextBlockBytes = Math.min(limits.firstBlockBytes ?? DEFAULT_FIRST_BLOCK_BYTES, this.blockBytes);
    this.onOversized = limits.onOversized;
    this.base = startOffset;
    this.isAtStart = startOffset === 0;
    this.buffer = this.allocate(0);
  }

  /** Where the next bytes go. Never empty unless the buffer is full. */
  get free(): Buffer {
    return this.buffer.subarray(this.used);
  }

  get isFull(): boolean {
    return this.used === this.buffer.length;
  }

  /** Whether `take` would give lines. */
  get hasLines(): boolean {
    this.scan();
    return this.lineEnd > 0;
  }

  /** Whether a line that is too long has been handed over in part. */
  get isInLongLine(): boolean {
    return this.isInOversized;
  }

  /** Offset in the stream of the first byte that has not been handed over. */
  get handedOffset(): number {
    return this.base;
  }

  /** Says that `byteCount` bytes were put at the start of `free`. */
  filled(byteCount: number): void {
    assert(
      byteCount >= 0 && byteCount <= this.buffer.length - this.used,
      "more bytes than there was room for",
    );
    this.used += byteCount;
    if (this.isInOversized) this.passOversized();
  }

  /** The whole lines so far, if any. Makes room, so that `free` is not empty afterwards. */
  take(): Cut | undefined {
    this.scan();
    if (this.lineEnd > 0) return this.cut(this.lineEnd);
    if (this.isFull) this.makeRoom();
    return undefined;
  }

  /** The end of the stream: all that is left, its last line ended. */
  end(): Cut | undefined {
    if (this.isInOversized) {
      this.oversized(this.used, true);
      return undefined;
    }
    if (this.used === 0 || (this.isAtStart && this.used === 3 && hasByteOrderMark(this.buffer)))
      return undefined;
    const missing = this.buffer[this.used - 1] === NEWLINE ? 0 : 1;
    if (missing === 1) {
      if (this.isFull) this.resize(this.used + 1);
      this.buffer[this.used++] = NEWLINE;
    }
    return this.cut(this.used, missing);
  }

  /** Forgets the unfinished line: it will be read again later. */
  dropPartialLine(): void {
    this.used = this.lineEnd = this.scanned = 0;
    this.isInOversized = false;
  }

  private scan(): void {
    if (this.scanned === this.used) return;
    const found = this.buffer.subarray(this.scanned, this.used).lastIndexOf(NEWLINE);
    if (found >= 0) this.lineEnd = this.scanned + found + 1;
    this.scanned = this.used;
  }

  private cut(end: number, addedBytes = 0): Cut {
    const { buffer, used } = this;
    this.base += end - addedBytes;
    let bytes = buffer.subarray(0, end);
    if (end < buffer.length / 4) {
      // A trickle: copy the few lines out and keep the big buffer.
      bytes = Buffer.allocUnsafeSlow(end);
      buffer.copy(bytes, 0, 0, end);
      buffer.copyWithin(0, end, used);
    } else {
      this.buffer = this.allocate(used - end);
      buffer.copy(this.buffer, 0, end, used);
    }
    this.used = this.scanned = used - end;
    this.lineEnd = 0;
    if (this.isAtStart && hasByteOrderMark(bytes)) bytes = bytes.subarray(3);
    this.isAtStart = false;
    return { bytes: withoutReturns(bytes), endOffset: this.base };
  }

  /** A full buffer without a newline: a bigger one, or the line is too long. */
  private makeRoom(): void {
    const { length } = this.buffer;
    if (length <= this.maxLineBytes) {
      this.resize(Math.min(length * 2, this.maxLineBytes + 1));
    } else {
      this.isInOversized = true;
      this.passOversized();
    }
  }

  private passOversized(): void {
    const end = this.buffer.subarray(0, this.used).indexOf(NEWLINE);
    if (end >= 0) {
      this.oversized(end, true, 1);
      this.isInOversized = false;
    } else if (this.used >= this.maxLineBytes) {
      const length = Math.min(this.used, this.maxLineBytes);
      // A "\r" at the end of a piece may belong to the line end: it waits for the next byte.
      this.oversized(this.buffer[length - 1] === RETURN && length > 1 ? length - 1 : length, false);
    }
  }

  private oversized(end: number, isLast: boolean, lineEndBytes = 0): void {
    const stripped = isLast && end > 0 && this.buffer[end - 1] === RETURN ? end - 1 : end;
    this.onOversized?.(Buffer.from(this.buffer.subarray(0, stripped)), isLast);
    const next = end + lineEndBytes;
    this.buffer.copyWithin(0, next, this.used);
    this.used -= next;
    this.base += next;
    this.lineEnd = this.scanned = 0;
    this.isAtStart = false;
  }

  private allocate(carriedBytes: number): Buffer {
    let length = this.nextBlockBytes;
    while (length <= carriedBytes) length *= 2;
    this.nextBlockBytes = Math.min(this.nextBlockBytes * 4, this.blockBytes);
    return takeBuffer(Math.min(length, this.maxLineBytes + 1));
  }

  private resize(length: number): void {
    const bigger = Buffer.allocUnsafeSlow(length);
    this.buffer.copy(bigger, 0, 0, this.used);
    this.buffer = bigger;
  }
}

function hasByteOrderMark(bytes: Buffer): boolean {
  return bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** "\r\n" to "\n", in place. Costs one memchr where there is no "\r", about 1 ns a byte where there is. */
function withoutReturns(bytes: Buffer): Buffer {
  if (!bytes.includes(RETURN)) return bytes;
  let from = bytes.indexOf("\r\n");
  if (from < 0) return bytes;
  let to = from;
  const last = bytes.length - 1;
  for (; from < last; from++) {
    const byte = bytes[from]!;
    if (byte !== RETURN || bytes[from + 1] !== NEWLINE) bytes[to++] = byte;
  }
  bytes[to++] = bytes[last]!;
  return bytes.subarray(0, to);
}
