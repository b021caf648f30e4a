/** Sources that cannot be read again before stages that remember. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import dedupe from "../../../../src/commands/stages/dedupe.js";
import { defaultsOf } from "../../../../src/lib/options/options.js";
import type { StagesNode } from "../../../../src/lib/pipeline/contract/graph.js";
import type { StageDeclaration } from "../../../../src/lib/pipeline/contract/stage.js";
import { temporaryDirectory } from "../../../support/logpipe.js";
import { MemorySink, MemorySource, numbered, run, sinkNode, sourceNode, type Written } from "./support.js";

const LINES = numbered(200, (n) => ({ user: `u${n % 20}` }));
const FIRSTS = LINES.slice(0, 20);

function firsts(from: string): StagesNode {
  const declaration = dedupe as unknown as StageDeclaration;
  const options = { ...defaultsOf(dedupe.options), by: ["user"] };
  return {
    name: "firsts",
    from: [{ node: from }],
    stages: [{ declaration, given: { operands: [], options } }],
  };
}

describe("a journal in front of what remembers", () => {
  it("brings the same as without it", async () => {
    const directory = temporaryDirectory();
    const source = new MemorySource(LINES);
    const [remembered, all] = [new MemorySink(), new MemorySink()];
    const ran = await run(
      {
        sources: [sourceNode("in", source)],
        stages: [firsts("in")],
        sinks: [sinkNode("remembered", "firsts", remembered), sinkNode("all", "in", all)],
      },
      directory,
    );
    expect(ran).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect(remembered.lines).toEqual(FIRSTS);
    expect(all.lines).toEqual(LINES);
    expect(existsSync(join(directory, "first"))).toBe(true);
    expect(readdirSync(join(directory, "first", "readers")).length).toBeGreaterThan(0);
  });

  it("answers the source before a sink has anything", async () => {
    let release = () => {};
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const hasAnswered = () => source.outcomes.filter((outcome) => outcome?.kind === "stored").length;
    const source: MemorySource = new MemorySource(LINES, async (index) => {
      while (index === LINES.length && hasAnswered() < LINES.length)
        await new Promise((resolve) => setTimeout(resolve, 5));
      if (index === LINES.length) release();
    });
    const slow = new MemorySink(async (): Promise<Written> => {
      await hanging;
      return "stored";
    });
    const other = new MemorySink();
    const ran = await run(
      {
        sources: [sourceNode("in", source)],
        stages: [firsts("in")],
        sinks: [sinkNode("slow", "firsts", slow), sinkNode("other", "firsts", other)],
      },
      temporaryDirectory(),
    );
    expect(ran).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect(slow.lines).toEqual(FIRSTS);
    expect(other.lines).toEqual(FIRSTS);
  });

  it("has what was acknowledged for the run after one whose only sink did not take it", async () => {
    const directory = temporaryDirectory();
    const broken = new MemorySink(async (): Promise<Written> => {
      throw new Error("disk on fire");
    });
    const source = new MemorySource(LINES);
    const graph = (sink: MemorySink, from: MemorySource) => ({
      sources: [sourceNode("in", from), sourceNode("more", new MemorySource([]))],
      stages: [{ ...firsts("in"), from: [{ node: "in" }, { node: "more" }] }],
      sinks: [sinkNode("only", "firsts", sink)],
    });
    const first = await run(graph(broken, source), directory);
    expect(first).toMatchObject({ error: undefined, failed: [expect.stringContaining("disk on fire")] });
    const mended = new MemorySink();
    const second = await run(graph(mended, new MemorySource([])), directory);
    expect(second).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect(source.outcomes.map((outcome) => outcome?.kind)).toEqual(LINES.map(() => "stored"));
    expect(mended.lines).toEqual(FIRSTS);
  });

  it.each(["alone", "together"] as const)(
    "brings all of it to an only sink that fails, or cannot be opened, and comes back: %s",
    async (required) => {
      let tries = 0;
      const flaky = new MemorySink(async (): Promise<Written> => {
        if (tries++ === 0) throw new Error("connection reset");
        return "stored";
      });
      let opened = 0;
      const open = async () => {
        if (opened++ === 0) throw new Error("connection refused");
        return flaky;
      };
      const source = new MemorySource(LINES);
      const ran = await run(
        {
          sources: [sourceNode("in", source)],
          stages: [firsts("in")],
          sinks: [sinkNode("only", "firsts", open, { required })],
        },
        temporaryDirectory(),
      );
      // What fails at the end is tried once more, and then left to the next run.
      expect(ran.error).toBeUndefined();
      expect(source.outcomes.map((outcome) => outcome?.kind)).toEqual(LINES.map(() => "stored"));
      expect(ran.said.join("\n")).toContain("connection refused");
      expect([FIRSTS.length, 0]).toContain(flaky.lines.length);
      if (flaky.lines.length === 0) expect(ran.failed).toEqual([expect.stringContaining("connection reset")]);
    },
  );
});
