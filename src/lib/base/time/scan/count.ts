/** Moments as counts: seconds and their parts since 1970, TAI64N, seconds since a machine started. */
import { epochTime } from "../iso.js";
import { decimalAt, digitsAt, isBlankCode, isDigitCode, isWordCode } from "./chars.js";
import { ANY_LEVEL, LEVEL_BEHIND } from "./level-behind.js";

const DOT = 46;
const DAY_MS = 86_400_000;
/** 2000-01-01: digits that say less are some other number. */
const EARLIEST_S = 946_684_800;

export interface FoundCount {
  readonly end: number;
  readonly timestamp: string | undefined;
}

/** The count since 1970, or TAI64N label, that begins at `at`: see `timeAt`. */
export function countAt(line: string, at: number, nowMs: number): FoundCount | undefined {
  if (line.charCodeAt(at) === 64) return tai64n(line, at);
  const digits = digitsAt(line, at, 19);
  if (!isCount(line, at, digits, nowMs)) return undefined;
  let end = at + digits;
  if (line.charCodeAt(end) === DOT && isDigitCode(line.charCodeAt(end + 1)) && digits === 10) {
    const fraction = digitsAt(line, end + 1, 9);
    if (fraction > 9) return undefined;
    end += 1 + fraction;
    const next = line.charCodeAt(end);
    if (isWordCode(next) || next === 45 || next === DOT) return undefined;
  } else if (!standsAlone(line, at, end)) return undefined;
  return { end, timestamp: timeOfCount(line, at, end) };
}

/**
 * The moment that the digits from `start` to `end` count to, where their number is that of a count since 1970 and it
 * lies between the year 2000 and a year from now. For places where the line says that it is a time.
 */
export function countBetween(line: string, start: number, end: number, nowMs: number): string | undefined {
  const digits = digitsAt(line, start, 19);
  return start + digits === end && isCount(line, start, digits, nowMs)
    ? timeOfCount(line, start, end)
    : undefined;
}

/** Whether so many digits are seconds, milliseconds, microseconds or nanoseconds of these years. */
function isCount(line: string, at: number, digits: number, nowMs: number): boolean {
  if (digits !== 10 && digits !== 13 && digits !== 16 && digits !== NANO_DIGITS) return false;
  const second = decimalAt(line, at, 10);
  return second >= EARLIEST_S && second * 1000 <= nowMs + 400 * DAY_MS;
}

const NANO_DIGITS = 19;

let lastSecond = "";
let lastTime = "";

/** As `epochTime`, of ten digits and more: neighbouring lines mostly share the second. */
function timeOfCount(line: string, at: number, end: number): string {
  if (lastSecond === "" || !line.startsWith(lastSecond, at)) {
    lastSecond = line.slice(at, at + 10);
    lastTime = epochTime(lastSecond, "s")!.slice(0, 19);
  }
  if (end === at + 10) return `${lastTime}Z`;
  const isPointed = line.charCodeAt(at + 10) === DOT;
  const fraction = line.slice(isPointed ? at + 11 : at + 10, Math.min(end, at + (isPointed ? 20 : 19)));
  return `${lastTime}.${fraction}Z`;
}

/**
 * Digits alone could be any number: they are a time at the start of a line, or in brackets there. Nineteen are an id
 * (of Twitter, Discord and their like) as likely as nanoseconds, and digits before a mark are a cell of any table: then
 * a level must be next.
 */
function standsAlone(line: string, at: number, end: number): boolean {
  const next = line.charCodeAt(end);
  const isBracketed = at === 1 && line.charCodeAt(0) === 91 && next === 93;
  if (at !== 0 && !isBracketed) return false;
  if (end - at < NANO_DIGITS) {
    if (isBracketed || isBlankCode(next) || end === line.length) return true;
    if (next === 58 && line.charCodeAt(end + 1) === 32) return true;
  }
  if (isWordCode(next)) return false;
  LEVEL_NEXT.lastIndex = isBracketed ? end + 1 : end;
  return LEVEL_NEXT.test(line);
}

const LEVEL_NEXT = new RegExp(
  `(?=[ \\t:,;|[])(?:${LEVEL_BEHIND}|[ \\t](?:level|lvl|severity)="?${ANY_LEVEL})`,
  "y",
);

const TAI64N = /@4[0-9a-f]{23}(?![0-9A-Za-z_])/y;
/** What clocks without leap seconds are behind TAI as daemontools and runit write it. */
const TAI_AHEAD_S = 10;

/**
 * TAI64N of daemontools and runit: `@4000000069203a2b1c9c3b2c`, 2^62 and ten seconds more than since 1970, then
 * nanoseconds.
 */
function tai64n(line: string, at: number): FoundCount | undefined {
  TAI64N.lastIndex = at;
  if (!TAI64N.test(line)) return undefined;
  const second = Number.parseInt(line.slice(at + 2, at + 17), 16) - TAI_AHEAD_S;
  const nanos = Number.parseInt(line.slice(at + 17, at + 25), 16);
  if (second < 0 || nanos > 999_999_999) return undefined;
  return { end: at + 25, timestamp: epochTime(`${second}.${String(nanos).padStart(9, "0")}`, "s") };
}

/** The seconds since a machine started, as the kernel writes them: `[   12.345678]`, `[12.345678][ T1]`. */
export function uptimeAt(
  line: string,
  at: number,
): { readonly end: number; readonly seconds: string } | undefined {
  UPTIME.lastIndex = at;
  const match = UPTIME.exec(line);
  return match === null ? undefined : { end: UPTIME.lastIndex, seconds: match[1]! };
}

const UPTIME = /\[ {0,11}(\d{1,9}\.\d{6})\]/y;
