// Enter here: bytes to blocks of whole lines, in any text encoding.
/**
 * Cuts a stream of bytes into blocks of whole lines. No work is done per line: bytes are read straight into the buffer
 * that becomes the block, its last newline is looked up from the end, and only the partial line after it is copied.
 *
 *     read into `free`, say so with `filled`, `take` when `isFull` (or idle), `end` at the end
 *
 * A line end is "\n" or "\r\n" and comes out as "\n"; a last line without one gets one; byte order marks and NULs at
 * the start of a line are dropped. UTF-16 and UTF-32 come out as UTF-8; all offsets and limits are in bytes of the
 * input. A line of more than `maxLineBytes` never becomes part of a block: it goes to `onOversized` in pieces.
 */
import { assert } from "../../base/assert.js";
import { takeBuffer } from "../../base/buffers.js";
import { cleanLineStarts, HOLE_NULS_MIN, leadingNuls } from "./line-starts.js";
import { firstNewline, lastNewline, newlineOf } from "./newlines.js";
import { LinePieces, type Oversized } from "./pieces.js";
import { encodingOf, type TextEncoding, toUtf8, unitBytes } from "./text-encoding.js";

export interface LineLimits {
  /** Size of a block, in bytes; also of the buffer that is read into. Default 1 MiB. */
  readonly blockBytes?: number;
  /** Size of the first block: small, so that small inputs and first results start at once. Default 64 KiB. */
  readonly firstBlockBytes?: number;
  /** The longest line, without its "\n" and the NULs before it. Default 64 MiB. Memory stays below about twice this. */
  readonly maxLineBytes?: number;
  /** Takes a piece of a line that is too long, at most 256 KiB and `maxLineBytes`, without its line end. */
  readonly onOversized?: Oversized | undefined;
  /** Told of NULs that were dropped. */
  readonly onNuls?: ((count: number) => void) | undefined;
}

/** Whole lines, and how many bytes of the stream came before their end. */
export interface Cut {
  readonly bytes: Buffer;
  readonly endOffset: number;
}

export const DEFAULT_BLOCK_BYTES = 1024 * 1024;
export const DEFAULT_MAX_LINE_BYTES = 64 * 1024 * 1024;
const DEFAULT_FIRST_BLOCK_BYTES = 64 * 1024;
const RETURN = 0x0d;
const NEWLINE = 0x0a;

export class LineSplitter {
  private readonly limits: LineLimits;
  private readonly blockBytes: number;
  private readonly maxLineBytes: number;
  private buffer: Buffer;
  /** Bytes of the buffer that hold data. */
  private used = 0;
  /** The buffer has no newline in [lineEnd, scanned); `lineEnd` is after the last one known. */
  private lineEnd = 0;
  private scanned = 0;
  /** Offset in the stream of the first byte of the buffer. */
  private base: number;
  private nextBlockBytes: number;
  /** Takes the rest of a line that is too long. */
  private pieces: LinePieces | undefined;
  private known: TextEncoding | undefined;
  /** The unfinished line began with NULs that are dropped already. */
  private isInHole = false;

  /**
   * `startOffset`: where in the stream reading starts, when it is resumed; must be the start of a line. `encoding`:
   * that of the stream, when it is known; else it is told by the first bytes.
   */
  constructor(limits: LineLimits = {}, startOffset = 0, encoding?: TextEncoding) {
    this.limits = limits;
    this.maxLineBytes = Math.max(2, limits.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES);
    // Invariant: a buffer never holds more than maxLineBytes + 1 bytes, so a line that ends inside is not oversized.
    this.blockBytes = Math.min(limits.blockBytes ?? DEFAULT_BLOCK_BYTES, this.maxLineBytes + 1);
    this.nextBlockBytes = Math.min(limits.firstBlockBytes ?? DEFAULT_FIRST_BLOCK_BYTES, this.blockBytes);
    this.base = startOffset;
    this.known = encoding;
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
    return this.pieces !== undefined;
  }

  /** Offset in the stream of the first byte that has not been handed over. */
  get handedOffset(): number {
    return this.base;
  }

  /** What the stream is written in; undefined while too little has come to tell. */
  get encoding(): TextEncoding | undefined {
    return this.known;
  }

  /** Says that `byteCount` bytes were put at the start of `free`. */
  filled(byteCount: number): void {
    assert(
      byteCount >= 0 && byteCount <= this.buffer.length - this.used,
      "more bytes than there was room for",
    );
    this.used += byteCount;
    if (this.isInLongLine) this.passOversized();
  }

  /** The whole lines so far, if any. Makes room, so that `free` is not empty afterwards. */
  take(): Cut | undefined {
    this.scan();
    if (this.lineEnd > 0) return this.cut(this.lineEnd);
    if (this.isFull) this.makeRoom();
    return undefined;
  }

  /** The end of the stream: all that is left, its last line ended. Undefined when nothing is. */
  end(): Cut | undefined {
    if (this.pieces !== undefined) {
      this.pieces.end(this.buffer.subarray(0, this.used));
      this.drop(this.used);
      return undefined;
    }
    if (this.used === 0) return undefined;
    const { text, isEnded } = this.endedText(this.tellEncoding() ?? "utf-8");
    this.drop(this.used);
    const bytes = this.cleaned(text);
    // An unfinished line of nothing but NULs or a mark is none.
    const isEmpty = !isEnded && (bytes.length === 1 || bytes[bytes.length - 2] === NEWLINE);
    const lines = isEmpty ? bytes.subarray(0, -1) : bytes;
    return lines.length === 0 ? undefined : { bytes: withoutReturns(lines), endOffset: this.base };
  }

  /** Forgets the unfinished line: it will be read again later. */
  dropPartialLine(): void {
    this.used = this.lineEnd = this.scanned = 0;
    this.pieces = undefined;
    this.isInHole = false;
  }

  private tellEncoding(): TextEncoding | undefined {
    this.known ??= encodingOf(this.buffer.subarray(0, this.used));
    return this.known;
  }

  private scan(): void {
    if (this.scanned === this.used) return;
    const isNewlineThere = this.known !== undefined || this.buffer.subarray(0, this.used).includes(NEWLINE);
    if (!isNewlineThere && !this.isFull) return;
    const encoding = this.tellEncoding();
    if (encoding === undefined) return;
    const end = lastNewline(this.buffer, this.scanned, this.used, encoding);
    if (end > 0) this.lineEnd = end;
    this.scanned = this.used;
  }

  private cut(end: number): Cut {
    const { buffer, used } = this;
    this.base += end;
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
    return { bytes: this.linesOf(bytes, this.known!), endOffset: this.base };
  }

  /** All there is as UTF-8, its last line ended; and whether it was. */
  private endedText(encoding: TextEncoding): { text: Buffer; isEnded: boolean } {
    const data = this.buffer.subarray(0, this.used);
    if (encoding !== "utf-8") {
      const text = toUtf8(data, encoding);
      const isEnded = text[text.length - 1] === NEWLINE;
      return { text: isEnded ? text : Buffer.concat([text, Buffer.from("\n")]), isEnded };
    }
    if (data[data.length - 1] === NEWLINE) return { text: data, isEnded: true };
    if (this.isFull) this.resize(this.used + 1);
    this.buffer[this.used] = NEWLINE;
    return { text: this.buffer.subarray(0, this.used + 1), isEnded: false };
  }

  private linesOf(bytes: Buffer, encoding: TextEncoding): Buffer {
    const text = encoding === "utf-8" ? bytes : toUtf8(bytes, encoding);
    return withoutReturns(this.cleaned(text));
  }

  private cleaned(text: Buffer): Buffer {
    const bytes = cleanLineStarts(text, this.isInHole, this.limits.onNuls);
    this.isInHole = false;
    return bytes;
  }

  /** A full buffer without a newline: NULs that go, a bigger one, or the line is too long. */
  private makeRoom(): void {
    const unit = this.known === undefined ? 4 : unitBytes(this.known);
    const nuls = leadingNuls(this.buffer, unit);
    if (nuls >= (this.isInHole ? unit : unit * HOLE_NULS_MIN)) {
      this.limits.onNuls?.(nuls);
      this.drop(nuls);
      this.isInHole = true;
    } else if (this.buffer.length <= this.maxLineBytes) {
      this.resize(Math.min(this.buffer.length * 2, this.maxLineBytes + 1));
    } else {
      this.known ??= "utf-8";
      this.pieces = new LinePieces(this.known, this.maxLineBytes, this.limits.onOversized);
      this.isInHole = false;
      this.passOversized();
      // What comes of it needs no room any more.
      if (this.isInLongLine && this.buffer.length > this.blockBytes) this.resize(this.blockBytes);
    }
  }

  private passOversized(): void {
    const data = this.buffer.subarray(0, this.used);
    const newline = firstNewline(data, this.known!);
    if (newline < 0) {
      this.drop(this.pieces!.take(data));
    } else {
      this.pieces!.end(data.subarray(0, newline));
      this.pieces = undefined;
      this.drop(newline + newlineOf(this.known!).length);
    }
  }

  private drop(byteCount: number): void {
    if (byteCount < this.used) this.buffer.copyWithin(0, byteCount, this.used);
    this.used -= byteCount;
    this.base += byteCount;
    this.lineEnd = this.scanned = 0;
  }

  private allocate(carriedBytes: number): Buffer {
    let length = this.nextBlockBytes;
    while (length <= carriedBytes) length *= 2;
    this.nextBlockBytes = Math.min(this.nextBlockBytes * 4, this.blockBytes);
    return takeBuffer(Math.min(length, this.maxLineBytes + 1));
  }

  private resize(length: number): void {
    const other = Buffer.allocUnsafeSlow(Math.max(length, this.used + 1));
    this.buffer.copy(other, 0, 0, this.used);
    this.buffer = other;
  }
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
