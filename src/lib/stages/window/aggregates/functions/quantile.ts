import { Digests } from "../../accumulators/digests.js";
import { type Aggregate, type AggregateOutput, type AggregatePlan, printNumber } from "../aggregate.js";
import type { Call } from "../call.js";

/** `quantile(FIELD, Q)`. */
export const quantile: Aggregate = {
  name: "quantile",
  usage: "quantile(FIELD, Q)",
  summary: "the quantile Q of 0 to 1, by t-digest: exact for up to 128 numbers",
  create: (call, plan) => {
    call.expectAtMost(2);
    const field = call.field(0);
    if (call.args[1] === undefined)
      throw call.fail(
        "quantile needs a number from 0 to 1",
        call.name.at,
        `write it like quantile(${field}, 0.95)`,
      );
    const q = call.number(1);
    if (q < 0 || q > 1) throw call.fail("a quantile is from 0 to 1", call.args[1].at);
    return quantileOutput(call, plan, q, percentName(q));
  },
};

/** `p50(FIELD)` to `p99.99(FIELD)`: any percentile. */
export const percentile: Aggregate = {
  name: "p99",
  usage: "p50(FIELD), p99(FIELD), p99.9(FIELD)",
  summary: "any percentile, by t-digest: exact for up to 128 numbers",
  create: (call, plan) => {
    call.expectAtMost(1);
    const percent = Number(call.name.text.slice(1));
    if (percent > 100) throw call.fail("a percentile is from p0 to p100", call.name.at);
    return quantileOutput(call, plan, percent / 100, call.name.text.toLowerCase().replace(".", "_"));
  },
};

/** `median(FIELD)`. */
export const median: Aggregate = {
  name: "median",
  usage: "median(FIELD)",
  summary: "the same as p50",
  create: (call, plan) => {
    call.expectAtMost(1);
    return quantileOutput(call, plan, 0.5, "median");
  },
};

function quantileOutput(call: Call, plan: AggregatePlan, q: number, prefix: string): AggregateOutput {
  const field = call.field(0);
  const digests = plan.use(`digest ${field}`, () => new Digests(plan.inputs.addNumber(field)));
  return {
    name: call.named(`${prefix}_${field}`),
    print: (all, group) => printNumber(rounded(digests.of(all).quantile(group, q))),
    sketch: {
      name: call.where === undefined ? `sketch_${field}` : `sketch_${call.named(`${prefix}_${field}`)}`,
      print: (all, group) => digests.of(all).sketch(group).toJson(),
    },
  };
}

/** 0.95 is p95, 0.999 is p99_9. */
function percentName(q: number): string {
  return `p${String(Number((q * 100).toPrecision(12))).replace(".", "_")}`;
}

/** Without the last digits that only come from going part of the way between two values. */
function rounded(value: number | undefined): number | undefined {
  // Most values have few decimals, and printing digits to find that out is slow.
  const isShort = value === undefined || Math.round(value * 1e6) / 1e6 === value;
  return isShort ? value : Number(value.toPrecision(15));
}
