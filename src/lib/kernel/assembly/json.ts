// A validating scanner of RFC 8259 JSON text. Positions are addresses in memory; 0 means "not valid", and `fault*` say why.
// Strings are scanned sixteen bytes at a time. UTF-8 is checked by the host.

export const NULL: u32 = 1;
export const BOOLEAN: u32 = 2;
export const INTEGER: u32 = 4;
export const DOUBLE: u32 = 8;
export const STRING: u32 = 16;
export const OBJECT: u32 = 32;
export const ARRAY: u32 = 64;
export const BIG_NUMBER: u32 = 128;

export const FAULT_NOT_OBJECT: u32 = 1;
export const FAULT_MALFORMED: u32 = 2;
export const FAULT_DEPTH: u32 = 3;
export const FAULT_MEMBERS: u32 = 4;
export const FAULT_CONTROL: u32 = 5;
export const FAULT_ESCAPE: u32 = 6;
export const FAULT_NUMBER: u32 = 7;
export const FAULT_TRAILING: u32 = 8;
export const FAULT_TRUNCATED: u32 = 9;

const DEPTH_MAX: u32 = 512;

export let faultReason: u32 = 0;
export let faultAt: usize = 0;
/** Kind bits of the value scanned last. */
export let kind: u32 = 0;
/** Set at a number that is bent when it is read as a 64-bit number and printed again: "-0", more than 17 digits, far exponents. */
export let isBent: bool = false;

/** Set at a "-0", never cleared by itself: DuckDB reads it as 0. */
export let hasMinusZero: bool = false;

export function clearBent(): void {
  isBent = false;
}

export function clearMinusZero(): void {
  hasMinusZero = false;
}

export function fault(reason: u32, at: usize): usize {
  faultReason = reason;
  faultAt = at;
  return 0;
}

// @ts-ignore: decorator
@inline
export function skipSpace(p: usize): usize {
  let c = load<u8>(p);
  while (c == 0x20 || c == 0x09 || c == 0x0d) c = load<u8>(++p);
  return p;
}

/** As `skipString`, with its first step in the caller's loop: most strings are short and plain. */
// @ts-ignore: decorator
@inline
export function skipShortString(p: usize, end: usize): usize {
  const stop = stopsAt(p);
  if (stop != 0) {
    const behind = p + ctz(stop);
    if (load<u8>(behind) == 0x22 && behind < end) return behind + 1;
  }
  return skipString(p, end);
}

/** Which of the sixteen bytes at `p` end the plain part of a string: a quote, a backslash or a control character. */
// @ts-ignore: decorator
@inline
function stopsAt(p: usize): i32 {
  const v = v128.load(p);
  return i8x16.bitmask(
    v128.or(
      v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x5c))),
      i8x16.lt_u(v, i8x16.splat(0x20)),
    ),
  );
}

/** `p` is behind the opening quote; returns the address behind the closing one. */
export function skipString(p: usize, end: usize): usize {
  while (true) {
    const stop = stopsAt(p);
    if (stop == 0) {
      p += 16;
      if (p >= end) return fault(FAULT_TRUNCATED, end);
      continue;
    }
    p += ctz(stop);
    if (p >= end) return fault(FAULT_TRUNCATED, end);
    const c = load<u8>(p);
    if (c == 0x22) return p + 1;
    if (c != 0x5c) return fault(c == 0x0a ? FAULT_TRUNCATED : FAULT_CONTROL, p);
    p = skipEscape(p, end);
    if (p == 0) return 0;
  }
}

/** Set at every escape in a string. */
export let hasEscape: bool = false;

export function clearEscape(): void {
  hasEscape = false;
}

/** `p` is at a backslash; returns the address behind the escape. */
function skipEscape(p: usize, end: usize): usize {
  hasEscape = true;
  const c = load<u8>(p, 1);
  if (c == 0x75) {
    for (let i: usize = 2; i < 6; i++) {
      const h = load<u8>(p + i) | 0x20;
      if (!((h >= 0x30 && h <= 0x39) || (h >= 0x61 && h <= 0x66))) return fault(FAULT_ESCAPE, p);
      if (load<u8>(p + i) < 0x30) return fault(FAULT_ESCAPE, p);
    }
    return p + 6 <= end ? p + 6 : fault(FAULT_TRUNCATED, end);
  }
  // " \ / b f n r t
  if (c == 0x22 || c == 0x5c || c == 0x2f || c == 0x62 || c == 0x66 || c == 0x6e || c == 0x72 || c == 0x74) return p + 2;
  return fault(FAULT_ESCAPE, p);
}

// @ts-ignore: decorator
@inline
function isDigit(c: u8): bool {
  return <u8>(c - 0x30) < 10;
}

/** `p` is at the first character of a number; returns the address behind it and sets `kind`. */
export function skipNumber(p: usize): usize {
  const start = p;
  const isNegative = load<u8>(p) == 0x2d;
  if (isNegative) p++;
  const digitsStart = p;
  if (load<u8>(p) == 0x30) {
    p++;
    if (isDigit(load<u8>(p))) return fault(FAULT_NUMBER, start);
  } else {
    while (isDigit(load<u8>(p))) p++;
    if (p == digitsStart) return fault(FAULT_NUMBER, start);
  }
  const c = load<u8>(p);
  if (c != 0x2e && (c | 0x20) != 0x65) {
    kind = integerKind(digitsStart, p, isNegative);
    return p;
  }
  return skipFraction(p, start, digitsStart);
}

/**
 * The address behind a number such as `200` or `1852.66` of up to 15 characters and followed by a comma or a brace, 0 for any
 * other, which may be a number too. `c`, a digit, is its first character.
 */
// @ts-ignore: decorator
@inline
export function skipShortNumber(p: usize, c: u8): usize {
  const v = v128.load(p);
  const others = ~i8x16.bitmask(i8x16.lt_u(i8x16.sub(v, i8x16.splat(0x30)), i8x16.splat(10)));
  let length = ctz(others);
  if (length >= 15 || (c == 0x30 && length > 1)) return 0;
  if (load<u8>(p + length) == 0x2e) {
    const fraction = ctz(others & ~((2 << length) - 1));
    if (fraction >= 16 || fraction == length + 1) return 0;
    length = fraction;
  }
  const behind = load<u8>(p + length);
  return behind == 0x2c || behind == 0x7d ? p + length : 0;
}

/** INTEGER when the digits fit 64 bits signed; "-0" is a double, whose sign an integer would lose. */
function integerKind(digits: usize, end: usize, isNegative: bool): u32 {
  const length = end - digits;
  if (length < 19) {
    if (!isNegative || load<u8>(digits) != 0x30) return INTEGER;
    isBent = true;
    hasMinusZero = true;
    return DOUBLE;
  }
  if (length > 19) return BIG_NUMBER;
  let value: u64 = 0;
  for (let q = digits; q < end; q++) value = value * 10 + <u64>(load<u8>(q) - 0x30);
  return value <= (isNegative ? 9223372036854775808 : 9223372036854775807) ? INTEGER : BIG_NUMBER;
}

function skipFraction(p: usize, start: usize, digits: usize): usize {
  let significant: u32 = 0;
  for (let q = digits; q < p; q++) if (significant > 0 || load<u8>(q) != 0x30) significant++;
  if (load<u8>(p) == 0x2e) {
    const from = ++p;
    for (let c = load<u8>(p); isDigit(c); c = load<u8>(++p)) if (significant > 0 || c != 0x30) significant++;
    if (p == from) return fault(FAULT_NUMBER, start);
  }
  // A Parquet dictionary takes the zeros of both signs for one.
  kind = significant <= 17 && (significant > 0 || digits == start) ? DOUBLE : BIG_NUMBER;
  if (significant > 17) isBent = true;
  if ((load<u8>(p) | 0x20) != 0x65) return p;
  p++;
  const sign = load<u8>(p);
  if (sign == 0x2b || sign == 0x2d) p++;
  const from = p;
  let exponent: u32 = 0;
  for (let c = load<u8>(p); isDigit(c); c = load<u8>(++p)) exponent = min<u32>(exponent * 10 + (c - 0x30), 100000);
  if (p == from) return fault(FAULT_NUMBER, start);
  if (exponent + (<u32>(from - digits)) > 300) {
    kind = BIG_NUMBER;
    isBent = true;
  }
  return p;
}

/** `p` is at the first character of any value; returns the address behind it and sets `kind`. */
export function skipValue(p: usize, end: usize, depth: u32): usize {
  const c = load<u8>(p);
  if (c == 0x22) {
    kind = STRING;
    return skipShortString(p + 1, end);
  }
  if (isDigit(c) || c == 0x2d) return skipNumber(p);
  if (c == 0x7b) return skipObject(p + 1, end, depth + 1);
  if (c == 0x5b) return skipArray(p + 1, end, depth + 1);
  return skipWord(p, end, c);
}

function skipWord(p: usize, end: usize, c: u8): usize {
  const word = load<u32>(p);
  if (c == 0x74 && word == 0x65757274) {
    kind = BOOLEAN;
    return p + 4;
  }
  if (c == 0x66 && load<u32>(p + 1) == 0x65736c61) {
    kind = BOOLEAN;
    return p + 5;
  }
  if (c == 0x6e && word == 0x6c6c756e) {
    kind = NULL;
    return p + 4;
  }
  return fault(p >= end || c == 0x0a ? FAULT_TRUNCATED : FAULT_MALFORMED, p);
}

function skipObject(p: usize, end: usize, depth: u32): usize {
  if (depth > DEPTH_MAX) return fault(FAULT_DEPTH, p);
  p = skipSpace(p);
  if (load<u8>(p) == 0x7d) {
    kind = OBJECT;
    return p + 1;
  }
  while (true) {
    if (load<u8>(p) != 0x22) return fault(p >= end ? FAULT_TRUNCATED : FAULT_MALFORMED, p);
    p = skipShortString(p + 1, end);
    if (p == 0) return 0;
    p = skipSpace(p);
    if (load<u8>(p) != 0x3a) return fault(p >= end ? FAULT_TRUNCATED : FAULT_MALFORMED, p);
    p = skipValue(skipSpace(p + 1), end, depth);
    if (p == 0) return 0;
    p = skipSpace(p);
    const c = load<u8>(p);
    if (c == 0x2c) {
      p = skipSpace(p + 1);
      continue;
    }
    if (c != 0x7d) return fault(p >= end ? FAULT_TRUNCATED : FAULT_MALFORMED, p);
    kind = OBJECT;
    return p + 1;
  }
}

function skipArray(p: usize, end: usize, depth: u32): usize {
  if (depth > DEPTH_MAX) return fault(FAULT_DEPTH, p);
  p = skipSpace(p);
  if (load<u8>(p) == 0x5d) {
    kind = ARRAY;
    return p + 1;
  }
  while (true) {
    p = skipValue(p, end, depth);
    if (p == 0) return 0;
    p = skipSpace(p);
    const c = load<u8>(p);
    if (c == 0x2c) {
      p = skipSpace(p + 1);
      continue;
    }
    if (c != 0x5d) return fault(p >= end ? FAULT_TRUNCATED : FAULT_MALFORMED, p);
    kind = ARRAY;
    return p + 1;
  }
}
