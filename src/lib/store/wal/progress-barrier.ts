/**
 * Lets callers await a counter that only grows: each waits for the work queued before its call and no later, so that an
 * endless stream starves nobody.
 */
export class ProgressBarrier {
  #expected = 0;
  #arrived = 0;
  #failure: { readonly error: unknown } | undefined;
  #waiting: { readonly from: number; readonly resolve: () => void; readonly reject: (e: unknown) => void }[] =
    [];

  /** So many more will arrive. */
  expect(count: number): void {
    this.#expected += count;
  }

  /** So many more have arrived. */
  arrive(count: number): void {
    this.#arrived += count;
    const done = this.#waiting.filter(({ from }) => from <= this.#arrived);
    if (done.length === 0) return;
    this.#waiting = this.#waiting.filter(({ from }) => from > this.#arrived);
    for (const { resolve } of done) resolve();
  }

  /** Nothing more will arrive. */
  reject(error: unknown): void {
    this.#failure = { error };
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** Resolves once all that is expected by now has arrived. Rejects when it never will. */
  async reached(): Promise<void> {
    return this.#waitFor(this.#expected);
  }

  /** Resolves with the next arrival. Only where something is expected. */
  async next(): Promise<void> {
    return this.#waitFor(this.#arrived + 1);
  }

  async #waitFor(from: number): Promise<void> {
    if (from <= this.#arrived) return;
    if (this.#failure !== undefined) throw this.#failure.error;
    await new Promise<void>((resolve, reject) => this.#waiting.push({ from, resolve, reject }));
  }
}
