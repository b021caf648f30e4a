/** An event this much older than the newest is a clock set back, not a straggler. */
const STRAGGLER_MS = 3_600_000;

/**
 * The time of a stream of events after one more: it goes forward with the events. Stragglers and events without a time leave it
 * as it is. An event far in the future moves it, but the next one of the present moves it back: one wrong clock stops nothing.
 */
export function clockAfter(clockMs: number, timeMs: number): number {
  if (Number.isNaN(timeMs)) return clockMs;
  return timeMs >= clockMs || timeMs < clockMs - STRAGGLER_MS || Number.isNaN(clockMs) ? timeMs : clockMs;
}
