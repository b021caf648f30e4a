import type { Batch } from "./accumulator.js";
import { CellAccumulator } from "./cell-accumulator.js";
import { Cells } from "./columns.js";

/** How many events; or, of a column of texts, how many have a value that is not null. */
export class Counts extends CellAccumulator {
  readonly count = new Cells();
  private readonly text: number | undefined;

  constructor(text?: number) {
    super();
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

  protected get all(): readonly Cells[] {
    return [this.count];
  }
}
