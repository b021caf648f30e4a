import { CellAccumulator } from "../accumulators/cell-accumulator.js";
import { Cells } from "../accumulators/columns.js";

/** The times of the first and the last event of each group, kept by the store that needs them at once. */
export class GroupBounds extends CellAccumulator {
  readonly first = new Cells(Number.POSITIVE_INFINITY);
  readonly last = new Cells(Number.NEGATIVE_INFINITY);

  /** Takes the time of an event of a group. */
  take(group: number, timeMs: number): void {
    if (timeMs < this.first.data[group]!) this.first.data[group] = timeMs;
    if (timeMs > this.last.data[group]!) this.last.data[group] = timeMs;
  }

  add(): void {}

  merge(into: number, from: GroupBounds, group: number): void {
    this.take(into, from.first.data[group]!);
    this.take(into, from.last.data[group]!);
  }

  protected get all(): readonly Cells[] {
    return [this.first, this.last];
  }
}
