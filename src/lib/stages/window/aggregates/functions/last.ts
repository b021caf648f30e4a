import { FirstLast } from "../../accumulators/first-last.js";
import type { Aggregate } from "../aggregate.js";

/** `last(FIELD)`. */
export const last: Aggregate = {
  name: "last",
  usage: "last(FIELD)",
  summary: "the value, of any type, of the latest event that has one",
  yields: "any",
  create: (call, plan) => {
    call.expectAtMost(1);
    const field = call.field(0);
    const ends = plan.use(`last ${field}`, () => new FirstLast(plan.inputs.addRaw(field), "last"));
    return { name: call.named(`last_${field}`), print: (all, group) => ends.of(all).result(group) };
  },
};
