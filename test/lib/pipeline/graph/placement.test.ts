import { describe, expect, it } from "vitest";
import { registry } from "../../../../src/commands/registry.js";
import { readPipelineFile } from "../../../../src/lib/pipeline/read/yaml.js";
import { explainGraph } from "../../../../src/lib/pipeline/run/graph/explain.js";
import { outlineOf } from "../../../../src/lib/pipeline/run/graph/outline.js";
import { placement } from "../../../../src/lib/pipeline/run/graph/placement/placement.js";

const FOLLOWED = "{ ingest: { file: a.log, follow: true } }";
const WHOLE = "{ ingest: { file: a.log } }";
const PASSING = "{ ingest: {} }";
const TABLE = "sink: { store: ./store, table: t }";
const SCREEN = "sink: { to: stdout }";

interface Case {
  readonly title: string;
  readonly sources: Readonly<Record<string, string>>;
  readonly stages?: Readonly<Record<string, string>>;
  readonly routes?: Readonly<Record<string, string>>;
  readonly sinks: Readonly<Record<string, string>>;
  readonly journal?: string;
  /** `SOURCES -> boundary`, with the journal's name; then `SINK: way, guarantee`. */
  readonly is: readonly string[];
  readonly warning?: RegExp;
}

const cases: readonly Case[] = [
  {
    title: "one sink is its own boundary",
    sources: { a: FOLLOWED },
    stages: { p: "{ from: a, stages: [parse] }" },
    sinks: { s: `{ from: p, ${TABLE} }` },
    is: ["a -> sink", "s: direct, exactly once"],
  },
  {
    title: "nothing of what passes can be had again without a journal",
    sources: { a: PASSING },
    sinks: { s: `{ from: a, ${SCREEN} }` },
    is: ["a -> sink", "s: direct, at most once"],
  },
  {
    title: "several sinks read from a journal, each as exactly as it can",
    sources: { a: FOLLOWED },
    sinks: { s: `{ from: a, ${TABLE} }`, o: `{ from: a, ${SCREEN} }` },
    is: ["a -> journal journal", "s: journal, exactly once", "o: journal, at least once"],
  },
  {
    title: "what passes is kept by the journal, too",
    sources: { a: PASSING },
    sinks: { s: `{ from: a, ${TABLE} }`, o: `{ from: a, ${SCREEN} }` },
    is: ["a -> journal journal", "s: journal, exactly once", "o: journal, at least once"],
  },
  {
    title: "a file without a checkpoint is stored again by the next run, journal or not",
    sources: { a: WHOLE },
    sinks: { s: `{ from: a, ${TABLE} }` },
    is: ["a -> sink", "s: direct, at least once"],
  },
  {
    title: "the same of one of several sources, for the sinks that it comes to",
    sources: { a: WHOLE, b: FOLLOWED },
    sinks: {
      s: `{ from: [a, b], ${TABLE} }`,
      o: "{ from: b, sink: { to: file, output: o, append: true } }",
    },
    is: ["a, b -> journal journal", "s: journal, at least once", "o: journal, exactly once"],
  },
  {
    title: "through two journals as well",
    sources: { a: WHOLE },
    stages: { w: "{ from: a, stages: [parse, { dedupe: { by: message } }] }" },
    sinks: { s: `{ from: w, ${TABLE} }` },
    is: ["a -> journal first", "w.in -> journal journal", "s: journal, at least once"],
  },
  {
    title: "a file that is replaced at the end by what was read from the start",
    sources: { a: WHOLE },
    sinks: { f: "{ from: a, sink: { to: file, output: out.ndjson } }" },
    is: ["a -> sink", "f: direct, exactly once"],
  },
  {
    title: "parts that need a journal share it; another runs beside them",
    sources: { a: FOLLOWED, b: FOLLOWED, c: FOLLOWED },
    sinks: {
      a1: `{ from: a, ${SCREEN} }`,
      a2: `{ from: a, ${SCREEN} }`,
      b1: `{ from: b, ${TABLE} }`,
      c1: `{ from: c, ${SCREEN} }`,
      c2: `{ from: c, ${SCREEN} }`,
    },
    is: [
      "b -> sink",
      "a, c -> journal journal",
      "a1: journal, at least once",
      "a2: journal, at least once",
      "b1: direct, exactly once",
      "c1: journal, at least once",
      "c2: journal, at least once",
    ],
  },
  {
    title: "without a journal sinks take blocks as they come",
    sources: { a: FOLLOWED },
    sinks: { s: `{ from: a, ${SCREEN} }`, o: `{ from: a, ${SCREEN} }` },
    journal: "none",
    is: ["a -> fan-out", "s: queue, at least once", "o: queue, at least once"],
  },
  {
    title: "sinks that the run waits for need no journal",
    sources: { a: FOLLOWED },
    sinks: {
      s: `{ from: a, ${SCREEN}, required: together }`,
      o: `{ from: a, ${SCREEN}, required: together }`,
    },
    is: ["a -> fan-out", "s: queue, at least once", "o: queue, at least once"],
  },
  {
    title: "but what stages remember does",
    sources: { a: FOLLOWED },
    stages: { w: "{ from: a, stages: [{ dedupe: { by: raw } }] }" },
    sinks: {
      s: `{ from: w, ${SCREEN}, required: together }`,
      o: `{ from: w, ${SCREEN}, required: together }`,
    },
    is: ["a -> journal journal", "s: queue, at least once", "o: queue, at least once"],
  },
  {
    title: "a file that gets its name at the end waits for nothing in the journal",
    sources: { a: PASSING },
    sinks: { s: `{ from: a, ${SCREEN} }`, f: "{ from: a, sink: { to: file, output: out.ndjson } }" },
    is: ["a -> journal journal", "s: journal, at least once", "f: queue, at most once"],
  },
  {
    title: "a journal before stages that remember, for what cannot be read again",
    sources: { a: PASSING },
    stages: { w: "{ from: a, stages: [parse, { dedupe: { by: message } }] }" },
    sinks: { s: `{ from: w, ${TABLE} }`, o: `{ from: a, ${SCREEN} }` },
    is: [
      "a -> journal first",
      "w.in -> journal journal",
      "s: journal, exactly once",
      "o: journal, at least once",
    ],
  },
  {
    title: "two sinks behind what remembers: a second journal",
    sources: { a: PASSING },
    stages: { w: "{ from: a, stages: [parse, { dedupe: { by: message } }] }" },
    sinks: { s: `{ from: w, ${TABLE} }`, o: `{ from: w, ${SCREEN} }` },
    is: [
      "a -> journal first",
      "w.in -> journal journal",
      "s: journal, exactly once",
      "o: journal, at least once",
    ],
  },
  {
    title: "never before redact",
    sources: { a: PASSING },
    stages: { w: "{ from: a, stages: [parse, { dedupe: { by: message } }, redact] }" },
    sinks: { s: `{ from: w, ${TABLE} }`, o: `{ from: w, ${SCREEN} }` },
    is: ["a -> journal journal", "s: journal, exactly once", "o: journal, at least once"],
    warning: /what redact is there to hide/,
  },
  {
    title: "unless raw",
    sources: { a: PASSING },
    stages: { w: "{ from: a, stages: [parse, { dedupe: { by: message } }, redact] }" },
    sinks: { s: `{ from: w, ${TABLE} }`, o: `{ from: w, ${SCREEN} }` },
    journal: "raw",
    is: [
      "a -> journal first",
      "w.in -> journal journal",
      "s: journal, exactly once",
      "o: journal, at least once",
    ],
  },
  {
    title: "ways that join again behind what remembers come through the journal in front",
    sources: { a: PASSING },
    stages: {
      p: "{ from: a, stages: [parse] }",
      w: "{ from: p, stages: [{ dedupe: { by: message } }] }",
    },
    routes: { r: "{ from: p, match: first, to: { bad: 'level == \"error\"', rest: otherwise } }" },
    sinks: { s: `{ from: [w, r.bad], ${SCREEN} }`, o: `{ from: r.rest, ${SCREEN} }` },
    is: [
      "a -> journal first",
      "w.in, s.in -> journal journal",
      "s: journal, at least once",
      "o: journal, at least once",
    ],
  },
];

describe("where journals stand", () => {
  it.each(cases)("$title", async ({ is, warning, ...given }) => {
    const { graph } = await readGraph(given);
    const { parts, sinks, warnings } = placement(graph);
    const lines = [
      ...parts.map(({ graph: { sources }, boundary, journal }) =>
        [sources.map(({ name }) => name).join(", "), "->", boundary, journal]
          .filter((part) => part !== undefined)
          .join(" "),
      ),
      ...sinks.map(({ node, way, guarantee }) => `${node.name}: ${way}, ${guarantee}`),
    ];
    expect(lines).toEqual(is);
    expect(warnings).toHaveLength(warning === undefined ? 0 : 1);
    if (warning !== undefined) expect(warnings[0]).toMatch(warning);
    // Every node is drawn once, and every line between two that are.
    const { nodes, edges } = outlineOf(graph, { workers: 2 });
    const names = nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { from, to } of edges) expect(names).toEqual(expect.arrayContaining([from, to]));
    for (const { name } of [...graph.sources, ...graph.stages, ...graph.routes, ...graph.sinks])
      expect(names).toContain(name);
    expect(await explainGraph(graph, { workers: 2 })).toContain(nodes.at(-1)!.title);
  });

  it("refuses a file that is replaced at the end behind a source that goes on where it was", async () => {
    const { graph } = await readGraph({
      sources: { a: FOLLOWED },
      sinks: { s: `{ from: a, ${SCREEN} }`, f: "{ from: a, sink: { to: file, output: out.ndjson } }" },
    });
    expect(() => placement(graph)).toThrow(/write append|replaces its file/);
  });
});

function readGraph({ sources, stages = {}, routes = {}, sinks, journal }: Omit<Case, "title" | "is">) {
  const section = (name: string, nodes: Readonly<Record<string, string>>) =>
    Object.keys(nodes).length === 0
      ? ""
      : `${name}:\n${Object.entries(nodes)
          .map(([node, text]) => `  ${node}: ${text}\n`)
          .join("")}`;
  const text = [
    section("sources", sources),
    section("stages", stages),
    section("routes", routes),
    section("sinks", sinks),
    journal === undefined ? "" : `journal: ${journal}\n`,
  ].join("");
  return readPipelineFile(text, "p.yaml", registry);
}
