/** How a graph will run, as lines of text: the same for the same graph and machine. */
import type { Graph, Outline, OutlineNode } from "../../contract/graph.js";
import type { RunOptions } from "../../contract/pipeline.js";
import { expanded } from "./expand.js";
import { plannedOutline } from "./outline.js";
import { placement } from "./placement/placement.js";

export async function explainGraph(
  asked: Graph,
  options: Pick<RunOptions, "workers" | "output">,
): Promise<string> {
  return explainExpanded(await expanded(asked), options);
}

/** The same for a graph as `expanded` gives it. */
export function explainExpanded(graph: Graph, options: Pick<RunOptions, "workers" | "output">): string {
  const { nodes, edges } = plannedOutline(graph, options);
  const width = Math.max(...nodes.map(({ name }) => name.length));
  const lines = nodes.map((node) => lineOf(node, edges, width));
  const warnings = placement(graph).warnings.map((text) => `warning ${text}`);
  return `${[...lines, ...warnings].join("\n")}\n`;
}

function lineOf({ name, kind, title, notes }: OutlineNode, edges: Outline["edges"], width: number): string {
  const from = edges
    .filter(({ to }) => to === name)
    .map((edge) => (edge.label === undefined ? edge.from : `${edge.from} (${edge.label})`));
  const said = notes.length === 0 ? "" : `  [${notes.join(", ")}]`;
  const source = from.length === 0 ? "" : `  <- ${from.join(", ")}`;
  return `${kind.padEnd(8)}${name.padEnd(width)}  ${title}${said}${source}`;
}
