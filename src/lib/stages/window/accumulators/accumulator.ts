// Enter here: what aggregates are computed from: columns by group number, mergeable.
/** What aggregates are computed from: columns by group number, fed in batches, merged, saved and loaded. */
import type { State } from "../../../pipeline/contract/stage.js";
import type { Columns } from "../read.js";

/** Rows of a block and the groups they belong to, in order of arrival. */
export interface Batch {
  readonly columns: Columns;
  readonly rows: Uint32Array;
  readonly groups: Uint32Array;
  readonly count: number;
}

export interface Accumulator {
  /** Makes room for `capacity` groups; new ones are empty. */
  resize(capacity: number): void;
  add(batch: Batch): void;
  /** Adds group `group` of `from` to the group `into`. `from` stays as it is and was made by the same definition. */
  merge(into: number, from: this, group: number): void;
  /** Group n becomes what group `order[n]` was, `order` rising; the ones behind are empty. */
  keep(order: Uint32Array): void;
  /** Empties a group. */
  clear(group: number): void;
  /** About how many bytes a group that has taken `events` events needs: the same for the same events, however cut. */
  groupBytes(events: number): number;
  /** Of the first `count` groups. */
  save(count: number): State;
  /** Into columns that are resized already. */
  load(state: State): void;
}

/** Feeds an accumulator only the events for which a condition is true. */
export class Filtered<T extends Accumulator> implements Accumulator {
  readonly inner: T;
  private readonly condition: number;
  private rows = new Uint32Array(0);
  private groups = new Uint32Array(0);

  constructor(inner: T, condition: number) {
    this.inner = inner;
    this.condition = condition;
  }

  add({ columns, rows, groups, count }: Batch): void {
    const isTrue = columns.conditions[this.condition]!;
    if (this.rows.length < count)
      [this.rows, this.groups] = [new Uint32Array(2 * count), new Uint32Array(2 * count)];
    let kept = 0;
    for (let n = 0; n < count; n++) {
      if (isTrue[rows[n]!] === 0) continue;
      this.rows[kept] = rows[n]!;
      this.groups[kept++] = groups[n]!;
    }
    if (kept > 0) this.inner.add({ columns, rows: this.rows, groups: this.groups, count: kept });
  }

  merge(into: number, from: Filtered<T>, group: number): void {
    this.inner.merge(into, from.inner, group);
  }

  resize(capacity: number): void {
    this.inner.resize(capacity);
  }

  keep(order: Uint32Array): void {
    this.inner.keep(order);
  }

  clear(group: number): void {
    this.inner.clear(group);
  }

  groupBytes(events: number): number {
    return this.inner.groupBytes(events);
  }

  save(count: number): State {
    return this.inner.save(count);
  }

  load(state: State): void {
    this.inner.load(state);
  }
}

/** Where an output finds its accumulator among those of a table of groups. */
export class Handle<T extends Accumulator> {
  private readonly index: number;

  constructor(index: number) {
    this.index = index;
  }

  of(all: readonly Accumulator[]): T {
    const found = all[this.index]!;
    return (found instanceof Filtered ? found.inner : found) as T;
  }
}
