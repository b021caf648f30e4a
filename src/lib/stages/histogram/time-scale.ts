/** Intervals of time that grow when there are too many: as asked for, or as long as the range of events needs. */
import { niceStepMs, stepStart } from "../../chart/time-steps.js";

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000] as const;

/** Each divides the next, and every round step that is so much longer. */
const FINE_STEPS_MS = [
  1,
  10,
  100,
  SECOND,
  5 * SECOND,
  15 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  DAY,
];

/** So many intervals fit a chart of 80 cells. */
const INTERVALS_MOST = 70;

export class TimeScale {
  private readonly zone: string;
  private readonly askedMs: number | undefined;
  private stepMs: number;
  /** The interval of the last moment; none: it ends before it begins. */
  private lastStart = 1;
  private lastEnd = 0;

  constructor(askedMs: number | undefined, zone: string) {
    this.askedMs = askedMs;
    this.zone = zone;
    this.stepMs = askedMs ?? FINE_STEPS_MS[0]!;
  }

  /** Where the interval of a moment begins. Neighbouring events share it. */
  start(ms: number): number {
    if (ms >= this.lastStart && ms < this.lastEnd) return this.lastStart;
    const start = stepStart(ms, this.stepMs, this.zone);
    // Longer steps are not of one length where clocks are set.
    if (this.stepMs <= HOUR) [this.lastStart, this.lastEnd] = [start, start + this.stepMs];
    return start;
  }

  /** The next longer step; whatever `start` has said before is to be asked again. */
  coarsen(): void {
    const next = FINE_STEPS_MS[FINE_STEPS_MS.indexOf(this.stepMs) + 1];
    this.stepMs = this.askedMs === undefined && next !== undefined ? next : this.stepMs * 2;
    [this.lastStart, this.lastEnd] = [1, 0];
  }

  /** The step that the result has: the one asked for if it could be kept, else a round one that fits a screen. */
  shownStep(firstMs: number, lastMs: number): number {
    if (this.askedMs !== undefined) return this.stepMs;
    return niceStepMs(Math.max((lastMs - firstMs) / (INTERVALS_MOST - 1), this.stepMs), this.stepMs);
  }

  /** What was asked for was too short for the range. */
  get isLonger(): boolean {
    return this.askedMs !== undefined && this.stepMs > this.askedMs;
  }

  save(): number {
    return this.stepMs;
  }

  load(stepMs: number): void {
    this.stepMs = stepMs;
  }
}
