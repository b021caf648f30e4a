import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { svgGraph } from "../../../../src/lib/chart/graph/draw-svg.js";
import { drawGraph } from "../../../../src/lib/chart/graph/draw-text.js";
import { mermaidGraph } from "../../../../src/lib/chart/graph/mermaid.js";
import type { Outline } from "../../../../src/lib/pipeline/contract/graph.js";
import { cellWidth } from "../../../../src/lib/terminal/table/width.js";

const KINDS = ["source", "stages", "route", "journal", "sink"] as const;
const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ maxLength: 30, unit: "binary" }),
  fc.constantFrom(
    "日本語のログ",
    "e\u0301galite\u0301",
    "\u202egnp.exe",
    "\u001b[31mred",
    "<script>",
    '"]; click n0',
    "👩‍👩‍👧",
  ),
);
/** Any graph without a way round, and some with one: a drawing must end. */
const outline: fc.Arbitrary<Outline> = fc
  .record({
    texts: fc.array(
      fc.record({ kind: fc.constantFrom(...KINDS), title: text, notes: fc.array(text, { maxLength: 3 }) }),
      {
        minLength: 1,
        maxLength: 9,
      },
    ),
    edges: fc.array(fc.record({ from: fc.nat(), to: fc.nat(), label: fc.option(text, { nil: undefined }) }), {
      maxLength: 14,
    }),
  })
  .map(({ texts, edges }) => ({
    nodes: texts.map((each, n) => ({ ...each, name: `node-${n}` })),
    edges: edges.map(({ from, to, label }) => ({
      from: `node-${from % texts.length}`,
      to: `node-${to % texts.length}`,
      label,
    })),
  }));

describe("a drawing of a graph", () => {
  it("fits the width, has every node, and nothing that a terminal obeys", () => {
    fc.assert(
      fc.property(outline, fc.integer({ min: 20, max: 160 }), fc.boolean(), (drawn, columns, isAscii) => {
        const lines = drawGraph(drawn, { columns, isAscii }).split("\n");
        for (const line of lines) {
          expect(cellWidth(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(isAscii ? /[^\u0020-\u007e]/ : /\p{Cc}/u);
        }
        for (const { name } of drawn.nodes) expect(lines.join("\n")).toContain(name);
      }),
      { numRuns: 300 },
    );
  });

  it("as SVG is well-formed, and holds nothing but shapes and text", () => {
    fc.assert(
      fc.property(outline, (drawn) => {
        const svg = svgGraph(drawn);
        const tags = svg.match(/<[^>]*>/g)!;
        const open: string[] = [];
        for (const tag of tags) {
          expect(tag).toMatch(/^<(?:\/?(?:svg|title|style|rect|g|path|text))(?: [a-zA-Z-]+="[^"<>]*")*\/?>$/);
          const name = /[a-z]+/.exec(tag)![0];
          if (tag.startsWith("</")) expect(open.pop()).toBe(name);
          else if (!tag.endsWith("/>")) open.push(name);
        }
        expect(open).toEqual([]);
        expect(svg.replace(/<[^>]*>/g, "")).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot);)/);
      }),
    );
  });

  it("as Mermaid is a node or an edge on each line, whatever they are called", () => {
    const label = String.raw`"[^"\n|;\]\[(){}<>%&\x60]*(?:<br\/>[^"\n|\]\[(){}<>%&\x60]*)*"`.replace(
      "|;",
      "|",
    );
    const node = new RegExp(
      `^  n\\d+(?:\\[\\(|\\[\\[|\\(\\[|\\{\\{|\\[)${label}(?:\\)\\]|\\]\\]|\\]\\)|\\}\\}|\\])$`,
    );
    const edge = new RegExp(`^  n\\d+ -->(?:\\|${label}\\|)? n\\d+$`);
    fc.assert(
      fc.property(outline, (drawn) => {
        const [head, ...lines] = mermaidGraph(drawn).trimEnd().split("\n");
        expect(head).toBe("flowchart TD");
        // The parser of Mermaid takes no empty label.
        expect(lines.join("\n")).not.toMatch(/\|"\s*"\|/);
        for (const line of lines) expect(node.test(line) || edge.test(line), line).toBe(true);
      }),
    );
  });
});
