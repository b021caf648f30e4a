import { Extremes } from "../../accumulators/extremes.js";
import { type Aggregate, printNumber } from "../aggregate.js";

/** `min(FIELD)`. */
export const min: Aggregate = {
  name: "min",
  usage: "min(FIELD)",
  summary: "the smallest number; null when there is none",
  create: (call, plan) => {
    call.expectAtMost(1);
    const field = call.field(0);
    const extremes = plan.use(`min ${field}`, () => new Extremes(plan.inputs.addNumber(field), "min"));
    return {
      name: call.named(`min_${field}`),
      print: (all, group) => printNumber(extremes.of(all).result(group)),
    };
  },
};
