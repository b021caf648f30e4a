import type { Accumulator, Batch } from "../accumulator.js";
import { Cells } from "../columns.js";

/** How many events; or, of a column of texts, how many have a value that is not null. */
export class Counts implements Accumulator {
  readonly count = new Cells();
  private readonly text: number | undefined;

  constructor(text?: number) {
    this.text = text;
  }

  add({ columns, rows, groups, count }: Batch): void {
    const { data } = this.count;
    const ends = this.text === undefined ? undefined : columns.texts[this.text]!.ends;
    for (let n = 0; n < count; n++) if (ends === undefined || ends[rows[n]!] !== 0) data[groups[n]!]! += 1;
  }

  merge(into: number, from: Counts, group: number): void {
    this.count.data[into]! += from.count.data[group]!;
  }

  resize(capacity: number): void {
    this.count.resize(capacity);
  }

  keep(order: Uint32Array): void {
    this.count.keep(order);
  }

  clear(group: number): void {
    this.count.clear(group);
  }

  groupBytes(): number {
    return 8;
  }

  save(count: number): Float64Array {
    return this.count.save(count);
  }

  load(state: unknown): void {
    this.count.load(state as Float64Array);
  }
}
