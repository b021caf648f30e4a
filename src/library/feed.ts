/** Items that are written, as an iterable that a pipeline reads. */

type Taken = (error?: Error | null) => void;

/** One writer, which hands over the next item once `taken` was called for the one before; one reader. */
export class Feed implements AsyncIterableIterator<unknown> {
  /** Whether what is piped in comes as items, not as pieces of text. */
  readableObjectMode = false;
  private waiting: { readonly item: unknown; readonly taken: Taken } | undefined;
  private wake: ((result: IteratorResult<unknown>) => void) | undefined;
  private hasEnded = false;

  [Symbol.asyncIterator](): this {
    return this;
  }

  put(item: unknown, taken: Taken): void {
    const { wake } = this;
    if (wake === undefined && !this.hasEnded) {
      this.waiting = { item, taken };
      return;
    }
    this.wake = undefined;
    wake?.({ done: false, value: item });
    taken();
  }

  /** What was put is still read. */
  end(): void {
    this.hasEnded = true;
    this.wake?.({ done: true, value: undefined });
    this.wake = undefined;
  }

  next(): Promise<IteratorResult<unknown>> {
    const { waiting } = this;
    if (waiting !== undefined) {
      this.waiting = undefined;
      waiting.taken();
      return Promise.resolve({ done: false, value: waiting.item });
    }
    if (this.hasEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** The reader wants no more: what is written from now on is taken and goes nowhere. */
  return(): Promise<IteratorResult<unknown>> {
    this.end();
    this.waiting?.taken();
    this.waiting = undefined;
    return Promise.resolve({ done: true, value: undefined });
  }
}
