/** An outline as a list, for nodes that do not fit beside each other, and more lines than an eye could follow. */
import type { Outline } from "../../pipeline/contract/graph.js";
import { grouped } from "./layers.js";

/** One line for each node, under it its notes and what reads it. */
export function listedNodes({ nodes, edges }: Outline, arrow: string): readonly string[] {
  const readers = grouped(edges, ({ from }) => from);
  return nodes.flatMap(({ name, kind, title, notes }) => [
    `${kind} ${name}${title === "" ? "" : `: ${title}`}`,
    ...notes.map((note) => `  ${note}`),
    ...(readers.get(name) ?? []).map(
      ({ to, label }) => `  ${arrow} ${to}${label === undefined ? "" : ` (${label})`}`,
    ),
  ]);
}
