import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { failure, type LogpipeError } from "../../../../src/lib/base/errors/index.js";
import type { RouteNode } from "../../../../src/lib/pipeline/contract/graph.js";
import { temporaryDirectory } from "../../../support/logpipe.js";
import { MemorySink, MemorySource, numbered, run, sinkNode, sourceNode, type Written } from "./support.js";

const LINES = numbered(100, (n) => ({ level: n % 3 === 0 ? "error" : "info", slow: n % 5 === 0 }));
/** Too large for a journal to join with others. */
const LARGE = { pad: "x".repeat(5000) };
const BY_LEVEL: RouteNode = {
  name: "by",
  from: [{ node: "in" }],
  match: "all",
  ports: [
    { name: "errors", when: 'level == "error"' },
    { name: "slow", when: "slow == true" },
    { name: "rest", when: undefined },
  ],
};
const errors = LINES.filter((line) => JSON.parse(line).level === "error");
const slow = LINES.filter((line) => JSON.parse(line).slow);
const rest = LINES.filter((line) => !errors.includes(line) && !slow.includes(line));

describe.each([
  ["through a journal", (): string | undefined => temporaryDirectory()],
  ["without a journal", (): string | undefined => undefined],
] as const)("a graph %s", (_, directoryOf) => {
  it("brings to each sink what its ways say", async () => {
    const source = new MemorySource(LINES);
    const sinks = [new MemorySink(), new MemorySink(), new MemorySink()] as const;
    const ran = await run(
      {
        sources: [sourceNode("in", source)],
        routes: [BY_LEVEL],
        sinks: [
          sinkNode("e", "by.errors", sinks[0]),
          sinkNode("s", "by.slow", sinks[1]),
          sinkNode("r", "by.rest", sinks[2]),
        ],
      },
      directoryOf(),
    );
    expect(ran).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect(sinks.map(({ lines }) => lines)).toEqual([errors, slow, rest]);
    expect(sinks.map(({ closed }) => closed)).toEqual([1, 1, 1]);
    expect(source.outcomes.map((outcome) => outcome?.kind)).toEqual(LINES.map(() => "stored"));
  });

  it("joins sources, and gives the same to several", async () => {
    const first = new MemorySource(LINES.slice(0, 50));
    const second = new MemorySource(LINES.slice(50));
    const sinks = [new MemorySink(), new MemorySink()] as const;
    const ran = await run(
      {
        sources: [sourceNode("a", first), sourceNode("b", second)],
        sinks: [
          { ...sinkNode("x", "a", sinks[0]), from: [{ node: "a" }, { node: "b" }] },
          sinkNode("y", "b", sinks[1]),
        ],
      },
      directoryOf(),
    );
    expect(ran).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect([...sinks[0].lines].sort()).toEqual([...LINES].sort());
    expect(sinks[1].lines).toEqual(LINES.slice(50));
  });

  it("goes on where one sink wants no more, and ends once none does", async () => {
    let closedAt = 0;
    const source = new MemorySource(
      numbered(4000, () => LARGE),
      () => setImmediate(),
    );
    const short = new MemorySink(
      (): Promise<Written> => Promise.resolve(short.lines.length >= 3 ? "closed" : "stored"),
    );
    const longer = new MemorySink((): Promise<Written> => {
      const isOver = longer.lines.length >= 50;
      if (isOver) closedAt = source.read_;
      return Promise.resolve(isOver ? "closed" : "stored");
    });
    const ran = await run(
      {
        sources: [sourceNode("in", source)],
        sinks: [sinkNode("short", "in", short), sinkNode("longer", "in", longer)],
      },
      directoryOf(),
    );
    expect(ran).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect(short.lines).toHaveLength(3);
    expect(longer.lines).toHaveLength(50);
    expect(closedAt).toBeGreaterThan(0);
    expect(source.read_).toBeLessThan(4000);
  });

  it("settles with the worst that became of a block, where the run waits for the sink", async () => {
    const source = new MemorySource(LINES.slice(0, 10));
    const picky = new MemorySink(async (lines, { delivery }): Promise<Written> => {
      const isRefused = lines.some((line) => JSON.parse(line).n === 4);
      delivery?.settle(isRefused ? { kind: "refused", reason: "no fours" } : { kind: "stored" });
      return "settled";
    });
    const ran = await run(
      {
        sources: [sourceNode("in", source)],
        sinks: [sinkNode("a", "in", picky, { required: "together" }), sinkNode("b", "in", new MemorySink())],
      },
      directoryOf(),
    );
    expect(ran.code).toBe(0);
    const kinds = source.outcomes.map((outcome) => outcome?.kind);
    expect(kinds.filter((_, n) => n !== 4).every((kind) => kind === "stored")).toBe(true);
    if (directoryOf() === undefined) expect(kinds[4]).toBe("refused");
  });

  it("ends at the first bad line under --strict, with what came before in every sink", async () => {
    const source = new MemorySource([...LINES.slice(0, 5), "no event", ...LINES.slice(5)]);
    const sinks = [new MemorySink(), new MemorySink()] as const;
    const ran = await run(
      {
        sources: [sourceNode("in", source)],
        sinks: [sinkNode("a", "in", sinks[0]), sinkNode("b", "in", sinks[1])],
      },
      directoryOf(),
      { options: { isStrict: true } },
    );
    expect((ran.error as LogpipeError).code).toBe("input.strict");
    for (const { lines, closed } of sinks) {
      expect(lines).toEqual(LINES.slice(0, 5));
      expect(closed).toBe(1);
    }
  });
});

describe("a sink that fails", () => {
  it("is tried again while the others go on, and gets all of it in the end", async () => {
    const lines = numbered(100, () => LARGE);
    const source = new MemorySource(lines);
    let failures = 0;
    const flaky = new MemorySink(async (): Promise<Written> => {
      if (flaky.lines.length >= 10 && failures < 1) {
        failures++;
        throw new Error("connection reset");
      }
      return "stored";
    });
    const steady = new MemorySink();
    const ran = await run(
      {
        sources: [sourceNode("in", source)],
        sinks: [sinkNode("flaky", "in", flaky), sinkNode("steady", "in", steady)],
      },
      temporaryDirectory(),
    );
    expect(ran).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect(steady.lines).toEqual(lines);
    expect([...new Set(flaky.lines)]).toEqual(lines);
    expect(flaky.opened).toBe(2);
    expect(ran.said.filter((text) => text.includes("connection reset"))).toHaveLength(1);
  });

  it("keeps what was refused for now, and gives up at the end: the next run delivers it", async () => {
    const directory = temporaryDirectory();
    const down = new MemorySink(async (_, { delivery }): Promise<Written> => {
      delivery?.settle({ kind: "failed", reason: "503" });
      return "settled";
    });
    const steady = new MemorySink();
    const graph = (broken: MemorySink, lines: readonly string[]) => ({
      sources: [sourceNode("in", new MemorySource(lines))],
      sinks: [sinkNode("broken", "in", broken), sinkNode("steady", "in", steady)],
    });
    const first = await run(graph(down, LINES), directory);
    expect(first.code).toBe(0);
    expect(first.failed).toEqual([
      expect.stringMatching(/^sink broken: 503; 100 events wait in the journal/),
    ]);
    expect(steady.lines).toEqual(LINES);
    const up = new MemorySink();
    const second = await run(graph(up, []), directory);
    expect(second).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect(up.lines).toEqual(LINES);
    expect(steady.lines).toEqual(LINES);
  });

  it.each(["alone", "optional"] as const)(
    "is tried again where it cannot be opened at the start (%s)",
    async (required) => {
      const late = new MemorySink();
      let tries = 0;
      const open = async () => {
        if (tries++ === 0) throw new Error("connection refused");
        return late;
      };
      const steady = new MemorySink();
      const ran = await run(
        {
          sources: [sourceNode("in", new MemorySource(LINES))],
          sinks: [sinkNode("late", "in", open, { required }), sinkNode("steady", "in", steady)],
        },
        temporaryDirectory(),
      );
      expect(ran).toMatchObject({ error: undefined, code: 0, failed: [] });
      expect(late.lines).toEqual(LINES);
      expect(steady.lines).toEqual(LINES);
      expect(ran.said.filter((text) => text.includes("connection refused"))).toHaveLength(1);
    },
  );

  it("is left out where it is optional, cannot be opened, and there is no journal", async () => {
    const steady = new MemorySink();
    const open = async () => {
      throw new Error("connection refused");
    };
    const ran = await run(
      {
        sources: [sourceNode("in", new MemorySource(LINES))],
        sinks: [sinkNode("broken", "in", open, { required: "optional" }), sinkNode("steady", "in", steady)],
      },
      undefined,
    );
    expect(ran.error).toBeUndefined();
    expect(ran.failed).toEqual([expect.stringContaining("connection refused")]);
    expect(steady.lines).toEqual(LINES);
  });

  it("ends the run where its configuration is wrong, before anything is read", async () => {
    const source = new MemorySource(LINES);
    const steady = new MemorySink();
    const ran = await run(
      {
        sources: [sourceNode("in", source)],
        sinks: [
          sinkNode("steady", "in", steady),
          sinkNode("broken", "in", async () => {
            throw failure("usage.missing-operand", { command: "sink", operand: "STORE" });
          }),
        ],
      },
      temporaryDirectory(),
    );
    expect((ran.error as LogpipeError).code).toBe("usage.missing-operand");
    expect(source.read_).toBe(0);
    expect(steady.closed).toBe(1);
  });

  it("is left out where it is optional and there is no journal", async () => {
    const source = new MemorySource(LINES);
    const broken = new MemorySink(async (): Promise<Written> => {
      throw new Error("out of paper");
    });
    const steady = new MemorySink();
    const ran = await run(
      {
        sources: [sourceNode("in", source)],
        sinks: [sinkNode("broken", "in", broken, { required: "optional" }), sinkNode("steady", "in", steady)],
      },
      undefined,
    );
    expect(ran.code).toBe(0);
    expect(ran.failed).toEqual([expect.stringContaining("out of paper")]);
    expect(steady.lines).toEqual(LINES);
  });
});

describe("stopping", () => {
  it("delivers what was read, and leaves to the next run what a sink has not taken", async () => {
    const directory = temporaryDirectory();
    const stopping = new AbortController();
    const source = new MemorySource(LINES, async (index) => {
      if (index === 20) stopping.abort();
      return undefined;
    });
    let release = () => {};
    const hanging = new MemorySink(async (): Promise<Written> => {
      await new Promise<void>((resolve) => (release = resolve));
      return "stored";
    });
    stopping.signal.addEventListener("abort", () => setTimeout(() => release(), 2500));
    const steady = new MemorySink();
    const graph = (slow: MemorySink, from: MemorySource) => ({
      sources: [sourceNode("in", from)],
      sinks: [sinkNode("slow", "in", slow), sinkNode("steady", "in", steady)],
    });
    const first = await run(graph(hanging, source), directory, { signal: stopping.signal });
    expect(first).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect(steady.lines).toEqual(LINES.slice(0, 20));
    expect(first.said.join("\n")).toMatch(/events? waits? in the journal for slow: the next run/);
    const rest = new MemorySink();
    await run(graph(rest, new MemorySource([])), directory);
    expect([...hanging.lines, ...rest.lines].slice(-20)).toEqual(LINES.slice(0, 20));
  });
});

describe("the journal of a graph", () => {
  it("is one run's at a time", async () => {
    const directory = temporaryDirectory();
    let go = () => {};
    const waiting = new Promise<void>((resolve) => (go = resolve));
    const graph = () => ({
      sources: [sourceNode("in", new MemorySource(LINES, (n) => (n === 5 ? waiting : undefined)))],
      sinks: [sinkNode("a", "in", new MemorySink()), sinkNode("b", "in", new MemorySink())],
    });
    const opened = new Promise<void>((resolve) => {
      const first = run(graph(), directory, { options: { onOpened: resolve } });
      void first.then(() => go());
    });
    await opened;
    const second = await run(graph(), directory);
    expect((second.error as LogpipeError).code).toBe("journal.locked");
    go();
  });

  it("needs a place", async () => {
    const graph = {
      sources: [sourceNode("in", new MemorySource(LINES))],
      sinks: [sinkNode("a", "in", new MemorySink()), sinkNode("b", "in", new MemorySink())],
      journal: { mode: "auto" } as const,
    };
    expect(((await run(graph, "/nowhere")).error as LogpipeError).code).toBe("usage.no-journal-place");
  });
});
