// Which of 64 bytes are of a kind, as bits of a word, the first byte the lowest; and the same of one byte.

// @ts-ignore: decorator
@inline
export function maskOf(a: v128, b: v128, c: v128, d: v128): u64 {
  return <u64>i8x16.bitmask(a) | (<u64>i8x16.bitmask(b) << 16) | (<u64>i8x16.bitmask(c) << 32) | (<u64>i8x16.bitmask(d) << 48);
}

// @ts-ignore: decorator
@inline
export function equal(p: usize, byte: u8): u64 {
  const v = i8x16.splat(<i8>byte);
  return maskOf(
    i8x16.eq(v128.load(p), v), i8x16.eq(v128.load(p, 16), v), i8x16.eq(v128.load(p, 32), v), i8x16.eq(v128.load(p, 48), v),
  );
}

// @ts-ignore: decorator
@inline
function digitsOf(v: v128): v128 {
  return i8x16.lt_u(i8x16.sub(v, i8x16.splat(0x30)), i8x16.splat(10));
}

// @ts-ignore: decorator
@inline
export function digits(p: usize): u64 {
  return maskOf(
    digitsOf(v128.load(p)), digitsOf(v128.load(p, 16)), digitsOf(v128.load(p, 32)), digitsOf(v128.load(p, 48)),
  );
}

// @ts-ignore: decorator
@inline
function wordBytesOf(v: v128): v128 {
  return v128.or(
    v128.or(lettersOf(v), digitsOf(v)), v128.or(i8x16.eq(v, i8x16.splat(0x5f)), i8x16.lt_s(v, i8x16.splat(0))),
  );
}

/** Which of 64 bytes are of words: letters, digits, "_", and what is beyond ASCII. */
// @ts-ignore: decorator
@inline
export function wordBytes(p: usize): u64 {
  return maskOf(
    wordBytesOf(v128.load(p)), wordBytesOf(v128.load(p, 16)), wordBytesOf(v128.load(p, 32)), wordBytesOf(v128.load(p, 48)),
  );
}

/** Which of 64 bytes are of characters beyond ASCII. */
// @ts-ignore: decorator
@inline
export function highBytes(p: usize): u64 {
  return maskOf(v128.load(p), v128.load(p, 16), v128.load(p, 32), v128.load(p, 48));
}

// @ts-ignore: decorator
@inline
function gapsOf(v: v128): v128 {
  // The sixteen bytes from the blank on: -1 where isGap. All others are beyond the table: 0. Bytes beyond ASCII have the upper bit.
  const table = i8x16(-1, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, -1, -1, -1);
  return v128.or(i8x16.swizzle(table, i8x16.sub(v, i8x16.splat(0x20))), v);
}

/** Which of 64 bytes may be of a gap between groups of digits (isGap), or are of characters beyond ASCII. */
// @ts-ignore: decorator
@inline
export function gaps(p: usize): u64 {
  return maskOf(gapsOf(v128.load(p)), gapsOf(v128.load(p, 16)), gapsOf(v128.load(p, 32)), gapsOf(v128.load(p, 48)));
}

// @ts-ignore: decorator
@inline
export function letters(p: usize): u64 {
  return maskOf(
    lettersOf(v128.load(p)), lettersOf(v128.load(p, 16)), lettersOf(v128.load(p, 32)), lettersOf(v128.load(p, 48)),
  );
}

// @ts-ignore: decorator
@inline
function lettersOf(v: v128): v128 {
  return i8x16.lt_u(i8x16.sub(v128.or(v, i8x16.splat(0x20)), i8x16.splat(0x61)), i8x16.splat(26));
}

// @ts-ignore: decorator
@inline
export function isDigit(c: u8): bool { return <u8>(c - 0x30) < 10; }

// @ts-ignore: decorator
@inline
export function isLetter(c: u8): bool { return <u8>((c | 0x20) - 0x61) < 26; }

/** A letter, digit or underscore; any byte of a character beyond ASCII. */
// @ts-ignore: decorator
@inline
export function isWordByte(c: u8): bool { return isDigit(c) || isLetter(c) || c == 0x5f || c >= 0x80; }

// @ts-ignore: decorator
@inline
export function isHex(c: u8): bool { return isDigit(c) || <u8>((c | 0x20) - 0x61) < 6; }

/** What may stand between the groups of digits of a card or telephone number. */
// @ts-ignore: decorator
@inline
export function isGap(c: u8): bool { return <u8>(c - 0x20) < 16 && ((0xe301 >>> (c & 15)) & 1) != 0; }
