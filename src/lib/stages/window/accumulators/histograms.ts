import type { Accumulator, Batch } from "./accumulator.js";
import { ObjectCells } from "./columns.js";

/** Where buckets end: `upTo(n)` is the largest value of bucket n. */
export interface Buckets {
  bucketOf(value: number): number;
  upTo(bucket: number): number;
}

/** How many numbers fell into each bucket; only buckets that have some are kept. */
export class Histograms implements Accumulator {
  private readonly groups = new ObjectCells<Map<number, number>>();
  private readonly number: number;
  private readonly buckets: Buckets;

  constructor(number: number, buckets: Buckets) {
    this.number = number;
    this.buckets = buckets;
  }

  add({ columns, rows, groups, count }: Batch): void {
    const { values } = columns.numbers[this.number]!;
    for (let n = 0; n < count; n++) {
      const value = values[rows[n]!]!;
      if (!Number.isNaN(value)) this.count(groups[n]!, this.buckets.bucketOf(value), 1);
    }
  }

  merge(into: number, from: Histograms, group: number): void {
    for (const [bucket, count] of from.groups.data[group] ?? []) this.count(into, bucket, count);
  }

  /** `[largest value of the bucket, how many are in it]` by rising value. The last may be Infinity. */
  result(group: number): (readonly [upTo: number, count: number])[] {
    const counts = [...(this.groups.data[group] ?? [])].sort(([a], [b]) => a - b);
    return counts.map(([bucket, count]) => [this.buckets.upTo(bucket), count] as const);
  }

  resize(capacity: number): void {
    this.groups.resize(capacity);
  }

  keep(order: Uint32Array): void {
    this.groups.keep(order);
  }

  clear(group: number): void {
    this.groups.clear(group);
  }

  groupBytes(events: number): number {
    return 200 + 40 * Math.min(events, 16);
  }

  save(count: number): (readonly [number, number])[][] {
    return this.groups.data.slice(0, count).map((counts) => [...(counts ?? [])]);
  }

  load(state: unknown): void {
    (state as (readonly [number, number])[][]).forEach((counts, n) => {
      this.groups.data[n] = counts.length === 0 ? undefined : new Map(counts);
    });
  }

  private count(group: number, bucket: number, by: number): void {
    const counts = (this.groups.data[group] ??= new Map<number, number>());
    counts.set(bucket, (counts.get(bucket) ?? 0) + by);
  }
}

/** Buckets by their upper bounds, rising; what is above the last goes into one more. */
export function boundedBuckets(bounds: readonly number[]): Buckets {
  return {
    bucketOf: (value) => {
      let low = 0;
      let high = bounds.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (value <= bounds[middle]!) high = middle;
        else low = middle + 1;
      }
      return low;
    },
    upTo: (bucket) => bounds[bucket] ?? Number.POSITIVE_INFINITY,
  };
}

/** Buckets up to 1, 2, 5, 10, 20, 50 ... and their like for smaller and for negative numbers; zero has its own. */
export const ROUND_BUCKETS: Buckets = {
  bucketOf: (value) => {
    if (value === 0) return 0;
    const size = Math.abs(value);
    let exponent = Math.floor(Math.log10(size));
    if (powerOfTen(exponent) > size) exponent--;
    const lead = size / powerOfTen(exponent);
    // Positive numbers fall to the bound above them, negative ones to the bound nearer to zero.
    const step =
      value > 0 ? (lead <= 1 ? 0 : lead <= 2 ? 1 : lead <= 5 ? 2 : 3) : lead < 2 ? 0 : lead < 5 ? 1 : 2;
    return Math.sign(value) * (3 * exponent + step + OFFSET);
  },
  upTo: (bucket) => {
    if (bucket === 0) return 0;
    const place = Math.abs(bucket) - OFFSET;
    const exponent = Math.floor(place / 3);
    return Math.sign(bucket) * Number(`${[1, 2, 5][place - 3 * exponent]!}e${exponent}`);
  },
};

/** Keeps bucket numbers of 1e-324 and up above zero. */
const OFFSET = 1000;

function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`);
}
