import { type Frequent, TopK } from "../../../sketch/top-k.js";
import type { Accumulator, Batch } from "./accumulator.js";
import { ObjectCells } from "./columns.js";

/** The most frequent texts of one column, by space-saving. */
export class Tops implements Accumulator {
  private readonly groups = new ObjectCells<TopK>();
  private readonly text: number;
  private readonly capacity: number;

  constructor(text: number, capacity: number) {
    this.text = text;
    this.capacity = capacity;
  }

  add({ columns, rows, groups, count }: Batch): void {
    const { bytes, starts, ends } = columns.texts[this.text]!;
    for (let n = 0; n < count; n++) {
      const row = rows[n]!;
      if (ends[row] === 0) continue;
      this.of(groups[n]!).add(bytes.utf8Slice(starts[row]!, ends[row]!));
    }
  }

  merge(into: number, from: Tops, group: number): void {
    const theirs = from.groups.data[group];
    if (theirs !== undefined) this.of(into).merge(theirs);
  }

  top(group: number, count: number): readonly Frequent[] {
    return this.groups.data[group]?.top(count) ?? [];
  }

  sketch(group: number): TopK {
    return this.groups.data[group] ?? new TopK(this.capacity);
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
    return 300 + 180 * Math.min(events, this.capacity);
  }

  save(count: number): unknown {
    return this.groups.data.slice(0, count).map((top) => top?.save() ?? null);
  }

  load(state: unknown): void {
    (state as (ReturnType<TopK["save"]> | null)[]).forEach((saved, group) => {
      this.groups.data[group] = saved === null ? undefined : TopK.load(saved);
    });
  }

  private of(group: number): TopK {
    return (this.groups.data[group] ??= new TopK(this.capacity));
  }
}
