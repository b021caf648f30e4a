// Enter here: the named patterns that `grok:` knows without a file, by kind of program.
import type { GrokDefinition, GrokDefinitions } from "../grok-definitions.js";
import { CORE } from "./core.js";

/** Under which names the patterns of programs capture: Logstash's old ones, or those of the Elastic Common Schema. */
export type CaptureNames = "legacy" | "ecs";

/**
 * The names and what they capture are those that grok users know from Logstash; the expressions are our own, made after each program's
 * documentation of its format, and match in linear time as far as grok allows.
 *
 * A table has a name and an Oniguruma expression a line, which may use others; a line that ends in `\` goes on in the next, whose
 * leading blanks do not count. A capture of two names, `%{IP:clientip|[source][ip]}` or `(?<a|[b][c]>...)`, has the first in legacy
 * mode and the second in ECS mode; an empty one captures nothing.
 */
const TABLES: readonly string[] = [CORE];

const made = new Map<CaptureNames, GrokDefinitions>();

export function builtInDefinitions(names: CaptureNames): GrokDefinitions {
  let definitions = made.get(names);
  if (definitions === undefined)
    made.set(names, (definitions = new Map(TABLES.flatMap((t) => rows(t, names)))));
  return definitions;
}

function rows(table: string, names: CaptureNames): [string, GrokDefinition][] {
  return table
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const space = line.indexOf(" ");
      return [line.slice(0, space), { source: named(line.slice(space + 1), names) }];
    });
}

function named(source: string, names: CaptureNames): string {
  const pick = (legacy: string, ecs: string) => (names === "legacy" ? legacy : ecs);
  return source
    .replace(/%\{(\w+):([^|{}]*)\|([^|{}]*)\}/g, (_, name: string, legacy: string, ecs: string) => {
      const field = pick(legacy, ecs);
      return field === "" ? `%{${name}}` : `%{${name}:${field}}`;
    })
    .replace(/\(\?<([^|<>]*)\|([^|<>]*)>/g, (_, legacy: string, ecs: string) => {
      const field = pick(legacy, ecs);
      return field === "" ? "(?:" : `(?<${field}>`;
    });
}
