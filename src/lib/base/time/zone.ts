/** Time zones: an IANA name, `UTC`, or an offset like `+02:00`. The rules come from Node's own ICU data. */
import { failure } from "../errors/index.js";
import { utcMs } from "./parts.js";

/**
 * A date and time as clocks on the wall show it. Months from 1. Parts beyond their range carry over: day 0 is the day
 * before the 1st.
 */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Throws usage.bad-value naming `what` (`--tz`) unless `zone` is one. Returns it. */
export function parseZone(zone: string, what: string): string {
  try {
    zoneOffsetMs(0, zone);
    return zone;
  } catch {
    const hint = "write it like Europe/Berlin, UTC, +02:00 or local";
    throw failure("usage.bad-value", { option: what, value: zone, reason: "not a known time zone", hint });
  }
}

/** Whether there is a zone of that name. */
export function isZone(zone: string): boolean {
  try {
    zoneOffsetMs(0, zone);
    return true;
  } catch {
    return false;
  }
}

/** How far clocks in `zone` are ahead of UTC at a moment, in milliseconds. Throws RangeError for an unknown zone. */
export function zoneOffsetMs(ms: number, zone: string): number {
  const fixed = fixedOffsetMs(zone);
  if (fixed !== undefined) return fixed;
  return knownOffsets(zone)(ms);
}

/**
 * By zone, how its clocks are ahead at a moment: what the rules say costs some 15 us, and neighbouring times share an
 * hour.
 */
function knownOffsets(zone: string): (ms: number) => number {
  let known = byZone.get(zone);
  if (known === undefined) {
    known = offsetsOf(zone);
    // What cannot be known throws here.
    known(0);
    if (byZone.size >= ZONES_MAX) byZone.clear();
    byZone.set(zone, known);
  }
  return known;
}

const byZone = new Map<string, (ms: number) => number>();
const ZONES_MAX = 256;
const HOUR_MS = 3_600_000;
const HOURS_MAX = 4096;

function offsetsOf(zone: string): (ms: number) => number {
  const byHour = new Map<number, number>();
  let lastHour = Number.NaN;
  let last = 0;
  return (ms) => {
    const hour = Math.floor(ms / HOUR_MS);
    if (hour === lastHour) return last;
    const found = byHour.get(hour);
    if (found !== undefined) {
      lastHour = hour;
      last = found;
      return found;
    }
    const start = ruledOffsetMs(hour * HOUR_MS, zone);
    // Within the hour the clocks are set: each second by itself.
    if (start !== ruledOffsetMs((hour + 1) * HOUR_MS - 1000, zone)) return ruledOffsetMs(ms, zone);
    if (byHour.size >= HOURS_MAX) byHour.clear();
    byHour.set(hour, start);
    lastHour = hour;
    last = start;
    return start;
  };
}

function ruledOffsetMs(ms: number, zone: string): number {
  const seconds = Math.floor(ms / 1000);
  if (zone === "local") {
    // Cheaper than a format of Intl, whose first use takes 12 ms.
    const here = new Date(seconds * 1000);
    return (
      utcMs(
        here.getFullYear(),
        here.getMonth() + 1,
        here.getDate(),
        here.getHours(),
        here.getMinutes(),
        here.getSeconds(),
      ) -
      seconds * 1000
    );
  }
  const { year, month, day, hour, minute, second } = partsIn(zone, seconds * 1000);
  return utcMs(year, month, day, hour, minute, second) - seconds * 1000;
}

/** What clocks in `zone` show at a moment. */
export function wallTime(ms: number, zone: string): WallTime {
  const shifted = new Date(ms + zoneOffsetMs(ms, zone));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
  };
}

/**
 * The moment, in milliseconds since the epoch, at which clocks in `zone` show `wall`. Of a time shown twice (clocks set
 * back) the first; for a time never shown (clocks set forward) the moment as far after the jump as it says.
 */
export function momentOf(wall: WallTime, zone: string): number {
  const { year, month, day, hour, minute, second } = wall;
  const asUtc = utcMs(year, month, day, hour, minute, second);
  const before = zoneOffsetMs(asUtc - 86_400_000, zone);
  const after = zoneOffsetMs(asUtc + 86_400_000, zone);
  const candidates = [asUtc - before, asUtc - after].filter((ms) => ms + zoneOffsetMs(ms, zone) === asUtc);
  return candidates.length > 0 ? Math.min(...candidates) : asUtc - before;
}

function fixedOffsetMs(zone: string): number | undefined {
  if (byZone.has(zone)) return undefined;
  if (/^(utc|gmt|z)$/i.test(zone)) return 0;
  const match = /^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$/.exec(zone);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === "-" ? -minutes : minutes) * 60_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsIn(zone: string, ms: number): WallTime {
  let format = formats.get(zone);
  if (format === undefined) {
    const two = "2-digit";
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const year = Number(parts["year"]);
  return {
    year: parts["era"]?.startsWith("B") ? 1 - year : year,
    month: Number(parts["month"]),
    day: Number(parts["day"]),
    hour: Number(parts["hour"]),
    minute: Number(parts["minute"]),
    second: Number(parts["second"]),
  };
}
