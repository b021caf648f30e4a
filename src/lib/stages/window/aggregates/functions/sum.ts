import { Sums } from "../../accumulators/sums.js";
import { type Aggregate, printNumber } from "../aggregate.js";

/** `sum(FIELD)`. */
export const sum: Aggregate = {
  name: "sum",
  usage: "sum(FIELD)",
  summary:
    "the sum of numbers, exact for whole numbers of any 64 bits; null when there is none, or it is beyond 1.8e308",
  create: (call, plan) => {
    call.expectAtMost(1);
    const field = call.field(0);
    const sums = plan.use(`sum ${field}`, () => new Sums(plan.inputs.addNumber(field)));
    return {
      name: call.named(`sum_${field}`),
      print: (all, group) =>
        sums.of(all).count.data[group] === 0 ? "null" : printNumber(sums.of(all).total(group)),
    };
  },
};
