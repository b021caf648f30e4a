// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what stands in the files
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { registry } from "../../../../../src/commands/registry.js";
import { fileOptions } from "../../../../../src/lib/pipeline/read/given.js";
import { pipelineFileSchema } from "../../../../../src/lib/pipeline/read/schema/file-schema.js";
import { ROOT } from "../../../../support/logpipe.js";
import { writtenGraph } from "../graph/written.js";

const schema = pipelineFileSchema(await registry.loadAll(), fileOptions);
const isRight = new Ajv({ strict: false, allErrors: false }).compile(schema);
/** Pages that show files of other kinds, or wrong ones. */
const WRONG = /^(wrong|bad)|\.test\.yaml$/;
const BLOCK = /^```yaml (\S+)\n([\s\S]*?)^```$/gm;

const blocks = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
  .filter((page) => page.endsWith(".md"))
  .flatMap((page) => [...readFileSync(join(ROOT, "docs", page), "utf8").matchAll(BLOCK)])
  .map(([, name, text]) => ({ name: name!, text: text! }))
  .filter(({ text }) => !/^(checks|rules|tiers):/m.test(text) && !/^logpipe\.yaml$/.test(text));

describe("the schema of pipeline files", () => {
  it("finds blocks", () => {
    expect(blocks.map(({ name }) => name)).toContain("nightly.yaml");
  });

  it.each(blocks.filter(({ name }) => !WRONG.test(name)))(
    "accepts $name of the documentation",
    ({ text }) => {
      expect(isRight(parse(text)), JSON.stringify(isRight.errors?.slice(0, 3))).toBe(true);
    },
  );

  it.each(blocks.filter(({ name }) => /^wrong(?!.*\.test\.)/.test(name)))("refuses $name", ({ text }) => {
    expect(isRight(parse(text))).toBe(false);
  });

  it("accepts every graph that is read", () => {
    fc.assert(
      fc.property(writtenGraph, ({ file }) => {
        expect(isRight(JSON.parse(JSON.stringify(file)))).toBe(true);
      }),
    );
  });

  it.each([
    "- prase",
    "- parse: { formt: json }",
    "- parse: { keep-raw: perhaps }",
    "- filter: { level: error }\n  parse:",
    "- sink: { to: nowhere }",
    "[]",
    "parse",
    "wrkers: 2\nstages: [parse]",
    "sources: { a: { ingst: x } }\nsinks: { o: { from: a } }",
    "sources: { a: { ingest: x } }\nsinks: { o: { sink: ./s } }",
    "sources: { a: { ingest: x } }\nsinks: { o: { from: a, required: perhaps } }",
    "sources: { a: { ingest: x } }\nroutes: { r: { from: a } }\nsinks: { o: { from: r } }",
    "sources: { a.b: { ingest: x } }\nsinks: { o: { from: a } }",
    "sources: { a: { ingest: x, rate-limit: { event: 5/s } } }\nsinks: { o: { from: a } }",
    "sources: { a: { ingest: x } }\nstages: { w: { from: a, stages: [{ parse: { x: 1 } }] } }\nsinks: { o: { from: w } }",
    "journal: { mode: sometimes }\nsources: { a: { ingest: x } }\nsinks: { o: { from: a } }",
    "sources: { in: }\nstages: { p: { from: in, stages: [prase] } }\nsinks: { out: { from: p } }",
    "sources: { in: }\nstages: { p: { from: in, stages: [parse, sink] } }\nsinks: { out: { from: p } }",
    "define: { d: [parse] }\nsources: { in: }\nstages: { p: { from: in, stages: [d, sink] } }\nsinks: { out: { from: p } }",
    "sources: { in: { rate-limit: fast } }\nsinks: { out: { from: in } }",
    "sources: { in: { rate-limit: { bytes: fast } } }\nsinks: { out: { from: in } }",
    "sources: { in: }\nsinks: { out: { from: in } }\njournal: { limit: lots }",
    "sources: { in: }\nsinks: { out: { from: in } }\ncheckpoint-interval: often",
    "sources: { in: }\nsinks: { out: { from: in } }\nworkers: many",
    "sources: { in: }\nsinks: { out: { from: in, sink: { store: ./s }, output: x.ndjson } }",
    "sources: { in: }\nstages: { p: { from: in, stages: [parse] } }",
    "tests: [{ given: [{ a: 1 }] }]",
    "pipeline: a.yaml\ntests: [{ name: t, given: x, expected: 1 }]",
  ])("refuses %s", (text) => {
    expect(isRight(parse(text))).toBe(false);
  });

  it.each([
    "- parse: { keepRaw: true, format: combined }",
    "- parse: { keep-raw: '${KEEP}' }",
    "- sink: { on-full: '${FULL:-block}' }",
    "workers: auto\nstrict: true\nstages: [parse]",
    "include: common.yaml\nsources: { in: }\nsinks: { out: { from: in } }",
    "define: { tidy: [parse] }\nsources: { in: ingest }\nstages: { w: { from: in, stages: tidy } }\nsinks: { out: { from: [w, in] } }",
    "sources: { in: { rate-limit: 50k/m } }\nsinks: { out: { from: in, rate-limit: { bytes: 1.5MB per hour } } }",
    "sources: { in: }\nsinks: { out: { from: in } }\njournal: { limit: 1.5GiB }\nworkers: 2\ncheckpoint-interval: 1h30m",
    "pipeline: filter 'a > 1'\nat: 2026-01-01T00:00:00Z\ntests: [{ name: t, given: [{ a: 1 }], expect: none }]",
  ])("accepts %s", (text) => {
    expect(isRight(parse(text)), JSON.stringify(isRight.errors?.slice(0, 3))).toBe(true);
  });

  it("has a summary for every command and option, and both spellings", () => {
    const definitions = schema["definitions"] as Record<
      string,
      { anyOf: { properties?: Record<string, { description?: string }> }[] }
    >;
    const properties = definitions["sink values"]!.anyOf.at(-1)!.properties!;
    expect(properties["on-full"]).toEqual(properties["onFull"]);
    for (const property of Object.values(properties)) expect(property.description).not.toBe("");
  });
});
