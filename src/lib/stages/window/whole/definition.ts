/** What `stats` and `top` are told to do: immutable, read from the options once. */
import { failure } from "../../../base/errors/index.js";
import { readCalls } from "../aggregates/call.js";
import { checkColumns, conditionOver } from "../aggregates/conditions.js";
import { type Aggregation, planAggregates } from "../aggregates/plan-aggregates.js";
import { Inputs } from "../definition/inputs.js";
import { type ColumnOrder, columnKinds, columnsOf, readOrder, type TotalsColumn } from "./columns.js";

export interface TotalsOptions {
  /** All group fields. */
  readonly by: readonly string[];
  /** Rows are ranked and limited within each combination of the first so many of them. */
  readonly within: number;
  readonly agg: string;
  /** How messages call `agg`. */
  readonly aggWhat: string;
  readonly where: string | undefined;
  readonly timeField: string;
  readonly maxGroups: number;
  readonly memory: number;
  /** As it was written; undefined: by the first aggregate, greatest first. */
  readonly sort: string | undefined;
  /** The smallest first, where greatest first is what is done otherwise. */
  readonly isAscending: boolean;
  readonly limit: number | undefined;
  /** Whether the share that a row has of all is printed, of what can be added up. */
  readonly hasShare: boolean;
  /** Whether events in which no group field is there are left out. */
  readonly needsField: boolean;
  /** A condition over the rows that come out. */
  readonly failIf: string | undefined;
  /** Whether there is a row even where nothing came in: `count` is 0 then. */
  readonly answersNothing?: boolean;
}

/** Aggregates that the values of groups add up to. */
const ADDED: ReadonlySet<string> = new Set(["count", "sum"]);

export class TotalsDefinition {
  readonly options: TotalsOptions;
  readonly inputs: Inputs;
  readonly aggregation: Aggregation;
  readonly columns: readonly TotalsColumn[];
  readonly order: readonly ColumnOrder[];
  /** Whether an aggregate goes by the time of events. */
  readonly needsTimes: boolean;
  readonly hasShare: boolean;
  /** Over the columns of the results. */
  readonly failIf: string | undefined;

  /** Throws usage errors. */
  constructor(options: TotalsOptions) {
    const { agg, aggWhat, by } = options;
    this.options = options;
    const calls = readCalls(agg, aggWhat);
    this.inputs = new Inputs(by, options.timeField, options.where);
    const own = ["groups_dropped", "missed_max", ...(options.hasShare ? ["share"] : [])];
    const taken = by.find((name) => own.includes(name));
    if (taken !== undefined) throw twoOfAName(taken, by);
    this.aggregation = planAggregates(agg, this.inputs, [...own, ...by], aggWhat);
    this.inputs.check();
    this.columns = columnsOf(by, this.aggregation.outputs, agg);
    this.order = readOrder(options.sort, this.columns, options.isAscending);
    this.needsTimes = calls.some(({ name }) => /^(first|last|rate)$/i.test(name.text));
    this.hasShare = options.hasShare && ADDED.has(calls[0]!.name.text.toLowerCase());
    if (options.failIf !== undefined) this.failIf = this.conditionOf(options.failIf);
  }

  /** Throws usage.bad-expression. */
  private conditionOf(text: string): string {
    const condition = conditionOver(text, this.columns);
    const own = [...(this.hasShare ? ["share"] : []), "groups_dropped", "missed_max"];
    checkColumns(condition, columnKinds(this.columns, own), "--fail-if");
    return condition.over;
  }
}

function twoOfAName(name: string, by: readonly string[]) {
  return failure("usage.bad-value", {
    option: "FIELD",
    value: by.join(","),
    reason: `there would be two fields "${name}" in results`,
    hint: `give it another name first: logpipe enrich --rename ${name}=event_${name}`,
  });
}
