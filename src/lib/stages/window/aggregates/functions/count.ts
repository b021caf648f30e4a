// Enter here: one file an aggregate function.
import { Counts } from "../../accumulators/counts.js";
import { type Aggregate, printNumber } from "../aggregate.js";

/** `count`, `count(FIELD)`. */
export const count: Aggregate = {
  name: "count",
  usage: "count, count(FIELD), count(where EXPR)",
  summary: "events; events in which FIELD is there and not null; events for which EXPR is true",
  create: (call, plan) => {
    call.expectAtMost(1);
    const field = call.args.length === 0 ? undefined : call.field(0);
    const key = field === undefined ? "count" : `count ${field}`;
    const counts = plan.use(
      key,
      () => new Counts(field === undefined ? undefined : plan.inputs.addText(field)),
    );
    const standard =
      field === undefined ? (call.where === undefined ? "count" : "count_where") : `count_${field}`;
    return {
      name: call.named(standard),
      print: (all, group) => printNumber(counts.of(all).count.data[group]),
    };
  },
};
