import { Sums } from "../../accumulators/sums.js";
import { type Aggregate, printNumber } from "../aggregate.js";

/** `avg(FIELD)`. */
export const avg: Aggregate = {
  name: "avg",
  usage: "avg(FIELD)",
  summary: "the mean of numbers; null when there is none, or their sum is beyond 1.8e308",
  create: (call, plan) => {
    call.expectAtMost(1);
    const field = call.field(0);
    const sums = plan.use(`sum ${field}`, () => new Sums(plan.inputs.addNumber(field)));
    return {
      name: call.named(`avg_${field}`),
      print: (all, group) => printNumber(sums.of(all).nearest(group) / sums.of(all).count.data[group]!),
    };
  },
};
