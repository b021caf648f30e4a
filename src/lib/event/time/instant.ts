/** Times of events as numbers, for what compares and groups by time. */
import { isDate, timeOf, utcMs } from "../../base/time/read-time.js";
import type { Rows } from "../rows/rows.js";
import type { TimeReading } from "./names.js";
import { timeOfJson } from "./read.js";

/**
 * Milliseconds since the epoch, with a fraction, of the time in a field, as `timeOfJson` reads it. NaN when there is
 * none. Float64 holds times of this century to a quarter of a microsecond; none is rounded up to the next millisecond.
 */
export function timeMs(rows: Rows, field: number, row: number, reading: TimeReading = "time"): number {
  const start = rows.start(field, row);
  if (start !== 0 && rows.bytes[start] === 0x22) {
    const ms = utcMsAt(rows.bytes, start + 1, rows.end(field, row) - 1);
    if (!Number.isNaN(ms)) return ms;
  }
  const raw = rows.raw(field, row);
  return raw === undefined ? Number.NaN : msOf(timeOfJson(raw, reading));
}

/**
 * The instant read last: whole milliseconds since the epoch and the nanoseconds beyond them, 0 to 999,999. Read at
 * once.
 */
export const instant = { ms: Number.NaN, ns: 0 };

/** As `timeMs`, into `instant`, exact to the nanosecond. False when there is none; `instant.ms` is then NaN. */
export function readInstant(rows: Rows, field: number, row: number, reading: TimeReading = "time"): boolean {
  const start = rows.start(field, row);
  if (start !== 0 && rows.bytes[start] === 0x22 && instantAt(rows.bytes, start + 1, rows.end(field, row) - 1))
    return true;
  const raw = rows.raw(field, row);
  return setInstant(raw === undefined ? undefined : timeOfJson(raw, reading));
}

/** `instant` of RFC 3339 text in UTC. */
export function setInstant(iso: string | undefined): boolean {
  const bytes = Buffer.from(iso ?? "", "latin1");
  return instantAt(bytes, 0, bytes.length);
}

function instantAt(bytes: Buffer, start: number, end: number): boolean {
  instant.ns = 0;
  instant.ms = wholeSecondMs(bytes, start, end);
  if (end - start === 20 || Number.isNaN(instant.ms)) return !Number.isNaN(instant.ms);
  let nanoseconds = 0;
  for (let at = start + 20; at < start + 29; at++) {
    const digit = at < end - 1 ? bytes[at]! - 0x30 : 0;
    nanoseconds = digit >= 0 && digit <= 9 ? nanoseconds * 10 + digit : Number.NaN;
  }
  if (bytes[start + 19] !== 0x2e || end - start === 21 || end - start > 30) nanoseconds = Number.NaN;
  instant.ms += Math.floor(nanoseconds / 1e6);
  instant.ns = nanoseconds % 1e6;
  return !Number.isNaN(instant.ms);
}

/** Milliseconds since the epoch of text as `timeOf` reads it. NaN when it is no time. */
export function textMs(text: string): number {
  return msOf(timeOf(text));
}

/** Of RFC 3339 text in UTC. */
export function msOf(iso: string | undefined): number {
  if (iso === undefined) return Number.NaN;
  const bytes = Buffer.from(iso, "latin1");
  return utcMsAt(bytes, 0, bytes.length);
}

let dayKey = -1;
let dayStartMs = 0;

/** Milliseconds of `2026-11-21T10:00:00Z`, with or without a fraction; NaN for any other text. */
function utcMsAt(bytes: Buffer, start: number, end: number): number {
  const whole = wholeSecondMs(bytes, start, end);
  if (end - start === 20 || Number.isNaN(whole)) return whole;
  if (bytes[start + 19] !== 0x2e) return Number.NaN;
  return withFraction(whole, fractionMs(bytes, start + 20, end - 1));
}

/** The sum, never rounded up to the next millisecond, which may be in another window. */
function withFraction(whole: number, fraction: number): number {
  const ms = whole + fraction;
  const next = whole + Math.floor(fraction) + 1;
  return ms < next ? ms : next - 2 ** (Math.floor(Math.log2(Math.abs(next))) - 52);
}

/** Of `2026-11-21T10:00:00` and whatever follows up to a `Z`. */
function wholeSecondMs(bytes: Buffer, start: number, end: number): number {
  if (end - start < 20 || bytes[end - 1] !== 0x5a || bytes[start + 10] !== 0x54) return Number.NaN;
  if (bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d) return Number.NaN;
  if (bytes[start + 13] !== 0x3a || bytes[start + 16] !== 0x3a) return Number.NaN;
  const year = two(bytes, start) * 100 + two(bytes, start + 2);
  const key = year * 10_000 + two(bytes, start + 5) * 100 + two(bytes, start + 8);
  if (key !== dayKey) {
    const [month, day] = [two(bytes, start + 5), two(bytes, start + 8)];
    if (!isDate(year, month, day)) return Number.NaN;
    dayKey = key;
    dayStartMs = utcMs(year, month, day, 0, 0, 0);
  }
  const hour = two(bytes, start + 11);
  const minute = two(bytes, start + 14);
  const second = two(bytes, start + 17);
  if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
  return dayStartMs + hour * 3_600_000 + minute * 60_000 + second * 1000;
}

/** Milliseconds of the digits behind a decimal point, NaN when there are none, too many or something else. */
function fractionMs(bytes: Buffer, start: number, end: number): number {
  if (end === start || end - start > 15) return Number.NaN;
  let digits = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    digits = digits * 10 + digit;
  }
  return digits / 10 ** (end - start - 3);
}

/** The two digits at `at`, NaN when there are none. */
function two(bytes: Buffer, at: number): number {
  const tens = bytes[at]! - 0x30;
  const ones = bytes[at + 1]! - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
