/**
 * A clock that never goes back, made of one that may: where that is set back no time passes, and from there on it goes
 * at the same speed. A bucket that fills up by it neither stands still for an hour nor is filled twice.
 */
export class SteadyClock {
  private ms = 0;
  private readMs = Number.NaN;

  /** The time, in milliseconds from when it was asked first, once the clock shows `readMs`. */
  after(readMs: number): number {
    const passedMs = readMs - this.readMs;
    if (passedMs > 0) this.ms += passedMs;
    this.readMs = readMs;
    return this.ms;
  }

  save(): readonly number[] {
    return [this.ms, this.readMs];
  }

  load([ms, readMs]: readonly number[]): void {
    this.ms = ms!;
    this.readMs = readMs!;
  }
}
