import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LogpipeError } from "../../src/lib/base/errors/index.js";
import { readPipeline } from "../../src/library/pipeline.js";
import { temporaryDirectory } from "../support/logpipe.js";

const LINES = Array.from({ length: 9 }, (_, n) =>
  JSON.stringify({ n, level: n % 3 === 0 ? "error" : "info" }),
);

function graph(sinks: string): { readonly directory: string; readonly path: string } {
  const directory = temporaryDirectory();
  const path = join(directory, "g.yaml");
  writeFileSync(join(directory, "in.log"), `${LINES.join("\n")}\n`);
  writeFileSync(
    path,
    `sources:
  in: { ingest: { file: ${join(directory, "in.log")} } }
stages:
  parsed: { from: in, stages: [parse] }
routes:
  by: { from: parsed, match: first, to: { errors: 'level == "error"', rest: otherwise } }
sinks:
${sinks.replaceAll("DIR", directory)}
journal: { directory: ${join(directory, "journal")} }
`,
  );
  return { directory, path };
}

describe("a graph that a program reads", () => {
  it("runs", async () => {
    const { directory, path } = graph(`
  errors: { from: by.errors, sink: { to: file, output: DIR/errors.ndjson } }
  rest: { from: by.rest, sink: { to: file, output: DIR/rest.ndjson } }`);
    const pipeline = await readPipeline(path);
    expect(pipeline.explain()).toMatch(/route +by/);
    expect(await pipeline.run()).toEqual({ linesIn: 9, eventsOut: 9, setAside: 0, conditionHolds: false });
    expect(numbers(join(directory, "errors.ndjson"))).toEqual([0, 3, 6]);
    expect(numbers(join(directory, "rest.ndjson"))).toEqual([1, 2, 4, 5, 7, 8]);
    expect(() => pipeline.events()).toThrow(/events\(\) of a graph/);
    expect(() => pipeline.stream()).toThrow(/stream\(\) of a graph/);
  });

  it("gives the events of its only open end", async () => {
    const { directory, path } = graph(`
  errors: { from: by.errors }
  rest: { from: by.rest, sink: { to: file, output: DIR/rest.ndjson } }`);
    const pipeline = await readPipeline(path);
    const seen: unknown[] = [];
    for await (const event of pipeline.events()) seen.push(event.get("n"));
    expect(seen.map(Number)).toEqual([0, 3, 6]);
    expect(numbers(join(directory, "rest.ndjson"))).toEqual([1, 2, 4, 5, 7, 8]);
    const error = (await pipeline.run().catch((caught: unknown) => caught)) as LogpipeError;
    expect(error.code).toBe("usage.bad-pipeline");
  });
});

function numbers(path: string): readonly number[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { n: number }).n);
}
