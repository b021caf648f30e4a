/** Places on a time axis: round steps, and where they begin by the clocks of a zone. */
import { wallTime, zoneOffsetMs } from "../base/time/zone.js";

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000] as const;

const NICE_STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY),
];

/** The shortest round step, in milliseconds, of at least `leastMs` that is a multiple of `unitMs`. */
export function niceStepMs(leastMs: number, unitMs = 1): number {
  const found = NICE_STEPS_MS.find((step) => step >= leastMs && step % unitMs === 0);
  if (found !== undefined) return found;
  const unit = unitMs > 28 * DAY || (28 * DAY) % unitMs !== 0 ? unitMs : 28 * DAY;
  return Math.max(Math.ceil(leastMs / unit), 1) * unit;
}

/** Where the step that a moment is in begins. Steps of hours count from midnight in the zone, weeks from Monday. */
export function stepStart(ms: number, stepMs: number, zone: string): number {
  const offset = zoneOffsetMs(ms, zone);
  if (stepMs <= HOUR) {
    const shift = offset % stepMs;
    return Math.floor((ms + shift) / stepMs) * stepMs - shift;
  }
  const phase = stepMs % (7 * DAY) === 0 ? 4 * DAY : 0;
  const local = Math.floor((ms + offset - phase) / stepMs) * stepMs + phase;
  return momentOfLocal(local, zone);
}

/** Where the step after the one that begins at `startMs` begins. */
export function nextStart(startMs: number, stepMs: number, zone: string): number {
  if (stepMs <= HOUR) return startMs + stepMs;
  const next = stepStart(startMs + stepMs + stepMs / 4, stepMs, zone);
  if (next > startMs) return next;
  // The hour that comes twice is in a step of two or three.
  return Math.max(stepStart(startMs + stepMs + HOUR + stepMs / 4, stepMs, zone), startMs + HOUR);
}

/** All places from that of the first moment to that of the last. */
export function stepStarts(firstMs: number, lastMs: number, stepMs: number, zone: string): number[] {
  const starts: number[] = [];
  for (let ms = stepStart(firstMs, stepMs, zone); ms <= lastMs; ms = nextStart(ms, stepMs, zone))
    starts.push(ms);
  return starts;
}

function momentOfLocal(localMs: number, zone: string): number {
  const guess = localMs - zoneOffsetMs(localMs, zone);
  return localMs - zoneOffsetMs(guess, zone);
}

/** `90m` as `1h30m`, `1.5s`: as people say how long a place is. */
export function stepText(stepMs: number): string {
  const units = [
    ["d", DAY],
    ["h", HOUR],
    ["m", MINUTE],
    ["s", SECOND],
    ["ms", 1],
  ] as const;
  for (const [name, unit] of units)
    if (stepMs >= unit && (stepMs * 10) % unit === 0) return `${stepMs / unit}${name}`;
  return `${stepMs}ms`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** What to write at a tick: as much of the time as a step of that length can tell. */
export function tickText(ms: number, stepMs: number, zone: string): string {
  const { year, month, day, hour, minute, second } = wallTime(ms, zone);
  const isMidnight = hour === 0 && minute === 0 && second === 0;
  if (stepMs >= 365 * DAY) return `${year}`;
  if (stepMs >= DAY || (isMidnight && stepMs >= MINUTE))
    return month === 1 && day === 1 ? `${year}` : `${MONTHS[month - 1]} ${day}`;
  const clock = `${pad(hour)}:${pad(minute)}`;
  if (stepMs >= MINUTE) return clock;
  if (stepMs >= SECOND) return `${clock}:${pad(second)}`;
  return `${pad(minute)}:${pad(second)}.${String(((ms % SECOND) + SECOND) % SECOND).padStart(3, "0")}`;
}

/** `2026-11-22 10:05`, with seconds where the step is shorter than a minute, without a clock where it is a day. */
export function momentText(ms: number, stepMs: number, zone: string): string {
  const { year, month, day, hour, minute, second } = wallTime(ms, zone);
  const date = `${String(year).padStart(4, "0")}-${pad(month)}-${pad(day)}`;
  if (stepMs >= DAY && hour === 0 && minute === 0) return date;
  const clock = `${pad(hour)}:${pad(minute)}`;
  return stepMs >= MINUTE && second === 0 ? `${date} ${clock}` : `${date} ${clock}:${pad(second)}`;
}

/** What a zone is called: `local` by its own name. */
export function zoneText(zone: string): string {
  return zone === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;
}

function pad(n: number): string {
  return String(n).padStart(2, "0");
}
