/** How long a window is: a fixed time, or days, weeks, months and years by the calendar of a time zone. */
import { tryDuration } from "../../../base/duration.js";
import { failure } from "../../../base/errors/index.js";
import { momentOf, wallTime } from "../../../base/time/zone.js";
import type { WindowSpan } from "../aggregates/aggregate.js";

/** Cuts time into spans that touch and do not overlap. */
export interface Length {
  /** As it was written. */
  readonly text: string;
  /** Undefined when it depends on the calendar. */
  readonly fixedMs: number | undefined;
  /** About. */
  readonly nearMs: number;
  /** The span that a moment is in. */
  spanOf(timeMs: number): WindowSpan;
}

const DAY_MS = 86_400_000;
/** The first Monday of the epoch: weeks begin on Mondays. */
const MONDAY = 4;

/** Reads `1m`, `10s`, `1h`, `1d`, `1w`, `1mo`, `1y`. Throws usage.bad-value naming `what`. */
export function readLength(text: string, zone: string, what: string): Length {
  const calendar = /^\s*(\d+)\s*(d|days?|w|weeks?|mo|months?|y|years?)\s*$/i.exec(text);
  const count = Number(calendar?.[1]);
  if (calendar !== null && count >= 1 && count <= 10_000)
    return calendarLength(text.trim(), count, calendar[2]!.toLowerCase(), zone);
  const ms = tryDuration(text);
  if (typeof ms === "number" && Number.isInteger(ms) && ms >= 1) return fixedLength(text.trim(), ms, zone);
  const reason = typeof ms === "number" ? "a window is at least 1ms long, in whole milliseconds" : ms.reason;
  throw failure("usage.bad-value", {
    option: what,
    value: text,
    reason,
    hint: "write it like 10s, 1m, 1h, 1d, 1w or 1mo",
  });
}

function calendarLength(text: string, count: number, unit: string, zone: string): Length {
  if (unit.startsWith("mo")) return monthsLength(text, count, zone);
  if (unit.startsWith("y")) return monthsLength(text, 12 * count, zone);
  const isWeeks = unit.startsWith("w");
  const days = isWeeks ? 7 * count : count;
  if (isUtc(zone)) return evenLength(text, days * DAY_MS, isWeeks ? MONDAY * DAY_MS : 0);
  const first = isWeeks ? MONDAY : 0;
  return cached({
    text,
    fixedMs: undefined,
    nearMs: days * DAY_MS,
    spanOf: (timeMs) => {
      const { year, month, day } = wallTime(timeMs, zone);
      const start = Math.floor((dayNumber(year, month, day) - first) / days) * days + first;
      return { startMs: midnight(start, zone), endMs: midnight(start + days, zone) };
    },
  });
}

function monthsLength(text: string, count: number, zone: string): Length {
  const moment = (months: number) =>
    momentOf(
      {
        year: 1970 + Math.floor(months / 12),
        month: (((months % 12) + 12) % 12) + 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
      },
      zone,
    );
  return cached({
    text,
    fixedMs: undefined,
    nearMs: count * 30 * DAY_MS,
    spanOf: (timeMs) => {
      const { year, month } = wallTime(timeMs, zone);
      const start = Math.floor(((year - 1970) * 12 + month - 1) / count) * count;
      return { startMs: moment(start), endMs: moment(start + count) };
    },
  });
}

/** Lengths that divide a day are counted from midnight in the zone, the last of a day ending with it. */
function fixedLength(text: string, ms: number, zone: string): Length {
  if (isUtc(zone) || DAY_MS % ms !== 0 || ms === DAY_MS) return evenLength(text, ms, 0);
  const day = calendarLength("1d", 1, "d", zone);
  return {
    text,
    fixedMs: ms,
    nearMs: ms,
    spanOf: (timeMs) => {
      const { startMs: from, endMs: to } = day.spanOf(timeMs);
      const startMs = from + Math.floor((timeMs - from) / ms) * ms;
      return { startMs, endMs: Math.min(startMs + ms, to) };
    },
  };
}

/** Counted from the epoch. */
function evenLength(text: string, ms: number, offsetMs: number): Length {
  return {
    text,
    fixedMs: ms,
    nearMs: ms,
    spanOf: (timeMs) => {
      const startMs = Math.floor((timeMs - offsetMs) / ms) * ms + offsetMs;
      return { startMs, endMs: startMs + ms };
    },
  };
}

/** Neighbouring events mostly are in the same span. */
function cached(length: Length): Length {
  let last: WindowSpan = { startMs: 0, endMs: 0 };
  return {
    ...length,
    spanOf: (timeMs) => {
      if (timeMs < last.startMs || timeMs >= last.endMs) last = length.spanOf(timeMs);
      return last;
    },
  };
}

function isUtc(zone: string): boolean {
  return /^(utc|gmt|z|[+-]00:?00)$/i.test(zone);
}

/** Days since 1970-01-01 of a date. */
function dayNumber(year: number, month: number, day: number): number {
  return Math.floor(new Date(0).setUTCFullYear(year, month - 1, day) / DAY_MS);
}

function midnight(day: number, zone: string): number {
  const date = new Date(day * DAY_MS);
  return momentOf(
    {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: 0,
      minute: 0,
      second: 0,
    },
    zone,
  );
}
