import type { Accumulator, Batch } from "./accumulator.js";
import { Cells, ObjectCells } from "./columns.js";

/** The value of the earliest or the latest event that has one. Of events at the same time: in order of arrival. */
export class FirstLast implements Accumulator {
  private readonly times: Cells;
  /** JSON text. */
  private readonly values = new ObjectCells<string>();
  private readonly raw: number;
  private readonly isLast: boolean;

  /** `raw`: the number of a column of JSON texts. */
  constructor(raw: number, which: "first" | "last") {
    this.raw = raw;
    this.isLast = which === "last";
    this.times = new Cells(this.isLast ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  }

  add({ columns, rows, groups, count }: Batch): void {
    const { times } = columns;
    const { bytes, starts, ends } = columns.raws[this.raw]!;
    for (let n = 0; n < count; n++) {
      const row = rows[n]!;
      if (ends[row] === 0 || !this.isBetter(times[row]!, groups[n]!)) continue;
      this.take(groups[n]!, times[row]!, bytes.utf8Slice(starts[row]!, ends[row]!));
    }
  }

  merge(into: number, from: FirstLast, group: number): void {
    const value = from.values.data[group];
    const time = from.times.data[group]!;
    if (value !== undefined && this.isBetter(time, into)) this.take(into, time, value);
  }

  result(group: number): string {
    return this.values.data[group] ?? "null";
  }

  resize(capacity: number): void {
    this.times.resize(capacity);
    this.values.resize(capacity);
  }

  keep(order: Uint32Array): void {
    this.times.keep(order);
    this.values.keep(order);
  }

  clear(group: number): void {
    this.times.clear(group);
    this.values.clear(group);
  }

  groupBytes(): number {
    return 64;
  }

  save(count: number): unknown {
    return {
      times: this.times.save(count),
      values: this.values.data.slice(0, count).map((value) => value ?? ""),
    };
  }

  load(state: unknown): void {
    const { times, values } = state as { times: Float64Array; values: string[] };
    this.times.load(times);
    values.forEach((value, n) => {
      this.values.data[n] = value === "" ? undefined : value;
    });
  }

  private isBetter(time: number, group: number): boolean {
    const before = this.times.data[group]!;
    return this.isLast ? time >= before : time < before;
  }

  private take(group: number, time: number, raw: string): void {
    this.times.data[group] = time;
    this.values.data[group] = raw;
  }
}
