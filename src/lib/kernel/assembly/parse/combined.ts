// Enter here: access logs and well-known names of JSON events.
// Apache/nginx combined and common lines to NDJSON, for lines without anything odd:
//
//   client - user [10/Oct/2000:13:55:36 -0700] "METHOD path HTTP/x.y" status bytes "referer" "user agent"
//
// No escapes, quotes or control characters inside the fields, ident "-", nothing behind. At the first other line it stops,
// and the host reads that line with src/lib/format/access/combined.ts, whose result for the lines read here is the same.
import { writeCivil } from "./civil";
import { daysFromCivil, daysInMonth } from "./time";

let input: usize = 0;
let output: usize = 0;
/** 0xff when bytes over 0x7f may be copied (the block is UTF-8), else such a byte stops a line. */
let highBytes: v128 = i8x16.splat(0);

const keys = memory.data<u8>([
  0x7b, 0x22, 0x74, 0x69, 0x6d, 0x65, 0x73, 0x74, 0x61, 0x6d, 0x70, 0x22, 0x3a, 0x22, 0, 0, // {"timestamp":"
  0x22, 0x2c, 0x22, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74, 0x5f, 0x69, 0x70, 0x22, 0x3a, 0x22, 0, // ","client_ip":"
  0x22, 0x2c, 0x22, 0x75, 0x73, 0x65, 0x72, 0x22, 0x3a, 0x22, 0, 0, 0, 0, 0, 0, // ","user":"
  0x22, 0x2c, 0x22, 0x6d, 0x65, 0x74, 0x68, 0x6f, 0x64, 0x22, 0x3a, 0x22, 0, 0, 0, 0, // ","method":"
  0x22, 0x2c, 0x22, 0x70, 0x61, 0x74, 0x68, 0x22, 0x3a, 0x22, 0, 0, 0, 0, 0, 0, // ","path":"
  0x22, 0x2c, 0x22, 0x70, 0x72, 0x6f, 0x74, 0x6f, 0x63, 0x6f, 0x6c, 0x22, 0x3a, 0x22, 0, 0, // ","protocol":"
  0x22, 0x2c, 0x22, 0x73, 0x74, 0x61, 0x74, 0x75, 0x73, 0x22, 0x3a, 0, 0, 0, 0, 0, // ","status":
  0x2c, 0x22, 0x62, 0x79, 0x74, 0x65, 0x73, 0x22, 0x3a, 0, 0, 0, 0, 0, 0, 0, // ,"bytes":
  0x2c, 0x22, 0x72, 0x65, 0x66, 0x65, 0x72, 0x65, 0x72, 0x22, 0x3a, 0x22, 0, 0, 0, 0, // ,"referer":"
  0x2c, 0x22, 0x75, 0x73, 0x65, 0x72, 0x5f, 0x61, 0x67, 0x65, 0x6e, 0x74, 0x22, 0x3a, 0x22, 0, // ,"user_agent":"
]);

/** The time read last: 26 bytes as in the log, 20 bytes as in the event. */
const timeRead = memory.data(32, 16);
const timeWritten = memory.data(32, 16);
/** What ends an event: `}` and a newline, or labels before them. */
const suffix = memory.data(1024, 16);
let suffixLength: u32 = 2;
export function combinedSuffixAt(): usize { return suffix; }
export function setCombinedSuffix(length: u32): void { suffixLength = length; }

/** Where reading stopped: `end`, or the first line that is not read here. */
export function combinedStopped(): usize { return input; }

/**
 * Reads lines from [p, end), writes events at `out`. Returns the end of the output. Room needed: four times the input.
 * `isUtf8`: whether the whole block is. `isCommon`: lines end behind the bytes.
 */
export function combined(p: usize, end: usize, out: usize, isUtf8: bool, isCommon: bool): usize {
  highBytes = isUtf8 ? i8x16.splat(0) : i8x16.splat(-128);
  input = p;
  output = out;
  while (input < end) {
    const line = input;
    const before = output;
    if (!readLine(isCommon)) {
      input = line;
      output = before;
      return output;
    }
  }
  return output;
}

// @ts-ignore: decorator
@inline
function key(n: usize, length: usize): void {
  v128.store(output, v128.load(keys + (n << 4)));
  output += length;
}

/** Copies up to the first `stop`, and leaves `input` there; false when something odd comes before it. */
// @ts-ignore: decorator
@inline
function copyTo(stop: u8): bool {
  while (true) {
    const v = v128.load(input);
    v128.store(output, v);
    const odd = v128.or(
      v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x5c))),
      v128.or(i8x16.lt_u(v, i8x16.splat(0x20)), v128.and(v, highBytes)),
    );
    const mask = i8x16.bitmask(v128.or(odd, i8x16.eq(v, i8x16.splat(stop))));
    // v & 0x80 has its top bit set exactly where the byte is high: bitmask takes the top bits
    if (mask == 0) {
      input += 16;
      output += 16;
      continue;
    }
    const n = ctz(mask);
    input += n;
    output += n;
    return load<u8>(input) == stop;
  }
}

// @ts-ignore: decorator
@inline
function expect(c: u8): bool {
  if (load<u8>(input) != c) return false;
  input++;
  return true;
}

// @ts-ignore: decorator
@inline
function isDigit(c: u8): bool {
  return <u8>(c - 0x30) < 10;
}

function readLine(isCommon: bool): bool {
  const clientAt = input;
  let p = input;
  // A list of addresses is not read here.
  while (load<u8>(p) > 0x2c && load<u8>(p) < 0x7f && load<u8>(p) != 0x5c) p++;
  const clientLength = p - clientAt;
  if (clientLength < 2 || clientLength > 64) return false;
  if (load<u8>(p) != 0x20 || load<u16>(p, 1) != 0x202d) return false;
  const userAt = p + 3;
  // The TypeScript parser takes the first "[" behind a blank for the time.
  if (load<u8>(userAt) == 0x5b) return false;
  p = userAt;
  while (load<u8>(p) > 0x20 && load<u8>(p) < 0x7f && load<u8>(p) != 0x22 && load<u8>(p) != 0x5c) p++;
  const userLength = p - userAt;
  if (userLength == 0 || load<u16>(p) != 0x5b20) return false;
  if (!readTime(p + 2) || load<u8>(p, 28) != 0x5d || load<u16>(p, 29) != 0x2220) return false;
  key(0, 14);
  v128.store(output, v128.load(timeWritten));
  v128.store(output, v128.load(timeWritten + 4), 4);
  output += 20;
  key(1, 15);
  input = clientAt;
  if (!copyTo(0x20)) return false;
  if (!(userLength == 1 && load<u8>(userAt) == 0x2d)) {
    key(2, 10);
    input = userAt;
    if (!copyTo(0x20)) return false;
  }
  input = p + 31;
  if (!readRequest() || !readNumbers()) return false;
  return isCommon ? endLine() : readQuoted();
}

/** `METHOD path HTTP/1.1" ` */
function readRequest(): bool {
  const method = input;
  while (<u8>(load<u8>(input) - 0x41) < 26) input++;
  if (input == method || load<u8>(input) != 0x20) return false;
  input = method;
  key(3, 12);
  if (!copyTo(0x20)) return false;
  input++;
  const path = input;
  key(4, 10);
  if (!copyTo(0x20) || input == path) return false;
  input++;
  if (load<u32>(input) != 0x50545448 || load<u8>(input, 4) != 0x2f || !isDigit(load<u8>(input, 5))) return false;
  let p = input + 5;
  while (isDigit(load<u8>(p)) || load<u8>(p) == 0x2e) p++;
  if (load<u16>(p) != 0x2022) return false;
  key(5, 14);
  if (!copyTo(0x22)) return false;
  input += 2;
  return true;
}

/** `200 1234`, up to the character behind. */
function readNumbers(): bool {
  if (!isDigit(load<u8>(input)) || load<u8>(input) == 0x30) return false;
  if (!isDigit(load<u8>(input, 1)) || !isDigit(load<u8>(input, 2)) || load<u8>(input, 3) != 0x20) return false;
  key(6, 11);
  store<u32>(output, load<u32>(input));
  output += 3;
  input += 4;
  if (load<u8>(input) == 0x2d) {
    input++;
    return true;
  }
  const start = input;
  while (isDigit(load<u8>(input))) input++;
  const length = input - start;
  if (length == 0 || length > 15 || (length > 1 && load<u8>(start) == 0x30)) return false;
  key(7, 9);
  v128.store(output, v128.load(start));
  output += length;
  return true;
}

/** ` "referer" "user agent"`, either of them "-" or empty: then absent; and ` "-"` behind. */
function readQuoted(): bool {
  if (!expect(0x20) || !expect(0x22)) return false;
  if (!readOptional(8, 12) || !expect(0x20) || !expect(0x22)) return false;
  if (!readOptional(9, 15)) return false;
  // ` "-"`: nobody forwarded it, as nginx's format `main` says behind each line.
  if (load<u32>(input) == 0x222d2220) input += 4;
  return endLine();
}

// @ts-ignore: decorator
@inline
function readOptional(n: usize, length: usize): bool {
  const start = input;
  const before = output;
  key(n, length);
  if (!copyTo(0x22)) return false;
  if (input == start || (input == start + 1 && load<u8>(start) == 0x2d)) {
    output = before;
  } else {
    store<u8>(output, 0x22);
    output++;
  }
  input++;
  return true;
}

// @ts-ignore: decorator
@inline
function endLine(): bool {
  if (load<u8>(input) != 0x0a) return false;
  input++;
  if (suffixLength == 2) {
    store<u16>(output, 0x0a7d);
    output += 2;
  } else {
    memory.copy(output, suffix, suffixLength);
    output += suffixLength;
  }
  return true;
}

/** `10/Oct/2000:13:55:36 -0700` at `p` into `timeWritten`. */
function readTime(p: usize): bool {
  if (
    load<u64>(p) == load<u64>(timeRead) && load<u64>(p, 8) == load<u64>(timeRead, 8) &&
    load<u64>(p, 16) == load<u64>(timeRead, 16) && load<u16>(p, 24) == load<u16>(timeRead, 24)
  ) return true;
  const day = two(p);
  const month = monthOf(load<u32>(p, 3) & 0xffffff);
  const year = two(p + 7) * 100 + two(p + 9);
  const hour = two(p + 12);
  const minute = two(p + 15);
  const second = two(p + 18);
  const zoneHours = two(p + 22);
  const zoneMinutes = two(p + 24);
  const sign = load<u8>(p, 21);
  if (load<u8>(p, 2) != 0x2f || load<u8>(p, 6) != 0x2f || load<u8>(p, 11) != 0x3a || load<u8>(p, 14) != 0x3a) return false;
  if (load<u8>(p, 17) != 0x3a || load<u8>(p, 20) != 0x20 || (sign != 0x2b && sign != 0x2d)) return false;
  if (month == 0 || year < 1000 || year > 9998 || day < 1 || day > daysInMonth(year, month)) return false;
  if (hour > 23 || minute > 59 || second > 59 || zoneHours > 14 || zoneMinutes > 59) return false;
  const offset = <i64>(zoneHours * 3600 + zoneMinutes * 60) * (sign == 0x2d ? 1 : -1);
  writeCivil(timeWritten, daysFromCivil(<i32>year, month, day) * 86400 + <i64>(hour * 3600 + minute * 60 + second) + offset);
  memory.copy(timeRead, p, 26);
  return true;
}

/** Two digits; 1000 when they are none, which every range check refuses. */
function two(p: usize): u32 {
  const a = <u32>load<u8>(p) - 0x30;
  const b = <u32>load<u8>(p, 1) - 0x30;
  return a < 10 && b < 10 ? a * 10 + b : 1000;
}

/** 1..12 of a three-letter English month as little-endian text; 0 for anything else. */
function monthOf(text: u32): u32 {
  if (text == 0x6e614a) return 1;
  if (text == 0x626546) return 2;
  if (text == 0x72614d) return 3;
  if (text == 0x727041) return 4;
  if (text == 0x79614d) return 5;
  if (text == 0x6e754a) return 6;
  if (text == 0x6c754a) return 7;
  if (text == 0x677541) return 8;
  if (text == 0x706553) return 9;
  if (text == 0x74634f) return 10;
  if (text == 0x766f4e) return 11;
  if (text == 0x636544) return 12;
  return 0;
}
