import { FirstLast } from "../../accumulators/first-last.js";
import type { Aggregate } from "../aggregate.js";

/** `first(FIELD)`. */
export const first: Aggregate = {
  name: "first",
  usage: "first(FIELD)",
  summary: "the value, of any type, of the earliest event that has one",
  yields: "any",
  create: (call, plan) => {
    call.expectAtMost(1);
    const field = call.field(0);
    const ends = plan.use(`first ${field}`, () => new FirstLast(plan.inputs.addRaw(field), "first"));
    return { name: call.named(`first_${field}`), print: (all, group) => ends.of(all).result(group) };
  },
};
