/**
 * What is usual for a time of the day or the week: one mean for each hour, learned from visit to visit. A visit counts
 * as one, however many values it brings, so that an anomaly of an hour does not become what is usual for that hour.
 */

export interface ProfileSpan {
  readonly slots: number;
}
export const DAY: ProfileSpan = { slots: 24 };
/** Hours of the week, from Thursday 00:00 UTC on (as 1970 began). */
export const WEEK: ProfileSpan = { slots: 168 };

const HOUR_MS = 3_600_000;
/** Weight of the newest visit, once there are as many. */
const NEWEST = 0.2;

/** Numbers of memory: `[hour since 1970 + 1, sum, count of the visit that is on; mean, visits of each slot ...]`. */
export function profileSize({ slots }: ProfileSpan): number {
  return 3 + 2 * slots;
}

/**
 * The mean of the visits before this one at the same hour; NaN when there were fewer than `visitsMin`, or for no time.
 */
export function usualAt(
  memory: Float64Array,
  at: number,
  { slots }: ProfileSpan,
  timeMs: number,
  visitsMin: number,
): number {
  if (Number.isNaN(timeMs)) return Number.NaN;
  const slot = at + 3 + 2 * slotOf(Math.floor(timeMs / HOUR_MS), slots);
  return memory[slot + 1]! >= visitsMin ? memory[slot]! : Number.NaN;
}

/** Takes in a value. To be called before `usualAt` of the same time: it ends the visit before. */
export function learn(
  memory: Float64Array,
  at: number,
  { slots }: ProfileSpan,
  timeMs: number,
  value: number,
): void {
  if (Number.isNaN(timeMs)) return;
  const hour = Math.floor(timeMs / HOUR_MS);
  if (memory[at] !== hour + 1) {
    if (memory[at + 2]! > 0) endVisit(memory, at, slots);
    memory[at] = hour + 1;
    memory[at + 1] = 0;
    memory[at + 2] = 0;
  }
  memory[at + 1]! += value;
  memory[at + 2]!++;
}

function endVisit(memory: Float64Array, at: number, slots: number): void {
  const slot = at + 3 + 2 * slotOf(memory[at]! - 1, slots);
  const visits = ++memory[slot + 1]!;
  memory[slot]! += (memory[at + 1]! / memory[at + 2]! - memory[slot]!) * (visits === 1 ? 1 : NEWEST);
}

function slotOf(hour: number, slots: number): number {
  return ((hour % slots) + slots) % slots;
}
