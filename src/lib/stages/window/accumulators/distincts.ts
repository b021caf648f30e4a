import { Distinct } from "../../../sketch/distinct.js";
import { hashBytes, hashed } from "../../../sketch/hash.js";
import type { Batch } from "./accumulator.js";
import { Sketches } from "./sketches.js";
import { SMALL_MAX } from "./small-lists.js";

/**
 * How many different texts a group has seen, of one column: HyperLogLog. Small groups keep 52 bits of each hash, far
 * more than ranks are likely to need.
 */
export class Distincts extends Sketches<Distinct> {
  private readonly text: number;

  constructor(text: number) {
    super();
    this.text = text;
  }

  add({ columns, rows, groups, count }: Batch): void {
    const { bytes, starts, ends } = columns.texts[this.text]!;
    for (let n = 0; n < count; n++) {
      const row = rows[n]!;
      if (ends[row] === 0) continue;
      hashBytes(bytes, starts[row]!, ends[row]!);
      this.addHash(groups[n]!, hashed.high, hashed.low & ~0xfff);
    }
  }

  /** The estimate of how many different values there were, a whole number. */
  estimate(group: number): number {
    const sketch = this.large.data[group];
    return sketch === undefined ? this.small.sizes[group]! : Math.round(sketch.estimate());
  }

  groupBytes(events: number): number {
    return events < SMALL_MAX ? 16 + 11 * events : 200 + Math.min(16 * events, 16_384);
  }

  protected sketchOf(hashes: Float64Array): Distinct {
    const made = new Distinct();
    for (const hash of hashes) made.addHash(highOf(hash), lowOf(hash));
    return made;
  }

  protected addNumber(group: number, hash: number): void {
    this.addHash(group, highOf(hash), lowOf(hash));
  }

  protected loaded(saved: Int32Array): Distinct {
    return Distinct.load(saved);
  }

  private addHash(group: number, high: number, low: number): void {
    const sketch = this.large.data[group];
    if (sketch !== undefined) {
      sketch.addHash(high, low);
      return;
    }
    const hash = high * 2 ** 20 + (low >>> 12);
    if (!this.small.has(group, hash)) this.addSmall(group, hash);
  }
}

function highOf(hash: number): number {
  return Math.floor(hash / 2 ** 20);
}

function lowOf(hash: number): number {
  return ((hash % 2 ** 20) << 12) >>> 0;
}
