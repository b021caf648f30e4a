/** Events counted by interval, range of values and group, in bounded memory. */
import type { TimeScale } from "./time-scale.js";
import type { ValueScale } from "./value-scale.js";

/** Cells that are kept before intervals or ranges are made longer. */
const CELLS_MAX = 65_536;
/** Of an interval that was asked for, so many are kept as they are. */
const ASKED_CELLS_MAX = 1_048_576;
/** Before values of a heat map get coarser, so many intervals are kept. */
const HEAT_TIMES_MAX = 1024;

/** GroupCounts by number of the group; none: 0. */
export type GroupCounts = number[];

export class CountGrid {
  readonly time: TimeScale | undefined;
  readonly values: ValueScale | undefined;
  private readonly cellsMax: number;
  private rows = new Map<number, Map<number, GroupCounts>>();
  private cellCount = 0;
  private lastStart = Number.NaN;
  private lastRow: Map<number, GroupCounts> | undefined;

  constructor(time: TimeScale | undefined, values: ValueScale | undefined, isAsked: boolean) {
    this.time = time;
    this.values = values;
    this.cellsMax = isAsked ? ASKED_CELLS_MAX : CELLS_MAX;
  }

  /** `ms` counts where there is a scale of time, `value` where there is one of values. */
  add(ms: number, value: number, group: number): void {
    this.put(this.time?.start(ms) ?? 0, this.values?.key(value) ?? 0, group, 1);
    if (this.cellCount > this.cellsMax) this.coarsen();
  }

  get isEmpty(): boolean {
    return this.rows.size === 0;
  }

  /** Nothing was counted. Steps stay as long as they are. */
  clear(): void {
    this.rows = new Map();
    this.cellCount = 0;
    this.lastStart = Number.NaN;
  }

  /** By where the interval begins, rising. */
  entries(): (readonly [number, ReadonlyMap<number, GroupCounts>])[] {
    return [...this.rows].sort(([a], [b]) => a - b);
  }

  /** Where the first and the last interval begin; undefined: there is none. */
  get span(): readonly [firstMs: number, lastMs: number] | undefined {
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const start of this.rows.keys()) [first, last] = [Math.min(first, start), Math.max(last, start)];
    return first > last ? undefined : [first, last];
  }

  /** All keys of values. */
  keys(): number[] {
    return [...new Set([...this.rows.values()].flatMap((row) => [...row.keys()]))];
  }

  save(): unknown {
    return {
      step: this.time?.save() ?? null,
      power: this.values?.save() ?? null,
      rows: [...this.rows].map(([start, row]) => [start, [...row]]),
    };
  }

  load(state: unknown): void {
    const { step, power, rows } = state as {
      step: number | null;
      power: number | null;
      rows: [number, [number, GroupCounts][]][];
    };
    if (step !== null) this.time?.load(step);
    this.values?.load(power);
    this.rows = new Map(
      rows.map(([start, row]) => [start, new Map(row.map(([key, counts]) => [key, [...counts]]))]),
    );
    this.cellCount = rows.reduce((sum, [, row]) => sum + row.length, 0);
    this.lastStart = Number.NaN;
  }

  private put(start: number, key: number, group: number, count: number): void {
    if (start !== this.lastStart) {
      let row = this.rows.get(start);
      if (row === undefined) this.rows.set(start, (row = new Map()));
      this.lastRow = row;
      this.lastStart = start;
    }
    const row = this.lastRow!;
    const counts = row.get(key);
    if (counts !== undefined) {
      counts[group] = (counts[group] ?? 0) + count;
      return;
    }
    const first: GroupCounts = [];
    for (let n = 0; n < group; n++) first.push(0);
    first.push(count);
    row.set(key, first);
    this.cellCount++;
  }

  /** Until half of the cells are free, or nothing gets coarser. */
  private coarsen(): void {
    for (let isStuck = false; this.cellCount > this.cellsMax / 2; ) {
      const before = this.cellCount;
      const isTime =
        this.time !== undefined && (this.values === undefined || isStuck || this.rows.size > HEAT_TIMES_MAX);
      if (!isTime && isStuck) return;
      if (isTime) this.time!.coarsen();
      const move = isTime ? (key: number) => key : this.values!.coarsen(this.keys());
      const old = this.rows;
      this.rows = new Map();
      this.cellCount = 0;
      this.lastStart = Number.NaN;
      for (const [start, row] of old)
        for (const [key, counts] of row)
          for (const [group, count] of counts.entries())
            if (count !== undefined && count > 0)
              this.put(isTime ? this.time!.start(start) : start, move(key), group, count);
      if (!isTime && this.cellCount === before) isStuck = true;
    }
  }
}
