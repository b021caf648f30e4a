import { boundedBuckets, Histograms, ROUND_BUCKETS } from "../../accumulators/histograms.js";
import type { Aggregate } from "../aggregate.js";

const BOUNDS_MAX = 200;

/** `histogram(FIELD, BOUND, ...)`. */
export const histogram: Aggregate = {
  name: "histogram",
  usage: "histogram(FIELD), histogram(FIELD, BOUND, BOUND, ...)",
  summary:
    "how many numbers are up to each bound (and above the one before), as a list; without bounds 1, 2, 5, 10, 20, 50 ... as needed",
  yields: "list",
  create: (call, plan) => {
    call.expectAtMost(BOUNDS_MAX);
    const field = call.field(0);
    const bounds = call.args.slice(1).map((_, n) => call.number(n + 1));
    const wrong = bounds.findIndex((bound, n) => n > 0 && bound <= bounds[n - 1]!);
    if (wrong >= 0) throw call.fail("the bounds must rise", call.args[wrong + 1]!.at);
    const buckets = bounds.length === 0 ? ROUND_BUCKETS : boundedBuckets(bounds);
    const histograms = plan.use(
      `histogram ${bounds.join(" ")} ${field}`,
      () => new Histograms(plan.inputs.addNumber(field), buckets),
    );
    return {
      name: call.named(`histogram_${field}`),
      print: (all, group) => `[${histograms.of(all).result(group).map(printBucket).join(",")}]`,
    };
  },
};

/** `le` as in Prometheus: less than or equal; null for what is above the last bound. */
function printBucket([upTo, count]: readonly [number, number]): string {
  return `{"le":${Number.isFinite(upTo) ? upTo : "null"},"count":${count}}`;
}
