/**
 * How far event time has come: the time of the newest event that is believed. A time far ahead of all others is not
 * believed until several events in a row have such times: one wrong clock must not close every window.
 */

/** So many events in a row are believed. */
const AHEAD_RUN = 8;

export interface SavedWatermark {
  readonly newest: number;
  readonly floor: number;
  readonly candidate: number;
  readonly run: number;
}

export class Watermark {
  /** Milliseconds since the epoch, -Infinity before the first event. */
  newest = Number.NEGATIVE_INFINITY;
  /** Events that were far ahead when they came. */
  aheadCount = 0;
  private readonly latenessMs: number;
  private readonly aheadMs: number;
  private floor = Number.NEGATIVE_INFINITY;
  private candidate = Number.NEGATIVE_INFINITY;
  private run = 0;

  constructor(latenessMs: number, aheadMs: number) {
    this.latenessMs = latenessMs;
    this.aheadMs = aheadMs;
  }

  /** Nothing before this time is waited for. Never goes back. */
  get ms(): number {
    return Math.max(this.newest - this.latenessMs, this.floor);
  }

  /** Takes the time of an event. `nowMs` is what the clock says. Returns `ms`. */
  advance(timeMs: number, nowMs: number): number {
    if (timeMs <= this.newest + this.aheadMs) {
      this.run = 0;
      if (timeMs > this.newest) this.newest = timeMs;
    } else if (this.newest === Number.NEGATIVE_INFINITY && timeMs <= nowMs + this.aheadMs)
      this.newest = timeMs;
    else this.doubt(timeMs, nowMs);
    return this.ms;
  }

  /** What is before `ms` is not waited for any longer, whatever events say. */
  raise(ms: number): void {
    this.floor = Math.max(this.floor, ms);
  }

  save(): SavedWatermark {
    const { newest, floor, candidate, run } = this;
    return { newest, floor, candidate, run };
  }

  load({ newest, floor, candidate, run }: SavedWatermark): void {
    Object.assign(this, { newest, floor, candidate, run });
  }

  /** A stream in the past does not jump into the future, ever. */
  private doubt(timeMs: number, nowMs: number): void {
    this.aheadCount++;
    const isNear = this.run > 0 && Math.abs(timeMs - this.candidate) <= this.aheadMs;
    this.run = isNear ? this.run + 1 : 1;
    this.candidate = isNear ? Math.max(this.candidate, timeMs) : timeMs;
    const isFuture = this.candidate > nowMs + this.aheadMs;
    const wasPast = this.newest !== Number.NEGATIVE_INFINITY && this.newest <= nowMs + this.aheadMs;
    if (this.run < AHEAD_RUN || (isFuture && wasPast)) return;
    this.newest = this.candidate;
    this.run = 0;
  }
}
