/** Lines that are no events: set aside, counted and told, whatever reads them; never an internal error. */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  Block,
  type Emit,
  Event,
  files,
  filter,
  type Input,
  LogpipeError,
  type Piece,
  parse,
  pipeline,
  query,
  type RunResult,
  sink,
  stage,
  use,
} from "../../src/index.js";

const directory = mkdtempSync(join(tmpdir(), "logpipe-set-aside-"));
afterAll(() => rmSync(directory, { recursive: true }));
const path = (name: string) => join(directory, name);
const deadLetters = path("dead.ndjson");
beforeAll(() => {
  writeFileSync(path("some.ndjson"), '{"n":1}\n{"n":2\n\n{"n":3}\nnull\n');
  writeFileSync(path("lines.ndjson"), '{"n":1}\n{"n":2\n{"n":3}\n');
  writeFileSync(path("plain.log"), "level=info msg=started\nlevel=warn msg=slow\n");
});

const careless = stage({
  name: "careless",
  summary: "writes what is no event",
  details: "",
  operands: [],
  options: {},
  examples: [],
  input: "events",
  ownOperands: 0,
  isStateless: () => true,
  create: () => ({
    push: (block: Block, emit: Emit) =>
      emit(new Block(Buffer.concat([block.bytes, Buffer.from("no event\n")]))),
  }),
});

interface Read {
  readonly texts: readonly string[];
  readonly result: RunResult | undefined;
  readonly said: string;
}

async function eventsOf(...pieces: readonly (Piece | Input)[]): Promise<Read> {
  const said: string[] = [];
  const all = pipeline(...pieces).events({ deadLetters, onMessage: (text) => said.push(text) });
  const texts: string[] = [];
  for (;;) {
    const { done, value } = await all.next();
    if (done === true) return { texts, result: value, said: said.join("\n") };
    texts.push(String(value));
  }
}

describe("lines that are no events", () => {
  it("are set aside, and the result counts them", async () => {
    const read = await eventsOf(files(path("some.ndjson")));
    expect(read.texts).toEqual(['{"n":1}', '{"n":3}']);
    expect(read.result).toEqual({ linesIn: 5, eventsOut: 2, setAside: 2, conditionHolds: false });
    expect(read.said).toMatch(/cut-off JSON: 1 line set aside.*\n.*not a JSON object: 1 line set aside/);
  });

  it("are set aside by stages, too", async () => {
    const { texts, result } = await eventsOf(files(path("some.ndjson")), filter("n > 1"));
    expect(texts).toEqual(['{"n":3}']);
    expect(result).toMatchObject({ linesIn: 5, eventsOut: 1, setAside: 2 });
  });

  it("come out of no stream, as bytes or as events", async () => {
    for (const objects of [true, false]) {
      const stream = pipeline(files(path("some.ndjson"))).stream({ objects, deadLetters });
      const told = once(stream, "result");
      let text = "";
      for await (const piece of stream) text += piece instanceof Event ? `${piece}\n` : String(piece);
      expect(text).toBe('{"n":1}\n{"n":3}\n');
      expect(await told).toMatchObject([{ setAside: 2 }]);
    }
  });

  it("of a stage of the program's own are set aside", async () => {
    expect(await eventsOf([{ n: 1 }], use(careless))).toMatchObject({
      texts: ['{"n":1}'],
      result: { setAside: 1 },
    });
  });

  it.each<[string, () => (Piece | Input)[]]>([
    ["a plain log", () => [files(path("plain.log"))]],
    ["a plain log before a stage", () => [files(path("plain.log")), filter("n > 1")]],
    ["texts", () => [["a b", "c"]]],
    ["numbers", () => [[1, 2]]],
    ["lists", () => [[[1], [{}]]]],
    ["bytes", () => [[Buffer.from([0xff, 0xfe, 0xfd])]]],
  ])("reject where there are no others: %s", async (_name, pieces) => {
    const error = await eventsOf(...pieces()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LogpipeError);
    expect(error).toMatchObject({ code: "input.incomplete", help: expect.stringContaining("parse()") });
  });

  it("reject a run once the rest is done, and a query of such a pipeline", async () => {
    const output = path("out.ndjson");
    const log = files(path("plain.log"));
    await expect(pipeline(log, filter("a > 1")).run({ output, deadLetters })).rejects.toThrow(
      "none of 2 lines is an event",
    );
    await expect(pipeline(log, sink(path("store"))).run({ deadLetters })).rejects.toThrow("none of 2 lines");
    await expect(query("FROM x", { tables: { x: pipeline(log) } }).all()).rejects.toBeInstanceOf(
      LogpipeError,
    );
    expect(await pipeline(log, parse(), filter("level == 'warn'")).run({ output })).toMatchObject({
      eventsOut: 1,
    });
    expect(readFileSync(output, "utf8")).toContain("slow");
  });

  it("are in the notices of a query, those of its last use", async () => {
    const said: string[] = [];
    const asked = query("SELECT count(*) AS n FROM lines", {
      files: path("lines.ndjson"),
      onMessage: (text) => said.push(text),
    });
    expect(asked.notices).toEqual([]);
    expect(await asked.all()).toEqual([{ n: 2 }]);
    expect(asked.notices.join("\n")).toContain("left out");
    const once = asked.notices;
    expect(await asked.first()).toEqual({ n: 2 });
    expect(asked.notices).toEqual(once);
    expect(said).toEqual([...once, ...once]);
  });

  it("are told of by the call that reads them", async () => {
    const said: string[] = [];
    const onMessage = (text: string) => said.push(text);
    await pipeline(files(path("plain.log")), filter("a > 1"))
      .run({ output: path("o"), deadLetters, onMessage })
      .catch(() => {});
    expect(said.join("\n")).toContain(
      "has log lines (logfmt), and filter reads events: put parse() before it",
    );
  });

  it("add up with those that are, whatever comes", async () => {
    const line = fc.oneof(
      fc.constantFrom('{"a":1}', "{}", "", " ", "[]", "1", '"x"', "{", "null", "}", '{"a":1}x', "\u2028"),
      fc.string({ unit: "binary" }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (given) => {
        try {
          const { texts, result } = await eventsOf(given);
          expect(result!.eventsOut).toBe(texts.length);
          expect(texts.length + result!.setAside).toBeLessThanOrEqual(result!.linesIn);
          for (const text of texts) expect(Event.parse(text)).toBeInstanceOf(Event);
        } catch (error) {
          if (!(error instanceof LogpipeError)) throw error;
        }
      }),
      { numRuns: 100 },
    );
  });
});
