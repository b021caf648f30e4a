/** An event further from the others than this has to be confirmed by the next one. */
const FAR_MS = 3_600_000;

/**
 * The time of a stream of events: it goes forward with them, in the order in which they come. Stragglers and events
 * without a time leave it as it is, and so does one event with a wrong clock, years away: only when the next one is as
 * far off does it jump, forward over a gap or back.
 */
export class StreamClock {
  /** Milliseconds since the epoch; NaN before the first event with a time. */
  ms = Number.NaN;
  private suspectMs = Number.NaN;

  /** The time after one more event; `timeMs` is its own, NaN when it has none. */
  after(timeMs: number): number {
    const ahead = timeMs - this.ms;
    if (Number.isNaN(ahead)) {
      if (Number.isNaN(this.ms)) this.ms = timeMs;
    } else if (Math.abs(ahead) <= FAR_MS) {
      if (ahead > 0) this.ms = timeMs;
      this.suspectMs = Number.NaN;
    } else {
      const suspectAhead = this.suspectMs - this.ms;
      if (ahead > 0 && suspectAhead > 0) this.ms = Math.min(timeMs, this.suspectMs);
      else if (ahead < 0 && suspectAhead < 0) this.ms = timeMs;
      this.suspectMs = timeMs;
    }
    return this.ms;
  }

  save(): readonly number[] {
    return [this.ms, this.suspectMs];
  }

  load([ms, suspectMs]: readonly number[]): void {
    this.ms = ms!;
    this.suspectMs = suspectMs!;
  }
}
