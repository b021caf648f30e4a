import type { Accumulator } from "./accumulator.js";
import { Cells } from "./columns.js";

/** The times of the first and the last event of each group, kept by the store that needs them at once. */
export class Bounds implements Accumulator {
  readonly first = new Cells(Number.POSITIVE_INFINITY);
  readonly last = new Cells(Number.NEGATIVE_INFINITY);

  /** Takes the time of an event of a group. */
  take(group: number, timeMs: number): void {
    if (timeMs < this.first.data[group]!) this.first.data[group] = timeMs;
    if (timeMs > this.last.data[group]!) this.last.data[group] = timeMs;
  }

  add(): void {}

  merge(into: number, from: Bounds, group: number): void {
    this.take(into, from.first.data[group]!);
    this.take(into, from.last.data[group]!);
  }

  resize(capacity: number): void {
    this.first.resize(capacity);
    this.last.resize(capacity);
  }

  keep(order: Uint32Array): void {
    this.first.keep(order);
    this.last.keep(order);
  }

  clear(group: number): void {
    this.first.clear(group);
    this.last.clear(group);
  }

  groupBytes(): number {
    return 16;
  }

  save(count: number): Float64Array[] {
    return [this.first.save(count), this.last.save(count)];
  }

  load(state: unknown): void {
    const [first, last] = state as [Float64Array, Float64Array];
    this.first.load(first);
    this.last.load(last);
  }
}
