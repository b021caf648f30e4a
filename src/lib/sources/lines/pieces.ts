/** The pieces of one line that is too long to be held: as UTF-8, cut between characters where that can be. */
import { lowByteOf, type TextEncoding, toUtf8, unitBytes } from "./text-encoding.js";

const PIECE_BYTES = 256 * 1024;
const RETURN = 0x0d;

/** `isLast`: the line ends with this piece (which may be empty). `name`: of the input, where it is known. */
export type Oversized = (piece: Buffer, isLast: boolean, name?: string) => void;

export class LinePieces {
  private readonly encoding: TextEncoding;
  private readonly pieceBytes: number;
  private readonly onPiece: Oversized | undefined;

  constructor(encoding: TextEncoding, maxLineBytes: number, onPiece: Oversized | undefined) {
    const unit = unitBytes(encoding);
    const most = Math.min(PIECE_BYTES, maxLineBytes);
    this.encoding = encoding;
    this.pieceBytes = Math.max(unit, most - (most % unit));
    this.onPiece = onPiece;
  }

  /** Takes what is enough for whole pieces of the line; how many bytes. */
  take(data: Buffer): number {
    let taken = 0;
    while (data.length - taken >= this.pieceBytes) {
      const length = this.lengthOf(data.subarray(taken, taken + this.pieceBytes));
      this.give(data.subarray(taken, taken + length), false);
      taken += length;
    }
    return taken;
  }

  /** The rest of the line, without its newline. */
  end(data: Buffer): void {
    const rest = data.subarray(this.take(data));
    const unit = unitBytes(this.encoding);
    const hasReturn = rest.length >= unit && this.unitAt(rest, rest.length - unit) === RETURN;
    this.give(hasReturn ? rest.subarray(0, rest.length - unit) : rest, true);
  }

  private give(piece: Buffer, isLast: boolean): void {
    this.onPiece?.(this.encoding === "utf-8" ? Buffer.from(piece) : toUtf8(piece, this.encoding), isLast);
  }

  /** How much of `data` is a piece: a "\r" at its end may belong to the line end, and a character is not cut. */
  private lengthOf(data: Buffer): number {
    const unit = unitBytes(this.encoding);
    const last = data.length - unit;
    let cut = data.length;
    if (this.unitAt(data, last) === RETURN) cut = last;
    else if (unit === 2 && (this.unitAt(data, last) & 0xfc00) === 0xd800) cut = last;
    else if (unit === 1) cut = characterStart(data);
    return cut > 0 ? cut : data.length;
  }

  private unitAt(data: Buffer, at: number): number {
    const unit = unitBytes(this.encoding);
    return lowByteOf(this.encoding) === 0 ? data.readUIntLE(at, unit) : data.readUIntBE(at, unit);
  }
}

/** Where the character at the end of UTF-8 begins that is not whole; the length when it is, or when it is none. */
function characterStart(data: Buffer): number {
  for (let back = 1; back <= Math.min(3, data.length); back++) {
    const byte = data[data.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? data.length - back : data.length;
  }
  return data.length;
}
