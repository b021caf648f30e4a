/**
 * The most frequent values of a stream in bounded memory: space-saving (Metwally, Agrawal and El Abbadi, "Efficient
 * Computation of Frequent and Top-k Elements in Data Streams", ICDT 2005).
 *
 * ```ts
 * const paths = new TopK(100);
 * for (const path of ["/a", "/b", "/a"]) paths.add(path);
 * paths.top(1);   // [{ value: "/a", count: 2, error: 0 }]
 * ```
 *
 * Error: a true count lies from `count - error` to `count`; `error` is at most the total weight / capacity, and every
 * value with more weight than that is among the kept ones. Up to `capacity` different values all is exact.
 */

export interface Frequent {
  readonly value: string;
  /** At least the true weight. */
  readonly count: number;
  /** By how much `count` may be too high. */
  readonly error: number;
}

interface Entry extends Frequent {
  count: number;
  error: number;
  /** Place in the heap. */
  at: number;
  /** Entries made earlier have smaller ones: settles ties. */
  readonly made: number;
}

export class TopK {
  readonly capacity: number;
  private readonly entries = new Map<string, Entry>();
  /** A heap by count, the least at the top; of equal ones the last made. */
  private readonly heap: Entry[] = [];
  private made = 0;

  constructor(capacity: number) {
    this.capacity = Math.max(1, Math.floor(capacity));
  }

  add(value: string, weight = 1): void {
    if (weight > 0) this.take(value, weight, 0);
  }

  /** The `n` most frequent, the most frequent first, equal ones by value. */
  top(n: number): Frequent[] {
    return [...this.heap]
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, n)
      .map(({ value, count, error }) => ({ value, count, error }));
  }

  /** Takes everything of `other`, which stays as it is (Agarwal et al., "Mergeable Summaries", PODS 2012). */
  merge(other: TopK): void {
    const missedHere = this.missed;
    const missedThere = other.missed;
    const all = new Map<string, { count: number; error: number }>();
    for (const { value, count, error } of this.heap) {
      const there = other.entries.get(value);
      all.set(value, {
        count: count + (there?.count ?? missedThere),
        error: error + (there?.error ?? missedThere),
      });
    }
    for (const { value, count, error } of other.heap) {
      if (!all.has(value)) all.set(value, { count: count + missedHere, error: error + missedHere });
    }
    this.replaceBy([...all].map(([value, { count, error }]) => ({ value, count, error })));
  }

  /**
   * `[{"value":"/a","count":2,"error":0},...]`, the most frequent first: what events carry and the SQL macros of
   * `query` read.
   */
  toJson(): string {
    return JSON.stringify(this.top(this.capacity));
  }

  /** Undefined when the text is no such sketch. */
  static fromJson(text: string, capacity: number): TopK | undefined {
    let list: unknown;
    try {
      list = JSON.parse(text);
    } catch {
      return undefined;
    }
    if (!Array.isArray(list) || !list.every(isFrequent)) return undefined;
    const made = new TopK(Math.max(capacity, list.length));
    made.replaceBy(list);
    return made;
  }

  save(): { capacity: number; values: string[]; counts: Float64Array } {
    const kept = [...this.heap].sort((a, b) => a.made - b.made);
    const counts = new Float64Array(kept.length * 2);
    for (const [i, { count, error }] of kept.entries()) counts.set([count, error], i * 2);
    return { capacity: this.capacity, values: kept.map(({ value }) => value), counts };
  }

  static load({ capacity, values, counts }: ReturnType<TopK["save"]>): TopK {
    const made = new TopK(capacity);
    for (const [i, value] of values.entries()) made.take(value, counts[i * 2]!, counts[i * 2 + 1]!);
    return made;
  }

  /** About, in bytes. */
  get memoryBytes(): number {
    let bytes = 160;
    for (const { value } of this.heap) bytes += 140 + value.length;
    return bytes;
  }

  /** The most a value may weigh that is not here. */
  private get missed(): number {
    return this.heap.length < this.capacity ? 0 : this.heap[0]!.count;
  }

  private replaceBy(list: readonly Frequent[]): void {
    const kept = [...list]
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, this.capacity);
    this.entries.clear();
    this.heap.length = 0;
    for (const { value, count, error } of kept) this.take(value, count, error);
  }

  private take(value: string, weight: number, error: number): void {
    const known = this.entries.get(value);
    if (known !== undefined) {
      known.count += weight;
      this.sink(known.at);
      return;
    }
    if (this.heap.length < this.capacity) {
      const entry: Entry = { value, count: weight, error, at: this.heap.length, made: this.made++ };
      this.entries.set(value, entry);
      this.heap.push(entry);
      this.rise(entry.at);
      return;
    }
    const least = this.heap[0]!;
    this.entries.delete(least.value);
    const entry: Entry = { value, count: least.count + weight, error: least.count, at: 0, made: this.made++ };
    this.entries.set(value, entry);
    this.heap[0] = entry;
    this.sink(0);
  }

  private rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isBefore(this.heap[at]!, this.heap[parent]!)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private sink(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < this.heap.length && isBefore(this.heap[left]!, this.heap[least]!)) least = left;
      if (right < this.heap.length && isBefore(this.heap[right]!, this.heap[least]!)) least = right;
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  private swap(a: number, b: number): void {
    const one = this.heap[a]!;
    const two = this.heap[b]!;
    this.heap[a] = two;
    this.heap[b] = one;
    two.at = a;
    one.at = b;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.count < b.count || (a.count === b.count && a.made > b.made);
}

function isFrequent(value: unknown): value is Frequent {
  const { value: text, count, error } = (value ?? {}) as Record<string, unknown>;
  return typeof text === "string" && Number(count) > 0 && Number(error) >= 0;
}
