/** Time that runs only while someone else is not being waited for. */
export class Clock {
  readonly #onEnd: () => void;
  #leftMs: number;
  #sinceMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Runs from now on; calls `onEnd` once after `timeMs`. */
  constructor(timeMs: number, onEnd: () => void) {
    this.#leftMs = timeMs;
    this.#onEnd = onEnd;
    this.#start();
  }

  /** Does not run while `act` does. */
  async resting<T>(act: () => Promise<T>): Promise<T> {
    this.#pause();
    try {
      return await act();
    } finally {
      if (this.#leftMs > 0) this.#start();
    }
  }

  stop(): void {
    this.#pause();
    this.#leftMs = 0;
  }

  #start(): void {
    this.#sinceMs = performance.now();
    this.#timer = setTimeout(() => {
      this.stop();
      this.#onEnd();
    }, this.#leftMs);
  }

  #pause(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#sinceMs));
  }
}
