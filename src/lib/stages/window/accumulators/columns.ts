/**
 * Columns of values by group number: what accumulators are made of. Typed, so that a million groups are a few arrays.
 */

/** One number a group. */
export class Cells {
  data: Float64Array;
  private readonly initial: number;

  /** `initial`: what a group has before its first value. */
  constructor(initial = 0) {
    this.initial = initial;
    this.data = new Float64Array(0);
  }

  /** Makes room for `capacity` groups; the new ones are empty. */
  resize(capacity: number): void {
    const before = this.data;
    this.data = new Float64Array(capacity);
    this.data.set(before);
    if (this.initial !== 0) this.data.fill(this.initial, before.length);
  }

  /** Group n becomes what group `order[n]` was, `order` rising; the ones behind them are empty. */
  keep(order: Uint32Array): void {
    const { data } = this;
    for (let n = 0; n < order.length; n++) data[n] = data[order[n]!]!;
    data.fill(this.initial, order.length);
  }

  clear(group: number): void {
    this.data[group] = this.initial;
  }

  save(count: number): Float64Array {
    return this.data.slice(0, count);
  }

  /** Into columns that are resized already. */
  load(saved: Float64Array): void {
    this.data.set(saved);
  }
}

/** One object a group, where it has one. */
export class ObjectCells<T> {
  data: (T | undefined)[] = [];

  resize(capacity: number): void {
    while (this.data.length < capacity) this.data.push(undefined);
  }

  keep(order: Uint32Array): void {
    const { data } = this;
    for (let n = 0; n < order.length; n++) data[n] = data[order[n]!];
    data.fill(undefined, order.length);
  }

  clear(group: number): void {
    this.data[group] = undefined;
  }
}
