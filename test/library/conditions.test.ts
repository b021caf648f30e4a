/** Conditions of a pipeline tell a program whether they hold, however it runs: never as an error, never unsaid. */
import { once } from "node:events";
import { Writable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  enrich,
  filter,
  type Piece,
  pipeline,
  type RunResult,
  sink,
  stats,
  top,
  window,
} from "../../src/index.js";
import { temporaryDirectory } from "../support/logpipe.js";

const events = [
  { timestamp: "2026-11-21T10:00:00Z", level: "info", ms: 10 },
  { timestamp: "2026-11-21T10:00:01Z", level: "error", ms: 900 },
];
const conditions: readonly (readonly [string, Piece, boolean])[] = [
  ["stats, holds", stats("count", { failIf: "count > 1" }), true],
  ["stats, does not", stats("count", { failIf: "count > 2" }), false],
  ["top, holds", top("level", { failIf: "share >= 0.5" }), true],
  ["top, does not", top("level", { failIf: "share > 0.5" }), false],
  ["window, holds", window("1m", { agg: "max(ms)", failIf: "max(ms) > 500" }), true],
  ["window, does not", window("1m", { agg: "max(ms)", failIf: "max(ms) > 1000" }), false],
  ["filter, holds", filter('level == "error"', { exitCode: true }), true],
  ["filter, does not", filter('level == "fatal"', { exitCode: true }), false],
  ["none", enrich({ set: "a=1" }), false],
];

describe.each(conditions)("a condition: %s", (_name, stage, conditionHolds) => {
  it("run() resolves with it, and tells of it", async () => {
    const said: string[] = [];
    const output = `${temporaryDirectory()}/out.ndjson`;
    const result = await pipeline(events, stage).run({ output, onMessage: (text) => said.push(text) });
    expect(result).toEqual({ conditionHolds });
    expect(said.some((text) => text.startsWith("condition holds: "))).toBe(conditionHolds);
  });

  it("is the last value of events()", async () => {
    const iterator = pipeline(events, stage).events();
    let step = await iterator.next();
    while (step.done !== true) step = await iterator.next();
    expect(step.value).toEqual({ conditionHolds });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("is emitted as the result of a stream that is read", async () => {
    const stream = pipeline(events, stage).stream();
    const told = once(stream, "result");
    const ended = once(stream, "end");
    stream.pipe(new Writable({ write: (_chunk, _encoding, done) => done() }));
    expect(await told).toEqual([{ conditionHolds }]);
    await ended;
  });

  it("is emitted before a stream into a store has finished", async () => {
    const stream = pipeline(stage, sink(`${temporaryDirectory()}/store`)).stream();
    const order: (string | RunResult)[] = [];
    stream.on("result", (result: RunResult) => order.push(result));
    stream.on("finish", () => order.push("finish"));
    for (const event of events) stream.write(event);
    stream.end();
    await once(stream, "finish");
    expect(order).toEqual([{ conditionHolds }, "finish"]);
  });
});

it("is that of the events, whatever they are", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ n: fc.integer() }), { maxLength: 20 }),
      fc.integer(),
      (rows, most) => {
        const judged = pipeline(rows, stats("max(n) as n", { failIf: `n > ${most}` }));
        const output = `${temporaryDirectory()}/out.ndjson`;
        return judged.run({ output }).then((result) => {
          expect(result).toEqual({ conditionHolds: rows.some(({ n }) => n > most) });
        });
      },
    ),
    { numRuns: 20 },
  );
});

it("of a loop that is left there is no result", async () => {
  const iterator = pipeline(events, filter("ms > 0", { exitCode: true })).events();
  await iterator.next();
  expect(await iterator.return!()).toEqual({ done: true, value: undefined });
});
