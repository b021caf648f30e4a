import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  Block,
  type Emit,
  enrich,
  files,
  LogpipeError,
  lines,
  parse,
  pipeline,
  readPipeline,
  sink,
  stage,
  text,
  use,
} from "../../src/index.js";

const directory = mkdtempSync(join(tmpdir(), "logpipe-library-"));
afterAll(() => rmSync(directory, { recursive: true }));

async function textsOf(from: ReturnType<typeof pipeline>): Promise<string[]> {
  const texts: string[] = [];
  for await (const event of from.events()) texts.push(event.toString());
  return texts;
}

describe("the library", () => {
  it("parses and enriches lines of a program", async () => {
    const from = lines(["level=info msg=hi n=9223372036854775807", '{"msg":"x"}\r\n']);
    expect(await textsOf(pipeline(from, parse(), enrich({ set: ["env=prod"] })))).toEqual([
      '{"level":"info","message":"hi","n":9223372036854775807,"env":"prod"}',
      '{"message":"x","env":"prod"}',
    ]);
  });

  it("stops reading when the program stops asking", async () => {
    let asked = 0;
    const endless = (function* () {
      for (;;) yield `{"n":${asked++},"fill":"${"x".repeat(1000)}"}`;
    })();
    for await (const event of pipeline(lines(endless), enrich({ set: ["a=1"] })).events()) {
      if (event.get("n") === 10) break;
    }
    expect(asked).toBeLessThan(100_000);
  });

  it("stores a file, and says so", async () => {
    const log = join(directory, "access.log");
    writeFileSync(
      log,
      '192.0.2.7 - - [21/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 10 "-" "curl"\n'.repeat(1000),
    );
    const said: string[] = [];
    const store = join(directory, "store");
    await pipeline(files(log), parse({ format: "combined" }), sink(store)).run({
      onMessage: (message) => said.push(message),
    });
    expect(said.join("\n")).toContain("stored 1,000 events");
  });

  it("runs a stage of one's own", async () => {
    const shout = stage({
      name: "shout",
      summary: "upper case",
      details: "",
      operands: [],
      options: { mark: text({ default: "!", summary: "what is added" }) },
      examples: [],
      input: "events",
      ownOperands: 0,
      isStateless: () => false,
      create: ({ options }) => ({
        push: (block: Block, emit: Emit) =>
          emit(
            new Block(
              Buffer.from(block.bytes.toString().toUpperCase().replaceAll("}", `,"M":"${options.mark}"}`)),
            ),
          ),
      }),
    });
    expect(await textsOf(pipeline(lines(['{"a":"b"}']), use(shout, [], { mark: "?" })))).toEqual([
      '{"A":"B","M":"?"}',
    ]);
  });

  it("refuses pieces in the wrong order", () => {
    expect(() => pipeline(parse(), lines([]))).toThrow(LogpipeError);
    expect(() => pipeline(lines([]), sink("x"), parse())).toThrow(LogpipeError);
  });

  it("reads what `run` reads: a quoted pipeline, and a file with settings of the run", async () => {
    const log = join(directory, "in.ndjson");
    const output = join(directory, "out.ndjson");
    writeFileSync(log, '{"n":1}\nno event\n{"n":2}\n');
    const file = join(directory, "p.yaml");
    const settings = `output: ${output}\ndead-letters: ${join(directory, "dead")}\n`;
    writeFileSync(file, `${settings}stages:\n  - ingest: ${log}\n  - parse\n  - filter: n > 1\n`);
    await (await readPipeline(file)).run();
    expect(JSON.parse(readFileSync(output, "utf8"))).toEqual({ n: 2, source: log });
    const quoted = await readPipeline(`ingest ${log} | parse | filter 'n == 1'`);
    expect((await textsOf(quoted)).length).toBe(1);
    await expect(readPipeline(join(directory, "none.yaml"))).rejects.toMatchObject({
      code: "usage.unreadable",
    });
    writeFileSync(file, "wokers: 1\nstages: [parse]\n");
    await expect(readPipeline(file)).rejects.toMatchObject({ help: 'did you mean "workers"?' });
  });
});
