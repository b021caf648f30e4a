import { quote } from "../../../../json/quote.js";
import type { Frequent } from "../../../../sketch/top-k.js";
import { Tops } from "../../accumulators/tops.js";
import type { Aggregate } from "../aggregate.js";

const COUNT_DEFAULT = 10;
const COUNT_MAX = 1000;
/** Values that are counted apart: as long as a group has no more, the answer is exact. */
const CAPACITY_MIN = 1000;

/** `topk(FIELD, N)`. */
export const topk: Aggregate = {
  name: "topk",
  usage: "topk(FIELD), topk(FIELD, N)",
  summary:
    "the N most frequent values (default 10) with their counts, as a list; `error` says by how much a count may be too high",
  yields: "list",
  create: (call, plan) => {
    call.expectAtMost(2);
    const field = call.field(0);
    const n = call.args[1] === undefined ? COUNT_DEFAULT : call.number(1);
    if (!Number.isInteger(n) || n < 1 || n > COUNT_MAX)
      throw call.fail(`topk takes a whole number from 1 to ${COUNT_MAX}`, call.args[1]!.at);
    const capacity = Math.max(CAPACITY_MIN, 10 * n);
    const tops = plan.use(`top ${capacity} ${field}`, () => new Tops(plan.inputs.addText(field), capacity));
    const name = call.named(`topk_${field}`);
    return {
      name,
      print: (all, group) => `[${tops.of(all).top(group, n).map(printFrequent).join(",")}]`,
      sketch: { name: `sketch_${name}`, print: (all, group) => tops.of(all).sketch(group).toJson() },
    };
  },
};

function printFrequent({ value, count, error }: Frequent): string {
  return `{"value":${quote(value)},"count":${count}${error > 0 ? `,"error":${error}` : ""}}`;
}
