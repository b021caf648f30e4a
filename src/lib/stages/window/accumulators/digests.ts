import { Quantiles } from "../../../sketch/quantiles.js";
import type { Batch } from "./accumulator.js";
import { Sketches } from "./sketches.js";
import { SMALL_MAX } from "./small-lists.js";

/** A t-digest a group, of one column of numbers: any number of percentiles share it. */
export class Digests extends Sketches<Quantiles> {
  private readonly number: number;

  constructor(number: number) {
    super();
    this.number = number;
  }

  add({ columns, rows, groups, count }: Batch): void {
    const { values } = columns.numbers[this.number]!;
    const large = this.large.data;
    for (let n = 0; n < count; n++) {
      const value = values[rows[n]!]!;
      if (Number.isNaN(value)) continue;
      const group = groups[n]!;
      const digest = large[group];
      if (digest !== undefined) digest.add(value);
      else this.addSmall(group, value);
    }
  }

  /** The value at rank `q` of 0 to 1; undefined when the group has no number. */
  quantile(group: number, q: number): number | undefined {
    const digest = this.large.data[group];
    if (digest !== undefined) return digest.quantile(q);
    const sorted = this.small.numbers(group).slice().sort();
    if (sorted.length === 0) return undefined;
    // As SQL's quantile_cont, and as the sketch itself among exact values.
    const rank = q * (sorted.length - 1);
    const below = sorted[Math.floor(rank)]!;
    return below + (sorted[Math.ceil(rank)]! - below) * (rank - Math.floor(rank));
  }

  groupBytes(events: number): number {
    return events < SMALL_MAX ? 16 + 12 * events : 300 + 9 * Math.min(events, 1200);
  }

  protected sketchOf(values: Float64Array): Quantiles {
    const made = new Quantiles();
    for (const value of values) made.add(value);
    return made;
  }

  protected addNumber(group: number, value: number): void {
    const digest = this.large.data[group];
    if (digest !== undefined) digest.add(value);
    else this.addSmall(group, value);
  }

  protected loaded(saved: Float64Array): Quantiles {
    return Quantiles.load(saved);
  }
}
