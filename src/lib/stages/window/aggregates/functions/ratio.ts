import { Counts } from "../../accumulators/counts.js";
import { type Aggregate, type AggregatePlan, printNumber } from "../aggregate.js";
import { type Call, type CallPiece, splitAt } from "../call.js";

/** `ratio(EXPR)`, `ratio(EXPR / EXPR)`. */
export const ratio: Aggregate = {
  name: "ratio",
  usage: "ratio(EXPR), ratio(EXPR / EXPR)",
  summary:
    "the share of events for which EXPR is true, of all or of those for which the second is; null when there are none. A division inside of EXPR stands in parentheses",
  create: (call, plan) => {
    const [part, whole] = conditionsOf(call);
    const parts = counting(plan, part);
    const wholes = counting(plan, whole);
    return {
      name: call.named(`ratio_${nameOf(part!.text)}`),
      print: (all, group) =>
        printNumber(parts.of(all).count.data[group]! / wholes.of(all).count.data[group]!),
    };
  },
};

function conditionsOf(call: Call): readonly [CallPiece | undefined, CallPiece | undefined] {
  if (call.where !== undefined)
    throw call.fail("ratio takes no where", call.where.at, "put it into both conditions with &&");
  call.expectAtMost(2);
  const [first, second] = call.args;
  if (first === undefined)
    throw call.fail("ratio needs a condition", call.name.at, "write it like ratio(status >= 500)");
  if (second !== undefined) return [first, second];
  const parts = splitAt(call.whole, first, "/");
  if (parts.length > 2)
    throw call.fail(
      "ratio takes one / between two conditions",
      parts[2]!.at,
      "put divisions into parentheses",
    );
  return [parts[0], parts[1]];
}

function counting(plan: AggregatePlan, condition: CallPiece | undefined) {
  return plan.use("count", () => new Counts(), condition);
}

/** The words and numbers of an expression: `status >= 500` is status_500. */
function nameOf(expression: string): string {
  return (expression.match(/[\p{L}\p{N}_.]+/gu) ?? ["condition"]).join("_").slice(0, 60);
}
