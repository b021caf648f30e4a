/**
 * The shape of a text: its bytes with everything in it that is plainly a value put in one form. Digits become one mark
 * however many they are, hexadecimal runs another. Texts of the same shape have the same template, and a shape is found
 * at memory speed, so that nearly every line of a log costs one look into a table.
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
export class TemplateShape {
  /** The shape's bytes: UTF-8 with marks. */
  readonly bytes: Buffer;
  private readonly words: Int32Array;
  length = 0;
  /** A hash of the bytes in two halves of 32 bits. */
  hashLow = 0;
  hashHigh = 0;

  constructor() {
    const memory = new ArrayBuffer(SHAPE_BYTES_MAX + 8);
    this.bytes = Buffer.from(memory);
    this.words = new Int32Array(memory);
  }

  /** The shape of `bytes[start, end)`, UTF-8. About 300 MB/s. */
  read(bytes: Uint8Array, start: number, end: number): void {
    const stop = end - start > SHAPE_BYTES_MAX ? start + SHAPE_BYTES_MAX : end;
    const out = this.bytes;
    let length = 0;
    for (let at = start; at < stop; ) {
      const first = at;
      const kind = KINDS[bytes[at]!]!;
      if (kind === 0) {
        const byte = bytes[at++]!;
        out[length++] = byte < 0x20 ? 0x20 : byte;
        continue;
      }
      const before = length;
      if (kind === DIGIT) {
        while (++at < stop && KINDS[bytes[at]!] === DIGIT);
        out[length++] = 0x01;
      } else for (; at < stop && KINDS[bytes[at]!]! > DIGIT; at++) out[length++] = bytes[at]!;
      const isWhole = at === stop || KINDS[bytes[at]!] === 0;
      if (isWhole && at - first <= WORD_BYTES_MAX) continue;
      at = runEnd(bytes, first, stop);
      length = marked(bytes, first, at, out, before);
    }
    if (stop < end) out[length++] = 0x03;
    this.length = length;
    this.hash();
  }

  /** MurmurHash3's steps, four bytes a time, with two seeds. */
  private hash(): void {
    const { bytes, length, words } = this;
    bytes.fill(0, length, length + 4);
    let low = 0x811c9dc5 | 0;
    let high = length | 0;
    const count = (length + 3) >> 2;
    for (let n = 0; n < count; n++) {
      const word = Math.imul(words[n]!, 0xcc9e2d51);
      const block = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
      low ^= block;
      low = (Math.imul((low << 13) | (low >>> 19), 5) + 0xe6546b64) | 0;
      high = Math.imul(high ^ block, 0x5bd1e995);
      high ^= high >>> 15;
    }
    low ^= low >>> 16;
    this.hashLow = Math.imul(low, 0x85ebca6b) ^ (low >>> 13);
    this.hashHigh = high;
  }

  toString(): string {
    return this.bytes.utf8Slice(0, this.length);
  }
}

/** For each UTF-16 unit of the shape's text, and one more, where in `source` what it stands for begins. */
export function sourceOffsets(text: string, source: Uint8Array): Uint32Array {
  const offsets = new Uint32Array(text.length + 1);
  let from = 0;
  for (let n = 0; n < text.length; n++) {
    offsets[n] = from;
    const code = text.charCodeAt(n);
    if (code === 0x01) from = digitsEnd(source, from);
    else if (code === 0x02 || code === 0x03) from = runEnd(source, from, source.length);
    else from += bytesOf(code);
  }
  offsets[text.length] = from;
  return offsets;
}

/** Bytes in UTF-8 of a UTF-16 unit; the first half of a pair counts for both. */
function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (code < 0xd800 || code >= 0xe000) return 3;
  return code < 0xdc00 ? 4 : 0;
}

function runEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && KINDS[bytes[at]!] !== 0) at++;
  return at;
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && KINDS[bytes[at]!] === DIGIT) at++;
  return at;
}

function copied(bytes: Uint8Array, start: number, end: number, out: Buffer, length: number): number {
  for (let at = start; at < end; at++) out[length++] = bytes[at]!;
  return length;
}

/**
 * Writes a run of letters and digits that has both, or is longer than any word. Returns the length of what is written.
 */
function marked(bytes: Uint8Array, start: number, end: number, out: Buffer, before: number): number {
  let length = before;
  let seen = 0;
  let turns = 0;
  let last = 0;
  let digits = 0;
  for (let at = start; at < end; at++) {
    const kind = KINDS[bytes[at]!]!;
    const isDigit = kind & DIGIT;
    seen |= kind;
    digits += isDigit;
    if (isDigit !== last) turns++;
    last = isDigit;
  }
  const mark = markOf(bytes, start, end - start, seen, turns, digits);
  if (mark !== 0) {
    out[length++] = mark;
    return length;
  }
  // `utf8`, `ssh2`: a name that ends in a digit.
  if (digits === 1 && last === DIGIT && end - start > 2) return copied(bytes, start, end, out, length);
  for (let at = start; at < end; at++) {
    const isDigit = KINDS[bytes[at]!] === DIGIT;
    if (!isDigit) out[length++] = bytes[at]!;
    else if (at === start || KINDS[bytes[at - 1]!] !== DIGIT) out[length++] = 0x01;
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
