/** One condition of `check`, read: `slow: p95(request_time) > 1 by path every 5m`. */
import { failure } from "../../../base/errors/index.js";
import type { ValueKind } from "../../../expression/expression.js";
import { type ColumnCondition, checkColumns, replaceAggregates } from "../aggregates/conditions.js";
import { planAggregates } from "../aggregates/plan-aggregates.js";
import { Inputs } from "../definition/inputs.js";
import { readCondition } from "../whole/language.js";
import { RowJudge } from "./row-judge.js";

/** Plain data, so that it can travel to a worker. */
export interface CheckPlan {
  readonly name: string;
  /** As it was written, without its name and clauses. */
  readonly condition: string;
  /** The condition over the columns of the results. */
  readonly over: string;
  /** The aggregates in it, each with the name of its column. */
  readonly agg: string;
  readonly by: readonly string[];
  readonly where: string | undefined;
  /** How long windows are; undefined: one over everything. */
  readonly every: string | undefined;
}

const NAME = /^\s*([\p{L}\p{N}_][\p{L}\p{N} _./-]{0,63}?)\s*:\s+(?=\S)/u;

/** `name`: where the text has none of its own. Throws usage.syntax and usage.bad-value. */
export function readCheck(text: string, what: string, name?: string): CheckPlan {
  const named = name === undefined ? NAME.exec(text) : null;
  const { condition, by, where, every } = readCondition(text.slice(named?.[0].length ?? 0), what);
  const columns = new Map<string, string>();
  const replaced = replaceAggregates(condition, (call) => {
    const written = call.replaceAll(/\s+/g, " ");
    const column = columns.get(written) ?? `value_${columns.size + 1}`;
    columns.set(written, column);
    return column;
  });
  if (columns.size === 0) {
    const reason = "there is no aggregate in it";
    const hint =
      "a condition is like count > 100, ratio(status >= 500) > 0.02 or p95(request_time) > 1 by path";
    throw failure("usage.bad-value", { option: what, value: text, reason, hint });
  }
  checkParts({ what, by, where, isWindowed: every !== undefined }, replaced, columns);
  if (every !== undefined && [...columns.keys()].every((call) => /^count(\(\s*\))?$/i.test(call)))
    checkSilence(replaced.over, [...columns.values()], { what, text: condition, every });
  const agg = [...columns].map(([call, column]) => `${call} as ${column}`).join(", ");
  return { name: name ?? named?.[1] ?? text.trim(), condition, over: replaced.over, agg, by, where, every };
}

/** Here, and not where they are run: messages show what was written, and where that stands. */
function checkParts(
  { what, by, where, isWindowed }: CheckedParts,
  condition: ColumnCondition,
  calls: ReadonlyMap<string, string>,
): void {
  const inputs = new Inputs(by, "timestamp", where, what);
  const kinds = new Map<string, ValueKind>(by.map((name) => [name, "any"]));
  for (const name of isWindowed ? ["window_start", "window_end"] : []) kinds.set(name, "any");
  for (const [call, column] of calls)
    for (const { kind } of planAggregates(call, inputs, [], what).outputs) kinds.set(column, kind);
  checkColumns(condition, kinds, what);
}

interface CheckedParts {
  readonly what: string;
  readonly by: readonly string[];
  readonly where: string | undefined;
  readonly isWindowed: boolean;
}

/** Counts at which a condition that holds for windows with events would be seen to. */
const COUNTS = [1, 2, 3, 5, 10, 100, 1000, 1e6, 1e9];

/** Throws usage.bad-value for `count == 0 every 1m`: there are no windows without an event, so that it never holds. */
function checkSilence(
  over: string,
  columns: readonly string[],
  { what, text, every }: { readonly what: string; readonly text: string; readonly every: string },
): void {
  const holds = (count: number) => {
    const judge = new RowJudge(over, what, false);
    const row = Object.fromEntries(columns.map((column) => [column, count]));
    judge.look(Buffer.from(`${JSON.stringify(row)}\n`));
    return judge.verdict.held > 0;
  };
  if (!holds(0) || COUNTS.some(holds)) return;
  throw failure("usage.bad-value", {
    option: what,
    value: `${text} every ${every}`,
    reason: "a window without an event does not come out, so that this never holds",
    hint: `ask the latest stretch: --fail-if '${text}' --since ${every}`,
  });
}
