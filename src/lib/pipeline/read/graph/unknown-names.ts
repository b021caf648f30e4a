/** Names in a node that nothing has: what was perhaps meant. */
import type { LogpipeError } from "../../../base/errors/index.js";
import { suggest } from "../../../base/suggest.js";
import type { YamlEntry } from "../../../options/yaml.js";
import type { Commands } from "../build.js";
import { fault } from "../steps.js";
import { PROPERTIES_OF_OTHERS, STEPS_OF_OTHERS } from "./words-of-others.js";

export function propertiesOf(kind: "source" | "sink"): readonly string[] {
  return kind === "source" ? ["rate-limit"] : ["from", "required", "on-full", "rate-limit", "output"];
}

export async function unknownStep(
  { key, place }: YamlEntry,
  kind: "source" | "sink",
  commands: Commands,
): Promise<LogpipeError> {
  const own = STEPS_OF_OTHERS[kind][key.toLowerCase()];
  if (own !== undefined) return fault(place, `unknown ${kind} "${key}"`, { hint: own });
  const names: string[] = [];
  for (const name of commands.names) if ((await commands.load(name))?.kind === kind) names.push(name);
  return fault(place, `unknown ${kind} "${key}"`, {
    suggestion: suggest(key, [...names, ...propertiesOf(kind)]),
    hint: `there are ${names.join(", ")}`,
  });
}

/** The property that a name was perhaps meant for: that of other programs, or misspelt. */
export function meantBy(key: string, known: readonly string[]): string | undefined {
  const other = PROPERTIES_OF_OTHERS[key.toLowerCase()]?.is;
  return other !== undefined && known.includes(other) ? other : suggest(key, known);
}

/** `what`: what `known` belongs to; `hint` where more is known of the name. */
export function notHere(
  { key, place }: YamlEntry,
  name: string,
  known: readonly string[],
  what: string,
  hint?: string,
): LogpipeError {
  const other = PROPERTIES_OF_OTHERS[key.toLowerCase()];
  const isOther = other !== undefined && known.includes(other.is);
  return fault(place, `${name} has nothing called "${key}"`, {
    suggestion: hint === undefined && !isOther ? suggest(key, known) : undefined,
    hint: hint ?? (isOther ? other.hint : `${what} has ${known.join(", ")}`),
  });
}
