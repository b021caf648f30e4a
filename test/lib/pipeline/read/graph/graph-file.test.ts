import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registry } from "../../../../../src/commands/registry.js";
import { LogpipeError } from "../../../../../src/lib/base/errors/index.js";
import { graphOfPipeline, pipelineOfGraph } from "../../../../../src/lib/pipeline/read/graph/chain.js";
import { readQuoted } from "../../../../../src/lib/pipeline/read/quoted.js";
import { examine, nodesOf, textOf, writtenGraph } from "./written.js";

describe("a graph in YAML", () => {
  it("is read as it is written, in any style", async () => {
    await fc.assert(
      fc.asyncProperty(writtenGraph, fc.boolean(), async ({ file, nodes }, flow) => {
        const read = await examine(textOf(file, flow));
        expect(read.faults.map(({ message }) => message)).toEqual([]);
        expect(nodesOf(read.file!.graph)).toEqual(nodes);
      }),
      { numRuns: 60 },
    );
  });

  it("has a fault with a place for every damage of its text, and never fails otherwise", async () => {
    const damage = fc.record({
      at: fc.nat(),
      length: fc.integer({ min: 0, max: 12 }),
      text: fc.string({ maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(writtenGraph, fc.boolean(), damage, async ({ file }, flow, { at, length, text }) => {
        const whole = textOf(file, flow);
        const start = at % whole.length;
        const { faults } = await examine(whole.slice(0, start) + text + whole.slice(start + length));
        for (const error of faults) {
          expect(error).toBeInstanceOf(LogpipeError);
          expect(error.message).toMatch(/^p\.yaml:\d+:\d+: /);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("has a fault for every name in a from that is taken away or changed", async () => {
    await fc.assert(
      fc.asyncProperty(writtenGraph, fc.nat(), async ({ file }, pick) => {
        const sections = ["stages", "routes", "sinks"].map(
          (name) => file[name] as Record<string, { from: unknown }>,
        );
        const readers = sections.flatMap((section) => Object.values(section));
        const reader = readers[pick % readers.length]!;
        const from = reader.from;
        for (const wrong of ["no-such-node", [], undefined, "last", { a: 1 }]) {
          reader.from = wrong;
          const { faults } = await examine(textOf(file, false));
          expect(faults.length, JSON.stringify(wrong)).toBeGreaterThan(0);
        }
        reader.from = from;
        expect((await examine(textOf(file, false))).faults).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it("finds every way round", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.nat(), async (length, pick) => {
        const stages: Record<string, unknown> = {};
        for (let n = 0; n < length; n++)
          stages[`s${n}`] = { from: [n === 0 ? "in" : `s${n - 1}`], stages: ["parse"] };
        const back = pick % length;
        (stages[`s${back}`] as { from: string[] }).from.push(`s${length - 1}`);
        const file = { sources: { in: { ingest: "a" } }, stages, sinks: { out: { from: `s${length - 1}` } } };
        const [fault] = (await examine(textOf(file, false))).faults;
        const way = Array.from({ length: length - back }, (_, n) => `s${back + n}`);
        // It is told from where the search met it: any turn of the same round.
        const told = /round: (.*)/.exec(fault!.message)![1]!.split(" -> ");
        expect([...new Set(told)].sort()).toEqual([...way].sort());
        expect(told[0]).toBe(told.at(-1));
      }),
      { numRuns: 30 },
    );
  });

  it("has places, limits, a journal and settings", async () => {
    const text = [
      "workers: 2",
      "journal: { directory: ./j, limit: 2g }",
      "defaults: { sinks: { required: together, rate-limit: 50/s }, sources: { rateLimit: { bytes: 6k/m } } }",
      "sources:",
      "  a: { ingest: a.log, rate-limit: { events: 1k/s, burst: 5, by: [tenant, 'a,b'], on-limit: sample } }",
      "  b: { ingest: b.log }",
      "sinks:",
      "  out: { from: [a, b] , onFull: drop-newest }",
      "",
    ].join("\n");
    const { file } = await examine(text);
    expect(file!.settings).toEqual({ workers: 2 });
    expect(file!.graph.journal).toEqual({
      mode: "auto",
      directory: "./j",
      limitBytes: 2 * 1024 ** 3,
      place: "p.yaml:2:1",
    });
    const [a, b] = file!.graph.sources;
    expect(a!.rateLimit).toEqual({
      events: { amount: 1000, intervalMs: 1000, unit: "events" },
      burstEvents: 5,
      by: ["tenant", "a", "b"],
      maxKeys: 10_000,
      onLimit: "sample",
      sampleOneIn: 100,
    });
    expect(b!.rateLimit).toMatchObject({
      bytes: { amount: 6 * 1024, intervalMs: 60_000, unit: "bytes" },
      onLimit: "block",
    });
    expect(file!.graph.sinks[0]).toMatchObject({
      name: "out",
      place: "p.yaml:8:3",
      from: [{ node: "a", place: "p.yaml:8:17" }, { node: "b" }],
      required: "together",
      onFull: "drop-newest",
      rateLimit: { events: { amount: 50, intervalMs: 1000, unit: "events" } },
    });
  });

  it("never shows a secret, whatever is wrong with the file", async () => {
    const secret = "hunter2-and-more-than-forty-characters-of-a-secret-text";
    await fc.assert(
      fc.asyncProperty(writtenGraph, fc.nat(), async ({ file }, pick) => {
        const whole = textOf(file, false).split("\n");
        const line = pick % whole.length;
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what stands in the file
        whole[line] = whole[line]!.replace(/(: |- )[^\s[{].*$/, '$1"${KEY}"');
        const { faults } = await examine(whole.join("\n"), { KEY: secret });
        for (const { message, help } of faults) expect(`${message}${help}`).not.toContain("hunter2");
      }),
      { numRuns: 60 },
    );
  });
});

describe("a chain", () => {
  it.each([
    "parse a.log",
    "ingest a.log | parse | redact | sink ./store",
    "sink ./store",
    "ingest -",
    "parse | view",
  ])("%s is a graph, and the same chain again", async (text) => {
    const pipeline = await readQuoted(text, registry);
    const graph = graphOfPipeline(pipeline);
    expect(graph.sources).toHaveLength(1);
    expect(graph.sinks).toHaveLength(1);
    expect(pipelineOfGraph(graph)).toEqual(pipeline);
  });

  it("is what a graph in a row is, written with names", async () => {
    const named =
      "sources: { in: { ingest: a.log } }\nstages:\n  a: { from: in, stages: [parse] }\n  b: { from: a, stages: [redact] }\nsinks: { out: { from: b, sink: ./s } }\n";
    const { file } = await examine(named);
    const steps = [file!.pipeline!.source!, ...file!.pipeline!.stages, file!.pipeline!.sink!];
    expect(steps.map(({ declaration }) => declaration.name)).toEqual(["ingest", "parse", "redact", "sink"]);
    const limited = await examine(named.replace("a.log }", "a.log, rate-limit: 5/s }"));
    expect(limited.file!.pipeline).toBeUndefined();
  });
});
