/**
 * How far the time of the events has come. One event with a time far ahead of all others (a wrong clock, a wrong year)
 * moves nothing: a jump of more than an hour counts once a second event is there.
 */
const JUMP_MS = 3_600_000;

export class SeriesClock {
  /** Milliseconds since the epoch; -Infinity before the first event. */
  nowMs = Number.NEGATIVE_INFINITY;
  /** The time of an event that nothing has confirmed yet; NaN: none. */
  private pendingMs = Number.NaN;

  /** Whether the time can be believed: it is not far ahead alone. Moves on, if it is ahead. */
  take(timeMs: number): boolean {
    if (timeMs <= this.nowMs) return true;
    const isJump = Number.isFinite(this.nowMs) && timeMs - this.nowMs > JUMP_MS;
    if (isJump && !(Math.abs(timeMs - this.pendingMs) <= JUMP_MS)) {
      this.pendingMs = timeMs;
      return false;
    }
    this.nowMs = timeMs;
    this.pendingMs = Number.NaN;
    return true;
  }

  save(): readonly number[] {
    return [this.nowMs, this.pendingMs];
  }

  load([nowMs, pendingMs]: readonly number[]): void {
    this.nowMs = nowMs!;
    this.pendingMs = pendingMs!;
  }
}
