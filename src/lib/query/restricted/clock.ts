/** Time that runs only while someone else is not being waited for. */
export class Clock {
  readonly #onEnd: () => void;
  #leftMs: number;
  #sinceMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /** Runs from now on; calls `onEnd` once after `timeMs`. */
  constructor(timeMs: number, onEnd: () => void) {
    this.#leftMs = timeMs;
    this.#onEnd = onEnd;
    this.#start();
  }

  /**
   * Does not run while `act` does. Ends before `act` when the time is over by then: a timer that is due waits for the
   * loop, and would never fire where one call of this follows the other.
   */
  async resting<T>(act: () => Promise<T>): Promise<T> {
    this.#pause();
    if (this.#leftMs === 0) this.#end();
    try {
      return await act();
    } finally {
      this.#start();
    }
  }

  stop(): void {
    this.#pause();
    this.#isOver = true;
  }

  #end(): void {
    if (this.#isOver) return;
    this.stop();
    this.#onEnd();
  }

  #start(): void {
    if (this.#isOver || this.#timer !== undefined) return;
    this.#sinceMs = performance.now();
    this.#timer = setTimeout(() => this.#end(), this.#leftMs);
  }

  #pause(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#sinceMs));
  }
}
