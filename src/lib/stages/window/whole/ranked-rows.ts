/** The rows of the results in order, as lines of NDJSON. */
import { quote } from "../../../json/quote.js";
import type { Accumulator } from "../accumulators/accumulator.js";
import { printNumber, type WindowSpan } from "../aggregates/aggregate.js";
import { groupsInOrder, OTHER } from "../printer.js";
import type { Groups } from "../stores/groups.js";
import type { ColumnOrder } from "./columns.js";
import type { TotalsDefinition } from "./definition.js";

/** A group with what it is ordered by. */
interface Ranked {
  readonly group: number;
  readonly values: readonly SortValue[];
}

/** null: there is none, which comes last in every order. */
type SortValue = number | string | null;

export class RankedRows implements Iterable<string> {
  private readonly groups: Groups;
  private readonly definition: TotalsDefinition;
  private readonly span: WindowSpan;
  private readonly keyLabels: readonly string[];
  private readonly outputLabels: readonly string[];

  constructor(groups: Groups, definition: TotalsDefinition, span: WindowSpan) {
    this.groups = groups;
    this.definition = definition;
    this.span = span;
    this.keyLabels = definition.options.by.map((name) => `${quote(name)}:`);
    this.outputLabels = definition.aggregation.outputs.map(({ name }) => `${quote(name)}:`);
  }

  *[Symbol.iterator](): Iterator<string> {
    const { within, limit } = this.definition.options;
    const all = this.ranked();
    const whole = this.total(all);
    if (within === 0) {
      for (const { group } of all.slice(0, limit)) yield this.row(group, whole);
      if (limit === undefined) yield this.otherRow(whole);
      return;
    }
    for (const part of this.parts(all)) {
      const partWhole = this.total(part);
      for (const { group } of part.slice(0, limit)) yield this.row(group, partWhole);
    }
  }

  private ranked(): Ranked[] {
    const { order } = this.definition;
    const ranked = Array.from(groupsInOrder(this.groups), (group) => ({
      group,
      values: order.map((key) => this.sortValue(group, key)),
    }));
    return ranked.sort((a, b) => compareRanked(a, b, order));
  }

  private sortValue(group: number, { column }: ColumnOrder): SortValue {
    const json = column.isAggregate ? this.output(column.index, group) : this.keys(group)[column.index]!;
    if (json === "null") return null;
    const number = Number(json);
    return Number.isNaN(number) ? json : number;
  }

  /** The groups of each combination of the outer fields, in the order in which these come up first. */
  private parts(all: readonly Ranked[]): readonly (readonly Ranked[])[] {
    const { within } = this.definition.options;
    const parts = new Map<string, Ranked[]>();
    for (const ranked of all) {
      const key = this.keys(ranked.group).slice(0, within).join("\n");
      const part = parts.get(key);
      if (part === undefined) parts.set(key, [ranked]);
      else part.push(ranked);
    }
    const events = (part: readonly Ranked[]) =>
      part.reduce((sum, { group }) => sum + this.groups.events.data[group]!, 0);
    return [...parts.values()].sort((a, b) => events(b) - events(a));
  }

  /** What the first aggregate adds up to; undefined where shares are not wanted. */
  private total(all: readonly Ranked[]): number | undefined {
    if (!this.definition.hasShare) return undefined;
    const { other } = this.groups;
    const rest =
      other === undefined || this.definition.options.within > 0
        ? 0
        : Number(this.outputOf(0, other.accumulators, 0));
    return all.reduce((sum, { group }) => sum + (Number(this.output(0, group)) || 0), rest || 0);
  }

  private row(group: number, whole: number | undefined): string {
    const keys = this.keys(group).map((json, n) => this.keyLabels[n] + json);
    const missed = this.groups.missed.data[group]!;
    return this.line(
      keys,
      this.groups.accumulators,
      group,
      whole,
      missed > 0 ? [`"missed_max":${missed}`] : [],
    );
  }

  /** The group of those that were given up; "" when there is none. */
  private otherRow(whole: number | undefined): string {
    const { other } = this.groups;
    if (other === undefined) return "";
    const keys = this.keyLabels.map((label) => `${label}"${OTHER}"`);
    return this.line(keys, other.accumulators, 0, whole, [`"groups_dropped":${other.groups}`]);
  }

  private line(
    keys: readonly string[],
    accumulators: readonly Accumulator[],
    group: number,
    whole: number | undefined,
    tail: readonly string[],
  ): string {
    const values = this.outputLabels.map((label, n) => label + this.outputOf(n, accumulators, group));
    const share =
      whole === undefined ? [] : [`"share":${shareOf(this.outputOf(0, accumulators, group), whole)}`];
    return `{${[...keys, ...values, ...share, ...tail].join(",")}}\n`;
  }

  private output(n: number, group: number): string {
    return this.outputOf(n, this.groups.accumulators, group);
  }

  private outputOf(n: number, accumulators: readonly Accumulator[], group: number): string {
    return this.definition.aggregation.outputs[n]!.print(accumulators, group, this.span);
  }

  /** The JSON texts of the group's fields. */
  private keys(group: number): readonly string[] {
    return this.keyLabels.length === 0 ? [] : this.groups.keys.text(group).split("\n").slice(0, -1);
  }
}

/** With four digits that mean something. */
function shareOf(json: string, whole: number): string {
  const share = Number(json) / whole;
  return printNumber(Number.isFinite(share) ? Number(share.toPrecision(4)) : undefined);
}

function compareRanked(a: Ranked, b: Ranked, order: readonly ColumnOrder[]): number {
  for (let n = 0; n < order.length; n++) {
    const found = compareValues(a.values[n]!, b.values[n]!, order[n]!.isDescending);
    if (found !== 0) return found;
  }
  return 0;
}

/** Numbers before texts; what is not there comes last, whichever way. */
function compareValues(a: SortValue, b: SortValue, isDescending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  if (a === b) return 0;
  return (a < b ? -1 : 1) * (isDescending ? -1 : 1);
}
