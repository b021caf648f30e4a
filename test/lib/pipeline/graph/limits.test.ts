import { describe, expect, it } from "vitest";
import { parseRate } from "../../../../src/lib/base/rate.js";
import type { RateLimit } from "../../../../src/lib/pipeline/contract/graph.js";
import { temporaryDirectory } from "../../../support/logpipe.js";
import { MemorySink, MemorySource, numbered, run, sinkNode, sourceNode } from "./support.js";

const LINES = numbered(100);
const limit = (more: Partial<RateLimit>): RateLimit => ({ by: [], maxKeys: 100, onLimit: "block", ...more });

describe.each([
  ["through a journal", true],
  ["without one", false],
] as const)("rate limits %s", (_, hasJournal) => {
  const place = () => (hasJournal ? temporaryDirectory() : undefined);

  it("of a source hold it back: nothing is lost, and all of it is acknowledged", async () => {
    const source = new MemorySource(LINES);
    const sinks = [new MemorySink(), new MemorySink()] as const;
    const ran = await run(
      {
        sources: [
          {
            ...sourceNode("in", source),
            rateLimit: limit({ events: parseRate("500/s", ""), burstEvents: 10 }),
          },
        ],
        sinks: [sinkNode("a", "in", sinks[0]), sinkNode("b", "in", sinks[1])],
      },
      place(),
    );
    expect(ran).toMatchObject({ error: undefined, code: 0, failed: [] });
    for (const { lines } of sinks) expect(lines).toEqual(LINES);
    expect(source.outcomes.map((outcome) => outcome?.kind)).toEqual(LINES.map(() => "stored"));
  });

  it("of a sink drop what is beyond, for this sink alone", async () => {
    const [limited, all] = [new MemorySink(), new MemorySink()];
    // So slow that nothing is added while the test runs.
    const rateLimit = limit({ events: parseRate("1/24h", ""), burstEvents: 10, onLimit: "drop" });
    const ran = await run(
      {
        sources: [sourceNode("in", new MemorySource(LINES))],
        sinks: [sinkNode("limited", "in", limited, { rateLimit }), sinkNode("all", "in", all)],
      },
      place(),
    );
    expect(ran).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect(limited.lines).toEqual(LINES.slice(0, 10));
    expect(all.lines).toEqual(LINES);
  });

  it("without a burst let through what the rate has in its interval", async () => {
    const sink = new MemorySink();
    const rateLimit = limit({ events: parseRate("40/24h", ""), onLimit: "drop" });
    const ran = await run(
      {
        sources: [{ ...sourceNode("in", new MemorySource(LINES)), rateLimit }],
        sinks: [sinkNode("out", "in", sink)],
      },
      place(),
    );
    expect(ran).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect(sink.lines).toEqual(LINES.slice(0, 40));
  });
});
