import type { Batch } from "./accumulator.js";
import { CellAccumulator } from "./cell-accumulator.js";
import { Cells } from "./columns.js";

/** Mean and spread of numbers in one pass (Welford 1962), mergeable (Chan, Golub and LeVeque 1979). */
export class Moments extends CellAccumulator {
  private readonly count = new Cells();
  private readonly mean = new Cells();
  /** Sum of the squares of the distances from the mean. */
  private readonly squares = new Cells();
  private readonly number: number;

  constructor(number: number) {
    super();
    this.number = number;
  }

  add({ columns, rows, groups, count }: Batch): void {
    const { values } = columns.numbers[this.number]!;
    const counts = this.count.data;
    const means = this.mean.data;
    const squares = this.squares.data;
    for (let n = 0; n < count; n++) {
      const value = values[rows[n]!]!;
      if (Number.isNaN(value)) continue;
      const group = groups[n]!;
      const taken = counts[group]! + 1;
      const away = value - means[group]!;
      const mean = means[group]! + away / taken;
      counts[group] = taken;
      means[group] = mean;
      squares[group]! += away * (value - mean);
    }
  }

  merge(into: number, from: Moments, group: number): void {
    const theirs = from.count.data[group]!;
    if (theirs === 0) return;
    const ours = this.count.data[into]!;
    const all = ours + theirs;
    const away = from.mean.data[group]! - this.mean.data[into]!;
    this.count.data[into] = all;
    this.mean.data[into]! += (away * theirs) / all;
    this.squares.data[into]! += from.squares.data[group]! + (away * away * ours * theirs) / all;
  }

  /** Sample standard deviation (divided by n - 1), undefined for fewer than two numbers. */
  deviation(group: number): number | undefined {
    const count = this.count.data[group]!;
    return count < 2 ? undefined : Math.sqrt(Math.max(0, this.squares.data[group]!) / (count - 1));
  }

  protected get all(): readonly Cells[] {
    return [this.count, this.mean, this.squares];
  }
}
