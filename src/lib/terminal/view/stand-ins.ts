/**
 * Members that stand at the head of a line for a well-known field which the event has not: `msg`, `lvl`, `hostname`.
 */

import { isWindowsEvent } from "../../format/levels/windows-event.js";
import { readValue } from "../../format/normalise/readings.js";
import { RULES, type WellKnownRule } from "../../format/normalise/well-known.js";
import type { Members } from "../../json/members.js";

export const STOOD_IN = ["level", "message", "service", "host"] as const;
export type StoodIn = (typeof STOOD_IN)[number];

export interface StandIn {
  readonly head: StoodIn;
  /** JSON text of the value as the well-known field has it. */
  readonly json: string;
}

interface Ranked {
  readonly rule: WellKnownRule;
  readonly target: StoodIn;
  readonly rank: number;
}

const RULES_BY_NAME: ReadonlyMap<string, Ranked> = new Map(
  RULES.flatMap((rule, rank): [string, Ranked][] => {
    const target = STOOD_IN.find((name) => name === rule.target);
    return target === undefined || rule.isCopied === true ? [] : [[rule.from, { rule, target, rank }]];
  }),
);

/**
 * As `parse` would have it, of the members of `line` itself: the first name of the table that fits. Undefined: there
 * are none.
 */
export function standInsOf(line: string, members: Members): ReadonlyMap<number, StandIn> | undefined {
  const { names, valueStarts, valueEnds } = members;
  let best: Map<StoodIn, { rank: number; index: number; json: string }> | undefined;
  for (let index = 0; index < names.length; index++) {
    const found = RULES_BY_NAME.get(names[index]!);
    if (found === undefined || names.includes(found.target)) continue;
    const { rule, target, rank } = found;
    if (rule.beside?.every((name) => names.includes(name)) === false) continue;
    if (rule.isOfWindows === true && !isWindowsEvent((name) => names.includes(name))) continue;
    const json = readValue(rule.reading, line.slice(valueStarts[index], valueEnds[index]));
    if (json === undefined) continue;
    best ??= new Map();
    if (rank <= (best.get(target)?.rank ?? rank)) best.set(target, { rank, index, json });
  }
  return best && new Map([...best].map(([head, { index, json }]) => [index, { head, json }]));
}
