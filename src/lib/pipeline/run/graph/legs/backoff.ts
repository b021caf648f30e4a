/** How long something that fails is left alone before it is tried again. */
const FIRST_MS = 1000;
const MOST_MS = 60_000;

export class Backoff {
  private nextMs = FIRST_MS;

  /** The wait before the next try: twice as long each time. `leastMs`: not before so many milliseconds. */
  take(leastMs = 0): number {
    const waitMs = Math.max(this.nextMs, leastMs);
    this.nextMs = Math.min(this.nextMs * 2, MOST_MS);
    return waitMs;
  }

  reset(): void {
    this.nextMs = FIRST_MS;
  }
}
