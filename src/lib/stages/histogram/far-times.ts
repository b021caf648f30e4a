/** Which times are not those of the others: Go's zero time of year 1, a clock that was set to 9999. */
import type { GroupCounts } from "./count-grid.js";

/** Without an event for so long, what is before and after it does not belong together: a hundred years. */
const GAP_MS = 100 * 365.25 * 86_400_000;

/** Intervals as a grid has them, by where they begin, rising. */
type Intervals = readonly (readonly [number, ReadonlyMap<number, GroupCounts>])[];

/** The intervals outside of the part that most events are in (the last of two that are alike), and their events. */
export function farTimes(intervals: Intervals): {
  readonly starts: readonly number[];
  readonly events: number;
} {
  const parts: { starts: number[]; events: number }[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [start, row] of intervals) {
    if (start - last > GAP_MS) parts.push({ starts: [], events: 0 });
    const part = parts.at(-1)!;
    part.starts.push(start);
    part.events += eventsOf(row);
    last = start;
  }
  const most = Math.max(...parts.map(({ events }) => events));
  const kept = parts.findLast(({ events }) => events === most);
  const others = parts.filter((part) => part !== kept);
  return {
    starts: others.flatMap(({ starts }) => starts),
    events: others.reduce((sum, { events }) => sum + events, 0),
  };
}

function eventsOf(row: ReadonlyMap<number, GroupCounts>): number {
  let events = 0;
  for (const counts of row.values()) for (const count of counts) events += count ?? 0;
  return events;
}
