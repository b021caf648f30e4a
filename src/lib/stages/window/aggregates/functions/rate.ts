import { Counts } from "../../accumulators/counts.js";
import { Sums } from "../../accumulators/sums.js";
import { type Aggregate, printNumber, type WindowSpan } from "../aggregate.js";

/** `rate`, `rate(FIELD)`: a second. */
export const rate: Aggregate = {
  name: "rate",
  usage: "rate, rate(FIELD)",
  summary: "events a second, over the whole window; the sum of FIELD a second",
  create: (call, plan) => {
    call.expectAtMost(1);
    if (call.args.length === 0) {
      const counts = plan.use("count", () => new Counts());
      return {
        name: call.named("rate"),
        print: (all, group, span) => perSecond(counts.of(all).count.data[group]!, span),
      };
    }
    const field = call.field(0);
    const sums = plan.use(`sum ${field}`, () => new Sums(plan.inputs.addNumber(field)));
    return {
      name: call.named(`rate_${field}`),
      print: (all, group, span) => perSecond(sums.of(all).nearest(group), span),
    };
  },
};

function perSecond(amount: number, { startMs, endMs }: WindowSpan): string {
  return printNumber(endMs > startMs ? (amount * 1000) / (endMs - startMs) : undefined);
}
