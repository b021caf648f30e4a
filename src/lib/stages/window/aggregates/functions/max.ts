import { Extremes } from "../../accumulators/extremes.js";
import { type Aggregate, printNumber } from "../aggregate.js";

/** `max(FIELD)`. */
export const max: Aggregate = {
  name: "max",
  usage: "max(FIELD)",
  summary: "the largest number; null when there is none",
  create: (call, plan) => {
    call.expectAtMost(1);
    const field = call.field(0);
    const extremes = plan.use(`max ${field}`, () => new Extremes(plan.inputs.addNumber(field), "max"));
    return {
      name: call.named(`max_${field}`),
      print: (all, group) => printNumber(extremes.of(all).result(group)),
    };
  },
};
