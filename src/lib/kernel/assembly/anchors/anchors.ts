// Enter here: where in a block something to redact could begin.
// Finds the places in a block where something that may have to be redacted can begin: one pass, 64 bytes a step. What
// is there is for the host to say; here only the shape is looked at.
//
// The table, written by the host: eight lookups of sixteen bytes (by low and high half of a byte, for each of the first four bytes
// of a literal; a bit a bucket of literals, the upper two for those that only count where a word begins), then a filter of 65,536
// bits by a hash of four bytes, then a hash table of the literals' first three bytes, 12 bytes a slot:
//
//   [three bytes, lower case, bit 24 set: in use][group][which fourth bytes, a bit each by their low five bits]
//
// The result, 12 bytes a place: [address][kind | group << 8][address of the first byte of the JSON string it is in; 0: in none]
import { gapAt, isCardGap, isEncoded, isIban, isIpv4, isUuid } from "./anchor-shapes";
import { digits, equal, gaps, highBytes, isDigit, isHex, isLetter, isWordByte, letters, maskOf } from "./bytes64";

const SLOTS: u32 = 1024;
const SLOT_BYTES: u32 = 12;
const PLACE_BYTES: usize = 12;
const LOOKUP_BYTES: usize = 128;
const FILTER_BYTES: usize = 8192;
/** At most this many places come from one byte, so from 64 bytes at most 64 times it. */
const PLACES_A_BYTE: usize = 3;
const table: usize = memory.data(128 + 8192 + 1024 * 12, 16);

const LITERAL: u32 = 0;
const AT: u32 = 1;
const NUMBER: u32 = 2;
const IPV4: u32 = 3;
const IPV6: u32 = 4;
const IBAN: u32 = 5;
const UUID: u32 = 6;
const STRING: u32 = 7;
const ESCAPE: u32 = 8;
const ENCODING: u32 = 9;

const IS_JSON: u32 = 1;
const LITERALS: u32 = 2;
const ATS: u32 = 4;
const NUMBERS: u32 = 8;
const IPV4S: u32 = 16;
const IPV6S: u32 = 32;
const IBANS: u32 = 64;
const UUIDS: u32 = 128;
const STRINGS: u32 = 256;
const ENCODINGS: u32 = 512;

/** The last of 64 bytes: what follows it is not in view. */
const LAST: u64 = 0x8000000000000000;

let inString: u64 = 0;
let isNextEscaped: u64 = 0;
let stringStart: usize = 0;
let escapedString: usize = 0;
let encodedString: usize = 0;
let previousInside: u64 = 0;
/** Where a row of groups of digits ends that is too short for anything. */
let shortEnd: usize = 0;
let output: usize = 0;

export function anchorsTableAt(): usize { return table; }
export function anchorsEnd(): usize { return output; }

export function anchorsStart(): void {
  inString = 0;
  isNextEscaped = 0;
  stringStart = 0;
  escapedString = 0;
  encodedString = 0;
  previousInside = 0;
  shortEnd = 0;
}

// @ts-ignore: decorator
@inline
function isMark(v: v128): v128 {
  return v128.or(i8x16.eq(v, i8x16.splat(0x40)), i8x16.eq(v128.and(v, i8x16.splat(-4)), i8x16.splat(0x24)));
}

/** "@"; "%" and "&", with "$" and "'" beside them, which takeMark sends away. */
// @ts-ignore: decorator
@inline
function marksAt(p: usize): u64 {
  return maskOf(isMark(v128.load(p)), isMark(v128.load(p, 16)), isMark(v128.load(p, 32)), isMark(v128.load(p, 48)));
}

// @ts-ignore: decorator
@inline
function lookUp(v: v128, at: usize): v128 {
  return v128.and(
    i8x16.swizzle(v128.load(at), v128.and(v, i8x16.splat(0x0f))), i8x16.swizzle(v128.load(at, 16), i8x16.shr_u(v, 4)),
  );
}

/** For each of sixteen bytes, the buckets that have a literal whose first four bytes have the halves of these. */
// @ts-ignore: decorator
@inline
function bucketsOf(p: usize): v128 {
  return v128.and(
    v128.and(lookUp(v128.load(p), table), lookUp(v128.load(p, 1), table + 32)),
    v128.and(lookUp(v128.load(p, 2), table + 64), lookUp(v128.load(p, 3), table + 96)),
  );
}

// @ts-ignore: decorator
@inline
function has(v: v128, bits: i8): v128 { return i8x16.ne(v128.and(v, i8x16.splat(bits)), i8x16.splat(0)); }

/** `starts`: where words begin. */
// @ts-ignore: decorator
@inline
function literalsAt(p: usize, starts: u64): u64 {
  const a = bucketsOf(p);
  const b = bucketsOf(p + 16);
  const c = bucketsOf(p + 32);
  const d = bucketsOf(p + 48);
  const any = v128.or(v128.or(a, b), v128.or(c, d));
  if (!v128.any_true(any)) return 0;
  const everywhere = maskOf(has(a, 0x3f), has(b, 0x3f), has(c, 0x3f), has(d, 0x3f));
  let rough = everywhere | (maskOf(has(a, -64), has(b, -64), has(c, -64), has(d, -64)) & starts);
  // Without a branch that depends on the text: most of what comes this far is sent away here.
  let sure: u64 = 0;
  while (rough != 0) {
    const n = ctz(rough);
    rough &= rough - 1;
    const hash = ((load<u32>(p + <usize>n) | 0x20202020) * 0x9e3779b1) >>> 16;
    sure |= <u64>((load<u8>(table + LOOKUP_BYTES + (hash >>> 3)) >>> <u8>(hash & 7)) & 1) << n;
  }
  return sure;
}

/** Which bytes are inside a JSON string, its opening quote included; keeps the state for the next 64. */
function stringsOf(p: usize, quotes: u64, backslashes: u64): u64 {
  let escaped: u64 = isNextEscaped;
  if (backslashes != 0) {
    // Every second backslash of a run escapes what follows (Langdale and Lemire 2019, section 3.1.1).
    const even: u64 = 0x5555555555555555;
    backslashes &= ~isNextEscaped;
    const follows = (backslashes << 1) | isNextEscaped;
    const oddStarts = backslashes & ~even & ~follows;
    const sum = oddStarts + backslashes;
    isNextEscaped = sum < oddStarts ? 1 : 0;
    escaped = (even ^ (sum << 1)) & follows;
  } else isNextEscaped = 0;
  quotes &= ~escaped;
  let mask = quotes;
  mask ^= mask << 1;
  mask ^= mask << 2;
  mask ^= mask << 4;
  mask ^= mask << 8;
  mask ^= mask << 16;
  mask ^= mask << 32;
  mask ^= inString;
  inString = <u64>(<i64>mask >> 63);
  return mask;
}

/**
 * The first digits of rows of groups that may be long enough: nine digits, a point three times, or a "+" before them. At `at`
 * words begin (or are behind a character beyond ASCII: the host says which are of words). A row that goes on in the next 64 bytes
 * is taken; takeNumber looks closer at each.
 */
// @ts-ignore: decorator
@inline
function longRows(p: usize, numerals: u64, at: u64, lines: u64): u64 {
  let starts = numerals & at;
  if (starts == 0) return 0;
  const rows = numerals | gaps(p);
  const pluses = equal(p, 0x2b);
  const cardGaps = lines | pluses;
  const plus = (pluses << 1) | (load<u8>(p - 1) == 0x2b ? 1 : 0);
  let long = starts & plus;
  starts &= ~plus;
  while (starts != 0) {
    const n = ctz(starts);
    starts &= starts - 1;
    const length = ctz(~(rows >> n));
    const isCut = n + length >= 64;
    const digits = popcnt((numerals >> n) & (((<u64>1) << (length & 63)) - 1));
    const isFour = ((numerals >> n) & 31) == 15 && ((cardGaps >> n) & 16) != 0;
    const isLong = isCut | (digits > 8) | (length - digits > 2) | isFour;
    long |= <u64>isLong << n;
  }
  return long;
}

/** Reads [p, end), writes places at `out`, at most `room` bytes. Returns where it stopped: `end`, or where to go on. */
export function anchors(p: usize, end: usize, out: usize, room: usize, wanted: u32): usize {
  output = out;
  const full = out + room - 64 * PLACES_A_BYTE * PLACE_BYTES;
  while (p < end && output <= full) {
    let all: u64 = ~(<u64>0);
    if (end - p < 64) all = ((<u64>1) << (end - p)) - 1;
    let inside: u64 = all;
    let opens: u64 = 0;
    let backslashes: u64 = 0;
    if (wanted & IS_JSON) {
      const quotes = equal(p, 0x22) & all;
      backslashes = equal(p, 0x5c) & all;
      inside = stringsOf(p, quotes, backslashes) & all;
      // An escaped quote is inside, and so is the byte before it; an opening one follows a byte outside.
      opens = quotes & inside & ~((inside << 1) | previousInside);
      previousInside = inside >> 63;
    }
    const marks = wanted & (ATS | ENCODINGS) ? marksAt(p) & inside : 0;
    const letter = letters(p);
    const numerals = digits(p);
    const high = highBytes(p);
    const lines = equal(p, 0x5f);
    const words = letter | numerals | high | lines;
    const behindWord = (words << 1) | (isWordByte(load<u8>(p - 1)) ? 1 : 0);
    const literals = wanted & LITERALS ? literalsAt(p, ~behindWord) & inside : 0;
    const colons = wanted & IPV6S ? equal(p, 0x3a) & inside & ~opens : 0;
    const dashes = wanted & UUIDS ? equal(p, 0x2d) & inside : 0;
    let starts: u64 = 0;
    let accounts: u64 = 0;
    if (numerals != 0) {
      const behindHigh = (high << 1) | (load<u8>(p - 1) >= 0x80 ? 1 : 0);
      if (wanted & (NUMBERS | IPV4S)) starts = longRows(p, numerals, all & (~behindWord | behindHigh), lines);
      if (wanted & IBANS) {
        // At the seam the bytes before are looked at by isIban.
        accounts = numerals & ((numerals >> 1) | LAST) & inside & (((letter << 1) & (letter << 2) & ~((words & ~high) << 3)) | 3);
      }
    }
    const strings = wanted & STRINGS ? opens : 0;
    const escapes = wanted & ENCODINGS && !(wanted & IS_JSON) ? equal(p, 0x5c) & all : 0;
    let rest = marks | literals | colons | dashes | starts | accounts | backslashes | strings | escapes;
    while (rest != 0) {
      const n = ctz(rest);
      const bit: u64 = (<u64>1) << n;
      rest &= rest - 1;
      const at = p + <usize>n;
      const before = opens & (bit | (bit - 1));
      const start: usize = inside & bit ? (before != 0 ? p + 64 - <usize>clz(before) : stringStart) : 0;
      if (starts & bit) takeNumber(at, start, wanted);
      if (accounts & bit && isIban(at)) put(at - 2, IBAN, start);
      if (literals & bit) takeLiteral(at, start);
      if ((marks | escapes) & bit) takeMark(at, start, wanted);
      if (colons & bit) takeColon(at, start);
      if (dashes & bit && isUuid(at)) put(at - 8, UUID, start);
      if (strings & bit) put(at + 1, STRING, at + 1);
      if (backslashes & bit && start != escapedString) {
        escapedString = start;
        put(at, ESCAPE, start);
      }
    }
    if (opens != 0) stringStart = p + 64 - <usize>clz(opens);
    p += 64;
  }
  return p < end ? p : end;
}

// @ts-ignore: decorator
@inline
function put(at: usize, kind: u32, start: usize): void {
  store<u32>(output, <u32>at);
  store<u32>(output, kind, 4);
  store<u32>(output, <u32>start, 8);
  output += PLACE_BYTES;
}

// @ts-ignore: decorator
@inline
function takeLiteral(at: usize, start: usize): void {
  const word = load<u32>(at) | 0x20202020;
  const key = (word & 0xffffff) | 0x01000000;
  let slot = (key * 0x9e3779b1) >>> 22;
  while (true) {
    const entry = table + LOOKUP_BYTES + FILTER_BYTES + slot * SLOT_BYTES;
    const have = load<u32>(entry);
    if (have == 0) return;
    if (have == key) {
      if ((load<u32>(entry, 8) >>> ((word >>> 24) & 31)) & 1) put(at, LITERAL | (load<u32>(entry, 4) << 8), start);
      return;
    }
    slot = (slot + 1) & (SLOTS - 1);
  }
}

/** `at` is at the first digit of a run that begins a word. */
function takeNumber(at: usize, start: usize, wanted: u32): void {
  const before = load<u8>(at - 1);
  let p = at + 1;
  while (isDigit(load<u8>(p)) && p - at < 40) p++;
  const c = load<u8>(p);
  const length = p - at;
  const isPlus = before == 0x2b;
  if (length == 4 && wanted & NUMBERS && isCardGap(c)) {
    if (start != 0 || !(wanted & IS_JSON)) put(at, NUMBER, start);
    return;
  }
  if (length < 9 && !isPlus && gapAt(p) == 0) return;
  if (isLetter(c) || c == 0x5f) return;
  if (before == 0x2e && isDigit(load<u8>(at - 2))) return;
  if (wanted & IPV4S && c == 0x2e && length <= 3 && isIpv4(p)) {
    put(at, IPV4, start);
    return;
  }
  if (!(wanted & NUMBERS) || at < shortEnd) return;
  const first = load<u8>(at);
  let count = length;
  let gaps: u32 = 0;
  while (p - at < 40) {
    let gap: usize = 0;
    let marks: u32 = 0;
    for (let one = gapAt(p); one != 0 && marks < 4; one = gapAt(p + gap)) {
      gap += one;
      marks++;
    }
    if (gap == 0 || marks == 4 || !isDigit(load<u8>(p + gap))) break;
    p += gap;
    gaps++;
    while (isDigit(load<u8>(p)) && p - at < 40) {
      p++;
      count++;
    }
  }
  // No part of a row of groups has more digits than the row.
  if (count < 9) shortEnd = p;
  const mayBeCard = length >= 12 && length <= 19 && first >= 0x32 && first <= 0x36;
  if (gaps == 0) {
    if (length == 9 || mayBeCard) put(at, NUMBER, start);
    else if (start != 0 || !(wanted & IS_JSON)) {
      if ((isPlus && length >= 7) || (first == 0x30 && length >= 9 && (length <= 12 || (length <= 17 && load<u8>(at, 1) == 0x30)))) put(at, NUMBER, start);
    }
  } else if (count >= 9 || (isPlus && count >= 6)) {
    // A number of JSON has one gap at most: its point.
    if (start != 0 || !(wanted & IS_JSON) || mayBeCard) put(at, NUMBER, start);
  }
}

/** "@" between words; or what may be encoded: in JSON once a string, in text each one, for the host to find the line. */
function takeMark(at: usize, start: usize, wanted: u32): void {
  if (load<u8>(at) == 0x40) {
    if (wanted & ATS && isWordByte(load<u8>(at - 1)) && isWordByte(load<u8>(at, 1))) put(at, AT, start);
  } else if (wanted & ENCODINGS && (start == 0 || start != encodedString) && isEncoded(at)) {
    encodedString = start;
    put(at, ENCODING, start);
  }
}

/** The first colon of what may be an IPv6 address. */
function takeColon(at: usize, start: usize): void {
  let from = at;
  while (at - from < 5 && isHex(load<u8>(from - 1))) from--;
  const before = load<u8>(from - 1);
  if (at - from > 4 || isWordByte(before) || before == 0x3a) return;
  if (from == at && load<u8>(at, 1) != 0x3a) return;
  let colons: u32 = 1;
  let isShort = load<u8>(at, 1) == 0x3a;
  let p = at + 1;
  for (; p - from < 46; p++) {
    const c = load<u8>(p);
    if (c == 0x3a) {
      colons++;
      if (load<u8>(p, 1) == 0x3a) isShort = true;
    } else if (!isHex(c) && c != 0x2e) break;
  }
  if (isShort || colons >= 6) put(from, IPV6, start);
}
