/** Count windows at work: every so many events of a group, in the order they come. */
import type { State } from "../../../pipeline/contract/stage.js";
import type { Accumulator } from "../accumulators/accumulator.js";
import type { WindowSpan } from "../aggregates/aggregate.js";
import { groupsInOrder, type Marks, type Printer } from "../printer.js";
import type { Results } from "../results.js";
import { GroupBounds } from "./bounds.js";
import { Groups } from "./groups.js";
import type { Store, Timed } from "./store.js";

export interface CountSettings {
  /** Events of a window. */
  readonly size: number;
  readonly makeAccumulators: () => Accumulator[];
  readonly groupsMax: number;
  readonly printer: Printer;
  readonly results: Results;
  readonly count: (name: string, by?: number) => void;
}

export class CountStore implements Store {
  readonly lastEndMs = Number.NEGATIVE_INFINITY;
  private readonly settings: CountSettings;
  private readonly groups: Groups;

  constructor(settings: CountSettings) {
    this.settings = settings;
    this.groups = new Groups(() => [...settings.makeAccumulators(), new GroupBounds()], settings.groupsMax);
  }

  add({ columns, isTick }: Timed, from: number, to: number): void {
    const { groups } = this;
    for (let row = from; row < to; row++) {
      const timeMs = columns.times[row]!;
      if (Number.isNaN(timeMs)) continue;
      this.settings.results.row = row;
      if (isTick[row] === 1) this.printEarly();
      const group = groups.groupOf(columns, row);
      this.bounds.take(group, timeMs);
      groups.add(columns, row, group);
      if (groups.events.data[group]! >= this.settings.size) this.complete(group);
    }
    groups.flush();
  }

  close(): void {}

  printEarly(): void {
    this.groups.flush();
    this.print(this.groups.takeChanged(groupsInOrder(this.groups)), { isPartial: true });
  }

  /** Windows that are not full come out too, and say so. */
  end(): void {
    const { groups } = this;
    groups.flush();
    groups.prune(this.settings.groupsMax);
    this.print(groupsInOrder(groups), { isPartial: true });
    const bounds = groups.other?.accumulators.at(-1) as GroupBounds | undefined;
    if (bounds === undefined) return;
    const span = { startMs: bounds.first.data[0]!, endMs: bounds.last.data[0]! };
    this.settings.results.write(this.settings.printer.otherRow(groups, span, { isPartial: true }));
    this.settings.count("groups_dropped", groups.other!.groups);
  }

  get memoryBytes(): number {
    return this.groups.memoryBytes;
  }

  get groupCount(): number {
    return this.groups.count;
  }

  shrink(share: number): void {
    this.groups.prune(Math.max(16, Math.floor(this.groups.count * share)));
  }

  save(): State {
    return this.groups.save();
  }

  load(state: State): void {
    this.groups.load(state);
  }

  private complete(group: number): void {
    this.groups.flush();
    this.print(Uint32Array.of(group), {});
    this.groups.remove(group);
    this.groups.compact();
    this.settings.count("windows");
  }

  private print(order: Uint32Array, marks: Marks): void {
    const { printer, results } = this.settings;
    for (const group of order)
      results.write(printer.printGroup(this.groups, group, this.spanOf(group), marks));
  }

  private spanOf(group: number): WindowSpan {
    const { first, last } = this.bounds;
    return { startMs: first.data[group]!, endMs: last.data[group]! };
  }

  private get bounds(): GroupBounds {
    return this.groups.accumulators.at(-1) as GroupBounds;
  }
}
