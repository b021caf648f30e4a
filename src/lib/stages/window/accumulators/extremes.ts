import type { Batch } from "./accumulator.js";
import { CellAccumulator } from "./cell-accumulator.js";
import { Cells } from "./columns.js";
import { exactOf } from "./sums.js";

/** The smallest or the largest number. Whole numbers of 64 bits are compared and kept exactly. */
export class Extremes extends CellAccumulator {
  private readonly high: Cells;
  private readonly low = new Cells();
  private readonly number: number;
  /** 1: the largest; -1: the smallest. */
  private readonly sign: 1 | -1;

  constructor(number: number, which: "min" | "max") {
    super();
    this.number = number;
    this.sign = which === "max" ? 1 : -1;
    this.high = new Cells(-this.sign * Number.POSITIVE_INFINITY);
  }

  add({ columns, rows, groups, count }: Batch): void {
    const { values, lows } = columns.numbers[this.number]!;
    for (let n = 0; n < count; n++) {
      const value = values[rows[n]!]!;
      if (!Number.isNaN(value)) this.offer(groups[n]!, value, lows === undefined ? 0 : lows[rows[n]!]!);
    }
  }

  merge(into: number, from: Extremes, group: number): void {
    this.offer(into, from.high.data[group]!, from.low.data[group]!);
  }

  /** Undefined when there was no number. */
  result(group: number): number | bigint | undefined {
    const high = this.high.data[group]!;
    return Number.isFinite(high) ? exactOf(high, this.low.data[group]!) : undefined;
  }

  protected get all(): readonly Cells[] {
    return [this.high, this.low];
  }

  private offer(group: number, high: number, low: number): void {
    const before = this.high.data[group]!;
    const isBeyond =
      high === before ? this.sign * (low - this.low.data[group]!) > 0 : this.sign * (high - before) > 0;
    if (!isBeyond) return;
    this.high.data[group] = high;
    this.low.data[group] = low;
  }
}
