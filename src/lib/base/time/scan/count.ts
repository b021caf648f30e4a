/** Moments as counts: seconds and their parts since 1970, TAI64N, seconds since a machine started. */
import { epochTime } from "../iso.js";
import { decimalAt, digitsAt, isDigitCode, isWordCode } from "./chars.js";

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
  const digits = digitsAt(line, at, 16);
  // Nineteen are in a line an id (of Twitter, Discord and their like) as likely as nanoseconds.
  if (digits !== 10 && digits !== 13 && digits !== 16) return undefined;
  const second = decimalAt(line, at, 10);
  if (second < EARLIEST_S || second * 1000 > nowMs + 400 * DAY_MS) return undefined;
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

/** Digits alone could be any number: they are a time at the start of a line, or in brackets there. */
function standsAlone(line: string, at: number, end: number): boolean {
  const next = line.charCodeAt(end);
  if (at === 0)
    return (
      next === 32 || next === 9 || end === line.length || (next === 58 && line.charCodeAt(end + 1) === 32)
    );
  return at === 1 && line.charCodeAt(0) === 91 && next === 93;
}

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
