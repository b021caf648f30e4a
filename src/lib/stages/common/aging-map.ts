interface Entry<V> {
  readonly key: string;
  readonly value: V;
  isGone: boolean;
}

/**
 * A map that knows its oldest entry. A `Map` alone does too, but finding the first of its entries costs as much as many
 * were deleted before it.
 */
export class AgingMap<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private queue: Entry<V>[] = [];
  private head = 0;

  get size(): number {
    return this.entries.size;
  }

  get(key: string): V | undefined {
    return this.entries.get(key)?.value;
  }

  /** Adds the youngest entry. There must be none of that key. */
  add(key: string, value: V): void {
    const entry = { key, value, isGone: false };
    this.entries.set(key, entry);
    this.enqueue(entry);
  }

  /** Makes the oldest entry, of which there is one, the youngest. */
  turn(): void {
    this.skipGone();
    this.enqueue(this.queue[this.head++]!);
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    entry.isGone = true;
    this.entries.delete(key);
  }

  /** Undefined when there is none. */
  get oldest(): { readonly key: string; readonly value: V } | undefined {
    this.skipGone();
    return this.queue[this.head];
  }

  clear(): void {
    this.entries.clear();
    this.queue = [];
    this.head = 0;
  }

  /** The oldest first. */
  *[Symbol.iterator](): Generator<[string, V]> {
    for (let n = this.head; n < this.queue.length; n++) {
      const { key, value, isGone } = this.queue[n]!;
      if (!isGone) yield [key, value];
    }
  }
  private enqueue(entry: Entry<V>): void {
    this.queue.push(entry);
    if (this.queue.length > 2 * this.entries.size + 1024) {
      this.queue = this.queue.slice(this.head).filter(({ isGone }) => !isGone);
      this.head = 0;
    }
  }

  private skipGone(): void {
    while (this.queue[this.head]?.isGone === true) this.head++;
  }
}
