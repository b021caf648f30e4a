/** When a round of writing and syncing begins: one at most every `syncDelayMs`. */
export class RoundPace {
  readonly #delayMs: number;
  #roundMs = Number.NEGATIVE_INFINITY;
  #hurry: (() => void) | undefined;

  constructor(delayMs = 0) {
    this.#delayMs = delayMs;
  }

  /** Resolves when the next round may begin: at once where it `isUrgent`, or is so by a call of `hurry`. */
  async next(isUrgent: boolean): Promise<void> {
    const waitMs = this.#roundMs + this.#delayMs - performance.now();
    if (waitMs > 0 && !isUrgent)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#hurry = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#hurry = undefined;
    this.#roundMs = performance.now();
  }

  /** Ends the wait before a round. */
  hurry(): void {
    this.#hurry?.();
  }
}
