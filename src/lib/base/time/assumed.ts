/**
 * What readers of times assume where a text does not say it: the zone, the year. One assumption a thread, set by
 * whoever reads a block before it does so (`assuming`); readers far below look here. What was assumed is noted, a bit
 * each.
 */
import { momentOf, zoneOffsetMs } from "./zone.js";

/** The order of the numbers of a date: month, day and year. */
export type DateOrder = "mdy" | "dmy" | "ymd";

export interface Assumed {
  /** IANA name, offset or "local" of times without a zone; absent: UTC, which is noted as a guess. */
  readonly zone?: string | undefined;
  /** The year of dates without one. Absent: by `latestMs`. */
  readonly year?: number | undefined;
  /** Dates without a year are at most a day after this moment: when the file was last written. Absent: now. */
  readonly latestMs?: number | undefined;
  /**
   * Of dates of three numbers that could be read in several orders. Absent: by what stands between them
   * (scan/date-order.ts).
   */
  readonly dateOrder?: DateOrder | undefined;
  /** About now, within the hour, where dates without a year are read in any field. */
  readonly nowMs?: number | undefined;
}

/** What the texts did not say, and what was read one way though it could be read another: bits. */
export const Guess = {
  /** No zone: taken as UTC. */
  zone: 1,
  /** No year: that of the file, or of now. */
  year: 2,
  /** A zone by letters of several meanings, or unknown ones: the time was not read. */
  unreadZone: 4,
  /** The level is a number, read as one of these. */
  syslogLevel: 8,
  pinoLevel: 16,
  monologLevel: 32,
  /** Day and month could be the other way round. */
  dateOrder: 64,
} as const;

const NOTHING: Assumed = {};
let assumed: Assumed = NOTHING;
let guesses = 0;
/** Grows whenever other things are assumed: what readers remember of texts is of no use then. */
export let assumption = 0;

/** Runs `read`, in which times are read by `given`. */
export function assuming<T>(given: Assumed, read: () => T): T {
  const before = assumed;
  assume(given);
  try {
    return read();
  } finally {
    assume(before);
  }
}

function assume(given: Assumed): void {
  if (given === assumed) return;
  assumed = given;
  assumption++;
  lastQuarter = Number.NaN;
}

/** What is assumed now. */
export function assumedNow(): Assumed {
  return assumed;
}

export function noteGuess(bits: number): void {
  guesses |= bits;
}

type ReadText = (text: string, nowMs: number) => unknown;

/** Whether a zone that is not known is what makes a text no time: `read` reads it once more. */
export function isOfUnreadZone(read: ReadText, text: string, nowMs: number): boolean {
  const before = takeGuesses();
  read(text, nowMs);
  const isUnread = (guesses & Guess.unreadZone) !== 0;
  guesses |= before;
  return isUnread;
}

export function hasGuesses(): boolean {
  return guesses !== 0;
}

/** The bits noted since the last call. */
export function takeGuesses(): number {
  const taken = guesses;
  guesses = 0;
  return taken;
}

let lastQuarter = Number.NaN;
/** The offset in all of the last quarter of an hour; NaN where clocks are set within it. */
let lastMinutes = 0;

/**
 * Minutes east of UTC of clocks that show this and name no zone. Of a time shown twice (clocks set back) the first is
 * meant; one never shown (clocks set forward) is as far after the jump as it says. Worked out once in a quarter of an
 * hour, but for those in which clocks are set: some zones did at a minute past the hour.
 */
export function assumedMinutes(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
): number {
  const { zone } = assumed;
  if (zone === undefined) {
    guesses |= Guess.zone;
    return 0;
  }
  const minutesAt = (minute: number) =>
    Math.round(offsetMsAt({ year, month, day, hour, minute, second: 0 }, zone) / 60_000);
  const quarter = Math.floor(((((year * 13 + month) * 32 + day) * 25 + hour) * 60 + minute) / 15);
  if (quarter !== lastQuarter) {
    const first = minute - (minute % 15);
    const minutes = minutesAt(first);
    lastMinutes = minutes === minutesAt(first + 14) ? minutes : Number.NaN;
    lastQuarter = quarter;
  }
  return Number.isNaN(lastMinutes) ? minutesAt(minute) : lastMinutes;
}

function offsetMsAt(wall: Parameters<typeof momentOf>[0], zone: string): number {
  const utc = new Date(0);
  utc.setUTCFullYear(wall.year, wall.month - 1, wall.day);
  return utc.setUTCHours(wall.hour, wall.minute, 0, 0) - momentOf(wall, zone);
}

const offsetsByZone = new Map<string, readonly number[]>();

/** The offsets that the assumed zone has in a year, in minutes; none without one. */
export function ownOffsets(): readonly number[] {
  const { zone } = assumed;
  if (zone === undefined) return [];
  let offsets = offsetsByZone.get(zone);
  if (offsets === undefined) {
    const months = [0, 3, 6, 9].map((month) => Date.UTC(2025, month, 1));
    offsets = [...new Set(months.map((ms) => Math.round(zoneOffsetMs(ms, zone) / 60_000)))];
    offsetsByZone.set(zone, offsets);
  }
  return offsets;
}
