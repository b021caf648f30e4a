/** An outline as a Mermaid flowchart, which GitHub and many wikis draw. */
import type { Outline, OutlineNode } from "../../pipeline/contract/graph.js";
import { joinedEdges } from "./layers.js";

/** Ends in a newline. */
export function mermaidGraph({ nodes, edges }: Outline): string {
  const ids = new Map(nodes.map(({ name }, index) => [name, `n${index}`]));
  const lines = ["flowchart TD"];
  for (const node of nodes) {
    const [open, close] = SHAPES[node.kind];
    const texts = [...new Set([node.name, node.title, ...node.notes])]
      .filter((text) => text !== "")
      .map(escaped);
    lines.push(`  ${ids.get(node.name)}${open}"${texts.join("<br/>")}"${close}`);
  }
  for (const { from, to, label } of joinedEdges(edges)) {
    const shown = escaped(label ?? "");
    // Its parser takes no empty label.
    const arrow = shown.trim() === "" ? "-->" : `-->|"${shown}"|`;
    lines.push(`  ${ids.get(from)} ${arrow} ${ids.get(to)}`);
  }
  return `${lines.join("\n")}\n`;
}

const SHAPES: Readonly<Record<OutlineNode["kind"], readonly [string, string]>> = {
  source: ["([", "])"],
  stages: ["[", "]"],
  route: ["{{", "}}"],
  journal: ["[(", ")]"],
  sink: ["[[", "]]"],
};

/** Letters, digits and blanks as they are, everything else by its number: nothing of a name is syntax. */
function escaped(text: string): string {
  const single = text.replace(/[\s\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]+/gu, " ");
  return single.replace(/[^\p{L}\p{N}\p{M} ._-]/gu, (character) => `#${character.codePointAt(0)};`);
}
