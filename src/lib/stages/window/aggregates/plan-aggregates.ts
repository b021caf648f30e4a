/** From the text of `--agg` to outputs and the accumulators behind them. */
import { suggest } from "../../../base/suggest.js";
import { type Accumulator, Filtered, Handle } from "../accumulators/accumulator.js";
import type { Inputs } from "../definition/inputs.js";
import type { AggregatePlan, PlannedOutput } from "./aggregate.js";
import { type Call, type CallPiece, readCalls } from "./call.js";
import { AGGREGATES, aggregateNamed } from "./registry.js";

/** What a table of groups computes: immutable, shared by all tables. */
export interface Aggregation {
  readonly outputs: readonly PlannedOutput[];
  /** A fresh set of accumulators, without room for any group. */
  makeAccumulators(): Accumulator[];
}

/**
 * Throws usage.syntax. `taken`: names of fields that stand in results already. `what`: how messages call the text.
 */
export function planAggregates(
  text: string,
  inputs: Inputs,
  taken: readonly string[],
  what = "--agg",
): Aggregation {
  const makers: (() => Accumulator)[] = [];
  const known = new Map<string, number>();
  const outputs: PlannedOutput[] = [];
  const names = new Set(taken);
  for (const call of readCalls(text, what)) {
    const output = outputOf(call, planFor(call, inputs, makers, known));
    if (names.has(output.name))
      throw call.fail(
        `there would be two fields "${output.name}"`,
        call.name.at,
        "give it a name of its own: ... as n",
      );
    names.add(output.name);
    outputs.push(output);
  }
  return { outputs, makeAccumulators: () => makers.map((make) => make()) };
}

function outputOf(call: Call, plan: AggregatePlan): PlannedOutput {
  const { text, at } = call.name;
  const aggregate = aggregateNamed(text);
  if (aggregate !== undefined) return { ...aggregate.create(call, plan), kind: aggregate.yields ?? "number" };
  const names = AGGREGATES.map(({ name }) => name);
  throw call.fail(
    `there is no aggregate "${text}"`,
    at,
    `there are ${names.join(", ")}`,
    suggest(text, names),
  );
}

function planFor(
  call: Call,
  inputs: Inputs,
  makers: (() => Accumulator)[],
  known: Map<string, number>,
): AggregatePlan {
  return {
    inputs,
    use: <T extends Accumulator>(
      key: string,
      make: () => T,
      condition: CallPiece | undefined = call.where,
    ) => {
      const fullKey = condition === undefined ? key : `${key} where ${condition.text}`;
      let index = known.get(fullKey);
      if (index === undefined) {
        make();
        index =
          makers.push(condition === undefined ? make : filtering(make, inputs.addCondition(condition.text))) -
          1;
        known.set(fullKey, index);
      }
      return new Handle<T>(index);
    },
  };
}

function filtering<T extends Accumulator>(make: () => T, condition: number): () => Accumulator {
  return () => new Filtered(make(), condition);
}
