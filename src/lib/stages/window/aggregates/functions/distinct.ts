import { Distincts } from "../../accumulators/distincts.js";
import type { Aggregate } from "../aggregate.js";

/** `distinct(FIELD)`. */
export const distinct: Aggregate = {
  name: "distinct",
  usage: "distinct(FIELD)",
  summary: "how many different values, null not counted: within 2 %, nearly exact below 2,000",
  create: (call, plan) => {
    call.expectAtMost(1);
    const field = call.field(0);
    const distincts = plan.use(`distinct ${field}`, () => new Distincts(plan.inputs.addText(field)));
    const name = call.named(`distinct_${field}`);
    return {
      name,
      print: (all, group) => String(distincts.of(all).estimate(group)),
      sketch: { name: `sketch_${name}`, print: (all, group) => distincts.of(all).sketch(group).toJson() },
    };
  },
};
