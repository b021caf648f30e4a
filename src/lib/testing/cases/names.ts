/** The names of a graph that a case may use. */
import { suggest } from "../../base/suggest.js";
import type { Graph } from "../../pipeline/contract/graph.js";
import { DEAD_LETTERS } from "./test-case.js";
import type { YamlPart } from "./tree.js";

export interface GraphNames {
  /** What lines can be given to. */
  readonly inputs: readonly string[];
  /** What something comes out of: nodes, `ROUTE.PORT`, sinks, `dead-letters`. */
  readonly outputs: readonly string[];
  readonly sinks: readonly string[];
  /** Where input is given that names no node, and what is meant by an expectation that names none. */
  readonly onlyInput: string | undefined;
  readonly onlySink: string | undefined;
}

export function namesOf({ sources, stages, routes, sinks }: Graph): GraphNames {
  const name = (node: { readonly name: string }) => node.name;
  const ports = routes.flatMap((route) => route.ports.map((port) => `${route.name}.${port.name}`));
  const inputs = [...sources, ...stages, ...routes].map(name);
  const only = (names: readonly string[]) => (names.length === 1 ? names[0] : undefined);
  return {
    inputs,
    outputs: [...inputs, ...ports, ...sinks.map(name), DEAD_LETTERS],
    sinks: sinks.map(name),
    onlyInput: only(sources.map(name)),
    onlySink: only(sinks.map(name)),
  };
}

/** The name, if it is one of `known`. Throws usage.file at the part. */
export function knownName(name: string, known: readonly string[], what: string, part: YamlPart): string {
  if (known.includes(name)) return name;
  throw part.fault(`the pipeline has no ${what} "${name}"`, {
    suggestion: suggest(name, known),
    hint: `there are ${known.join(", ")}`,
  });
}
