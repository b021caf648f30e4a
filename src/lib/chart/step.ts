/** How long the places of a time axis are, by the clocks of a zone: a day of 23 or 25 hours is a day. */
import { zoneOffsetMs } from "../base/time/zone.js";
import { type ChartColumn, cellTimeMs } from "./rows.js";
import { stepStart } from "./time-steps.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The length, in milliseconds, that most of the windows have; undefined: they do not say. */
export function windowStepMs(starts: ChartColumn, ends: ChartColumn, zone: string): number | undefined {
  const counts = new Map<number, number>();
  let last: unknown;
  for (const [row, start] of starts.values.entries()) {
    // Rows of one window follow each other.
    if (start === last) continue;
    last = start;
    const length = lengthMs(cellTimeMs(start), cellTimeMs(ends.values[row] ?? null), zone);
    if (length > 0) counts.set(length, (counts.get(length) ?? 0) + 1);
  }
  let step: number | undefined;
  for (const [length, count] of counts) {
    const most = step === undefined ? 0 : counts.get(step)!;
    if (count > most || (count === most && length < step!)) step = length;
  }
  return step;
}

/** The step at which `times`, which rise, stand; Infinity when there is but one. */
export function stepBetween(times: readonly number[], zone: string): number {
  const passed = times.slice(1).map((ms, n) => ms - times[n]!);
  const least = passed.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (times.length < 2 || least <= HOUR) return least;
  const byClock = times.slice(1).map((ms, n) => lengthMs(times[n]!, ms, zone));
  const clock = byClock.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const isExact = (lengths: readonly number[], step: number) => lengths.every((ms) => ms % step === 0);
  const isByClock = isExact(byClock, clock) && (clock % DAY === 0 || !isExact(passed, least));
  return isByClock ? clock : least;
}

/** Whether all stand where a step of the zone begins, so that the places between them are known. */
export function areAtSteps(times: readonly number[], stepMs: number, zone: string): boolean {
  return stepMs > HOUR && times.every((ms) => stepStart(ms, stepMs, zone) === ms);
}

/** What passes on the clocks of the zone; of an hour and less, what passes. */
function lengthMs(from: number, to: number, zone: string): number {
  const passed = to - from;
  if (!(passed > HOUR)) return passed;
  const set = zoneOffsetMs(to, zone) - zoneOffsetMs(from, zone);
  // A zone that changes the side of the date line leaves out a day.
  return Math.abs(set) > 12 * HOUR ? passed : passed + set;
}
