/** Commands whose first operand says what to do: `store retention set logs --older-than 30d`. */
import { failure } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import type { UnusedOptions } from "./stage.js";

/** What an action takes; `--store` and the options of every command are for all. */
export interface CommandAction {
  readonly options: readonly string[];
  /** How many operands may follow it. */
  readonly operands: number;
}

export type Actions = Readonly<Record<string, CommandAction>>;

export interface AskedAction {
  readonly action: string;
  readonly operands: readonly string[];
}

/**
 * The action that the operands ask for, `fallback` when the first one is none, and what follows it. Throws
 * usage.bad-value and usage.too-many-operands for what the action does not take.
 */
export function actionOf(
  command: string,
  actions: Actions,
  fallback: string,
  operands: readonly string[],
): AskedAction {
  const [first, ...others] = operands;
  const isNamed = first !== undefined && Object.hasOwn(actions, first);
  const asked = isNamed ? { action: first, operands: others } : { action: fallback, operands };
  const extra = asked.operands[actions[asked.action]!.operands];
  if (extra === undefined) return asked;
  if (isNamed) throw failure("usage.too-many-operands", { command: `${command} ${first}`, operand: extra });
  const names = Object.keys(actions);
  const hint = `it is one of: ${names.join(", ")}`;
  const facts = { option: "ACTION", value: first!, reason: "no such action", hint };
  throw failure("usage.bad-value", { ...facts, suggestion: suggest(first!, names) });
}

/** Options of other actions, for `Declaration.unused`. */
export function unusedByAction(
  command: string,
  actions: Actions,
  fallback: string,
  operands: readonly string[],
): UnusedOptions[] {
  const [first] = operands;
  const action = first !== undefined && Object.hasOwn(actions, first) ? first : fallback;
  const used = new Set(actions[action]!.options);
  const others = new Set(Object.values(actions).flatMap(({ options }) => options));
  return [...others].flatMap((option) => {
    if (used.has(option)) return [];
    const names = Object.keys(actions).filter((name) => actions[name]!.options.includes(option));
    const hint = `it is for ${names.map((name) => `"${command} ${name}"`).join(" and ")}`;
    return [{ options: [option], by: `${command} ${action}`, hint }];
  });
}
