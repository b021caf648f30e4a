// RFC 3339 date-times in memory: are they valid, and what moment are they.

/** Nanoseconds since the epoch of the time read last; beyond 1677..2262 it saturates. */
export let epochNs: i64 = 0;
/** Whether its fraction has non-zero digits beyond microseconds. */
export let hasNanoseconds: bool = false;

// @ts-ignore: decorator
@inline
function two(p: usize): u32 {
  const a = <u32>load<u8>(p) - 0x30;
  const b = <u32>load<u8>(p, 1) - 0x30;
  return a < 10 && b < 10 ? a * 10 + b : 1000;
}

let cachedDate0: u64 = 0;
let cachedDate1: u16 = 0;
let cachedDays: i64 = 0;

/** Reads `YYYY-MM-DDTHH:MM:SS[.f...](Z|+hh:mm)` from [p, end); false when the text is anything else. */
export function readRfc3339(p: usize, end: usize): bool {
  if (end - p < 20) return false;
  if (!readDate(p)) return false;
  const separator = load<u8>(p, 10) | 0x20;
  if (separator != 0x74 || load<u8>(p, 13) != 0x3a || load<u8>(p, 16) != 0x3a) return false;
  const hour = two(p + 11);
  const minute = two(p + 14);
  const second = two(p + 17);
  if (hour > 23 || minute > 59 || second > 59) return false;
  let q = p + 19;
  let fraction: i64 = 0;
  hasNanoseconds = false;
  if (load<u8>(q) == 0x2e) {
    const from = ++q;
    let scale: i64 = 100000000;
    for (let c = load<u8>(q); <u8>(c - 0x30) < 10; c = load<u8>(++q)) {
      fraction += <i64>(c - 0x30) * scale;
      scale /= 10;
    }
    if (q == from || q - from > 9) return false;
    hasNanoseconds = fraction % 1000 != 0;
  }
  const offset = zoneOffset(q, end);
  if (offset == NO_ZONE) return false;
  const seconds = cachedDays * 86400 + <i64>(hour * 3600 + minute * 60 + second) - <i64>offset;
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) return false;
  if (seconds > 9223372035) epochNs = i64.MAX_VALUE;
  else if (seconds < -9223372035) epochNs = i64.MIN_VALUE;
  else epochNs = seconds * 1000000000 + fraction;
  return true;
}

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: other engines read no dates before and after. */
const FIRST_SECOND: i64 = -62135596800;
const LAST_SECOND: i64 = 253402300799;
const NO_ZONE: i32 = i32.MAX_VALUE;

/** Seconds east of UTC, when the text from `q` to `end` is exactly a zone. */
function zoneOffset(q: usize, end: usize): i32 {
  const c = load<u8>(q);
  if ((c | 0x20) == 0x7a) return q + 1 == end ? 0 : NO_ZONE;
  if ((c != 0x2b && c != 0x2d) || q + 6 != end || load<u8>(q, 3) != 0x3a) return NO_ZONE;
  const hours = two(q + 1);
  const minutes = two(q + 4);
  if (hours > 23 || minutes > 59) return NO_ZONE;
  const seconds = <i32>(hours * 3600 + minutes * 60);
  return c == 0x2d ? -seconds : seconds;
}

function readDate(p: usize): bool {
  const first = load<u64>(p);
  const rest = load<u16>(p, 8);
  if (first == cachedDate0 && rest == cachedDate1) return true;
  if (load<u8>(p, 4) != 0x2d || load<u8>(p, 7) != 0x2d) return false;
  const century = two(p);
  const years = two(p + 2);
  const month = two(p + 5);
  const day = two(p + 8);
  if (century > 99 || years > 99 || month < 1 || month > 12 || day < 1) return false;
  const year = century * 100 + years;
  if (day > daysInMonth(year, month)) return false;
  cachedDays = daysFromCivil(<i32>year, month, day);
  cachedDate0 = first;
  cachedDate1 = rest;
  return true;
}

export function daysInMonth(year: u32, month: u32): u32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
export function daysFromCivil(year: i32, month: u32, day: u32): i64 {
  const y = <i64>year - (month <= 2 ? 1 : 0);
  const era = (y >= 0 ? y : y - 399) / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = <i64>((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1);
  return era * 146097 + (yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear) - 719468;
}
