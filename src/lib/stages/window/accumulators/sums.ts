import type { Batch } from "./accumulator.js";
import { CellAccumulator } from "./cell-accumulator.js";
import { Cells } from "./columns.js";

/**
 * Sums of numbers as pairs of float64 whose exact sum is meant (double-double): whole numbers are exact to 2^100, and
 * others have so many digits to spare that neither order nor cutting shows in the result.
 */
export class Sums extends CellAccumulator {
  readonly count = new Cells();
  private readonly high = new Cells();
  private readonly low = new Cells();
  private readonly number: number;

  constructor(number: number) {
    super();
    this.number = number;
  }

  add({ columns, rows, groups, count }: Batch): void {
    const { values, lows } = columns.numbers[this.number]!;
    const counts = this.count.data;
    for (let n = 0; n < count; n++) {
      const value = values[rows[n]!]!;
      if (Number.isNaN(value)) continue;
      const group = groups[n]!;
      counts[group]! += 1;
      this.addTo(group, value);
      if (lows !== undefined && lows[rows[n]!] !== 0) this.addTo(group, lows[rows[n]!]!);
    }
  }

  merge(into: number, from: Sums, group: number): void {
    this.count.data[into]! += from.count.data[group]!;
    this.addTo(into, from.high.data[group]!);
    this.addTo(into, from.low.data[group]!);
  }

  /** The sum; a bigint when it is whole and no float64. */
  total(group: number): number | bigint {
    return exactOf(this.high.data[group]!, this.low.data[group]!);
  }

  /** The nearest float64 of the sum. */
  nearest(group: number): number {
    return this.high.data[group]!;
  }

  protected get all(): readonly Cells[] {
    return [this.count, this.high, this.low];
  }

  /** Knuth's TwoSum, then made normal again: `high` is the float64 nearest to the whole. */
  private addTo(group: number, value: number): void {
    const high = this.high.data;
    const low = this.low.data;
    const before = high[group]!;
    const sum = before + value;
    const part = sum - before;
    const lost = before - (sum - part) + (value - part) + low[group]!;
    const whole = sum + lost;
    high[group] = whole;
    low[group] = Number.isFinite(whole) ? lost - (whole - sum) : 0;
  }
}

/** The number that a pair of float64 stands for: a bigint when it is whole and too long to be printed as a number. */
export function exactOf(high: number, low: number): number | bigint {
  const isLong = Math.abs(high) >= 2 ** 53 && Math.abs(high) < EXACT_BELOW;
  return isLong && Number.isInteger(low) ? BigInt(high) + BigInt(low) : high;
}

const EXACT_BELOW = 2 ** 100;
