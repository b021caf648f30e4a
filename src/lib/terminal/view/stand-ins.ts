/** Members that stand at the head of a line for a well-known field which the event has not: `msg`, `lvl`, `hostname`. */
import type { Members } from "../../event/members.js";
import { RULES, type Rule } from "../../format/normalise.js";
import { readValue } from "../../format/normalise-values.js";

export const STOOD_IN = ["level", "message", "service", "host"] as const;
export type StoodIn = (typeof STOOD_IN)[number];

interface Ranked {
  readonly rule: Rule;
  readonly target: StoodIn;
  readonly rank: number;
}

const RULES_BY_NAME: ReadonlyMap<string, Ranked> = new Map(
  RULES.flatMap((rule, rank): [string, Ranked][] => {
    const target = STOOD_IN.find((name) => name === rule.target);
    return target === undefined || rule.isCopied === true ? [] : [[rule.from, { rule, target, rank }]];
  }),
);

/** As `parse` would have it, of the members of `line` itself: the first name of the table that fits. Undefined: there are none. */
export function standInsOf(line: string, members: Members): ReadonlyMap<number, StoodIn> | undefined {
  const { names, valueStarts, valueEnds } = members;
  let best: Map<StoodIn, { rank: number; index: number }> | undefined;
  for (let index = 0; index < names.length; index++) {
    const found = RULES_BY_NAME.get(names[index]!);
    if (found === undefined || names.includes(found.target)) continue;
    const { rule, target, rank } = found;
    if (rule.beside?.every((name) => names.includes(name)) === false) continue;
    if (readValue(rule.reading, line.slice(valueStarts[index], valueEnds[index])) === undefined) continue;
    best ??= new Map();
    if (rank <= (best.get(target)?.rank ?? rank)) best.set(target, { rank, index });
  }
  return best && new Map([...best].map(([target, { index }]) => [index, target]));
}
