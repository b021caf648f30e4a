/** When a program that has ended is started again. */

export interface ScheduleOptions {
  readonly restart: "always" | "on-failure" | "never";
  /** It runs again this long after it was started, or as soon as it has ended where it takes longer. */
  readonly everyMs?: number | undefined;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** A program that has run for so long is well: its next failure is a first one. */
const WELL_AFTER_MS = 60_000;

export class Schedule {
  private readonly options: ScheduleOptions;
  private waitMs = FIRST_WAIT_MS;

  constructor(options: ScheduleOptions) {
    this.options = options;
  }

  /** How long to wait with the next run, after one that took `ranMs`; undefined: there is none. */
  next(hasFailed: boolean, ranMs: number): number | undefined {
    const { restart, everyMs } = this.options;
    if (everyMs !== undefined) return Math.max(0, everyMs - ranMs);
    if (restart === "never" || (restart === "on-failure" && !hasFailed)) return undefined;
    if (ranMs >= WELL_AFTER_MS) this.waitMs = FIRST_WAIT_MS;
    const { waitMs } = this;
    this.waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
    return waitMs;
  }
}
