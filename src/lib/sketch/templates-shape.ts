/**
 * The shape of a text: its bytes with everything in it that is plainly a value put in one form. Digits become one mark however
 * many they are, hexadecimal runs another. Texts of the same shape have the same template, and a shape is found at memory speed,
 * so that nearly every line of a log costs one look into a table.
 */

/** Stands for a run of digits. */
export const NUMBER_MARK = "\u0001";
/** Stands for a run of hexadecimal digits. */
export const HEX_MARK = "\u0002";
/** Stands for a run of letters and digits in turns: an id. */
export const ID_MARK = "\u0003";

/** Bytes of a text that are looked at; what follows is one variable. */
export const SHAPE_BYTES_MAX = 8192;

const DIGIT = 1;
const HEX_LETTER = 2;
const LETTER = 4;

const HEX_RUN_MIN = 4;
const ID_RUN_MIN = 8;
const ID_TURNS_MIN = 4;
const WORD_BYTES_MAX = 64;

const KINDS = kinds();

/** Reused for text after text: one a thread is enough. */
export class Shape {
  /** The shape's bytes: UTF-8 with marks. */
  readonly bytes = Buffer.alloc(SHAPE_BYTES_MAX + 8);
  length = 0;
  /** A hash of the bytes in two halves of 32 bits. */
  hashLow = 0;
  hashHigh = 0;

  /** The shape of `bytes[start, end)`, UTF-8. About 200 MB/s. */
  read(bytes: Uint8Array, start: number, end: number): void {
    const stop = end - start > SHAPE_BYTES_MAX ? start + SHAPE_BYTES_MAX : end;
    const out = this.bytes;
    let length = 0;
    let at = start;
    while (at < stop) {
      const byte = bytes[at]!;
      if (KINDS[byte] === 0) {
        out[length++] = byte < 0x20 ? 0x20 : byte;
        at++;
        continue;
      }
      let seen = 0;
      let turns = 0;
      let last = 0;
      let digits = 0;
      let run = at;
      for (; run < stop; run++) {
        const kind = KINDS[bytes[run]!]!;
        if (kind === 0) break;
        seen |= kind;
        const isDigit = kind & DIGIT;
        digits += isDigit;
        if (isDigit !== last) turns++;
        last = isDigit;
      }
      length =
        digits === 0 && run - at <= WORD_BYTES_MAX
          ? copied(bytes, at, run, out, length)
          : marked(bytes, at, run, out, length, seen, turns, digits);
      at = run;
    }
    if (stop < end) out[length++] = 0x03;
    this.length = length;
    this.hash();
  }

  private hash(): void {
    const { bytes, length } = this;
    let low = 0x811c9dc5 | 0;
    let high = length | 0;
    for (let n = 0; n < length; n++) {
      const byte = bytes[n]!;
      low = Math.imul(low ^ byte, 0x01000193);
      high = Math.imul(high ^ byte, 0x5bd1e995) ^ (high >>> 15);
    }
    this.hashLow = low;
    this.hashHigh = high;
  }

  toString(): string {
    return this.bytes.utf8Slice(0, this.length);
  }
}

/** For each character of the shape's text, and one more, where in `source` what it stands for begins. */
export function sourceOffsets(shape: Shape, source: Uint8Array): number[] {
  const offsets: number[] = [];
  let from = 0;
  for (const character of shape.toString()) {
    offsets.push(from);
    if (character.length === 2) offsets.push(from);
    if (character === NUMBER_MARK) from = runEnd(source, from, DIGIT);
    else if (character === HEX_MARK || character === ID_MARK)
      from = runEnd(source, from, DIGIT | HEX_LETTER | LETTER);
    else from += Buffer.byteLength(character);
  }
  offsets.push(from);
  return offsets;
}

function runEnd(source: Uint8Array, start: number, kinds: number): number {
  let at = start;
  while (at < source.length && (KINDS[source[at]!]! & kinds) !== 0) at++;
  return at;
}

function copied(bytes: Uint8Array, start: number, end: number, out: Buffer, length: number): number {
  for (let at = start; at < end; at++) out[length++] = bytes[at]!;
  return length;
}

/** Writes a run of letters and digits that has a digit, or is longer than any word. */
function marked(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Buffer,
  length: number,
  seen: number,
  turns: number,
  digits: number,
): number {
  const size = end - start;
  const mark = markOf(bytes, start, size, seen, turns, digits);
  if (mark !== 0) {
    out[length++] = mark;
    return length;
  }
  const isName = digits === 1 && size > 2 && (KINDS[bytes[end - 1]!]! & DIGIT) !== 0;
  if (isName) return copied(bytes, start, end, out, length);
  let isInDigits = false;
  for (let at = start; at < end; at++) {
    const isDigit = (KINDS[bytes[at]!]! & DIGIT) !== 0;
    if (!isDigit) out[length++] = bytes[at]!;
    else if (!isInDigits) out[length++] = 0x01;
    isInDigits = isDigit;
  }
  return length;
}

/** The mark for a whole run, 0 when only its digits are values. */
function markOf(
  bytes: Uint8Array,
  start: number,
  size: number,
  seen: number,
  turns: number,
  digits: number,
): number {
  if (digits === size) return 0x01;
  if (digits > 0 && (seen & LETTER) === 0 && size >= HEX_RUN_MIN) return 0x02;
  if (isPrefixedHex(bytes, start, size)) return 0x02;
  return size > WORD_BYTES_MAX || (size >= ID_RUN_MIN && turns >= ID_TURNS_MIN) ? 0x03 : 0;
}

/** `0x7ffe` */
function isPrefixedHex(bytes: Uint8Array, start: number, size: number): boolean {
  if (size < 3 || bytes[start] !== 0x30 || (bytes[start + 1]! | 0x20) !== 0x78) return false;
  for (let at = start + 2; at < start + size; at++) if ((KINDS[bytes[at]!]! & LETTER) !== 0) return false;
  return true;
}

function kinds(): Uint8Array {
  const table = new Uint8Array(256);
  for (let byte = 0x30; byte <= 0x39; byte++) table[byte] = DIGIT;
  for (let byte = 0x41; byte <= 0x5a; byte++) table[byte] = byte <= 0x46 ? HEX_LETTER : LETTER;
  for (let byte = 0x61; byte <= 0x7a; byte++) table[byte] = byte <= 0x66 ? HEX_LETTER : LETTER;
  for (let byte = 0x80; byte <= 0xff; byte++) table[byte] = LETTER;
  return table;
}
