import { Moments } from "../../accumulators/moments.js";
import { type Aggregate, printNumber } from "../aggregate.js";

/** `stddev(FIELD)`. */
export const stddev: Aggregate = {
  name: "stddev",
  usage: "stddev(FIELD)",
  summary: "the standard deviation of a sample, as SQL's stddev; null for fewer than two numbers",
  create: (call, plan) => {
    call.expectAtMost(1);
    const field = call.field(0);
    const moments = plan.use(`moments ${field}`, () => new Moments(plan.inputs.addNumber(field)));
    return {
      name: call.named(`stddev_${field}`),
      print: (all, group) => printNumber(moments.of(all).deviation(group)),
    };
  },
};
