/** HistogramGroups of events by the values of fields, numbered as they come. */
import type { Rows } from "../../event/rows/rows.js";

/** Further ones are one group, "other". */
export const GROUPS_MAX = 64;

export class HistogramGroups {
  private readonly fields: readonly number[];
  private readonly numbers = new Map<string, number>();

  /** `FieldSet` numbers; none: all events are one group. */
  constructor(fields: readonly number[]) {
    this.fields = fields;
  }

  of(rows: Rows, row: number): number {
    if (this.fields.length === 0) return 0;
    let key = "";
    for (const field of this.fields) key += `${rows.raw(field, row) ?? "null"}\n`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const name = this.numbers.size < GROUPS_MAX ? key : `"other"\n`.repeat(this.fields.length);
    const number = this.numbers.get(name) ?? this.numbers.size;
    this.numbers.set(name, number);
    return number;
  }

  /** There were more than can be told apart: those that came first are. */
  get isOver(): boolean {
    return this.numbers.size > GROUPS_MAX;
  }

  /** The JSON texts of its fields. */
  valuesOf(number: number): readonly string[] {
    const key = [...this.numbers].find(([, other]) => other === number)?.[0] ?? "";
    return key.split("\n").slice(0, -1);
  }

  save(): readonly string[] {
    return [...this.numbers.keys()];
  }

  load(keys: readonly string[]): void {
    this.numbers.clear();
    for (const key of keys) this.numbers.set(key, this.numbers.size);
  }
}
