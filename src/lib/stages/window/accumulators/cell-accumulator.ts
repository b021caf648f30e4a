import type { Accumulator, Batch } from "./accumulator.js";
import type { Cells } from "./columns.js";

/** An accumulator that holds nothing but a few numbers a group. */
export abstract class CellAccumulator implements Accumulator {
  /** In the order in which they are saved. */
  protected abstract get all(): readonly Cells[];
  abstract add(batch: Batch): void;
  abstract merge(into: number, from: this, group: number): void;

  resize(capacity: number): void {
    for (const cells of this.all) cells.resize(capacity);
  }

  keep(order: Uint32Array): void {
    for (const cells of this.all) cells.keep(order);
  }

  clear(group: number): void {
    for (const cells of this.all) cells.clear(group);
  }

  groupBytes(): number {
    return 8 * this.all.length;
  }

  save(count: number): Float64Array[] {
    return this.all.map((cells) => cells.save(count));
  }

  load(state: unknown): void {
    (state as Float64Array[]).forEach((saved, n) => {
      this.all[n]!.load(saved);
    });
  }
}
