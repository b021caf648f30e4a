/** Several sources at the same time, and what becomes of the others when one is quiet, over, or unwanted. */
import { expect, it } from "vitest";
import enrich from "../../../../src/commands/stages/enrich.js";
import parse from "../../../../src/commands/stages/parse.js";
import { Block } from "../../../../src/lib/event/block.js";
import { STORED } from "../../../../src/lib/event/delivery/delivery.js";
import { defaultsOf } from "../../../../src/lib/options/options.js";
import type { Network } from "../../../../src/lib/pipeline/chain/network/network.js";
import { planNetwork } from "../../../../src/lib/pipeline/chain/network/plan-network.js";
import type { Sink } from "../../../../src/lib/pipeline/contract/sink.js";
import type { Source } from "../../../../src/lib/pipeline/contract/source.js";
import type { StageDeclaration, Transform } from "../../../../src/lib/pipeline/contract/stage.js";
import { Run } from "../../../../src/lib/pipeline/run/run.js";
import { quietHost } from "../support/host.js";
import { Blocks, Boundary, OPTIONS } from "./ends.js";

const parsing = {
  declaration: parse as StageDeclaration,
  given: { operands: [], options: defaultsOf(parse.options) },
};

/** A stage of our own: keeps state. */
function stageOf(name: string, create: () => Transform) {
  const declaration = {
    ...enrich,
    name,
    isStateless: () => false,
    open: undefined,
    reads: undefined,
    create,
  };
  return {
    declaration: declaration as unknown as StageDeclaration,
    given: { operands: [], options: defaultsOf(enrich.options) },
  };
}

function runOf(network: Network, sources: readonly Source[], sink: Sink, options = OPTIONS) {
  return new Run(planNetwork(network, options), options, quietHost(), sources, sink);
}

/** Gives lines for as long as it is not stopped. */
class Loud extends Blocks {
  constructor() {
    super(
      Array.from({ length: 1_000_000 }, () => '{"loud":1}\n'),
      () => new Promise(setImmediate),
    );
  }
}

/** Gives one block, then nothing until it is stopped. */
class Quiet extends Blocks {
  private release: (() => void) | undefined;

  constructor(text: string) {
    super([text]);
  }

  override async read(): Promise<Block | undefined> {
    const block = await super.read();
    if (block !== undefined || this.isStopped) return block;
    await new Promise<void>((resolve) => (this.release = resolve));
    return undefined;
  }

  override stop(): void {
    super.stop();
    this.release?.();
  }
}

const both = (nodes: Network["nodes"], exits: Network["exits"]): Network => ({
  entries: [{ name: "loud" }, { name: "quiet" }],
  nodes,
  exits,
});

it("lets a record go that is followed by silence, though another source is loud", async () => {
  const sources = [new Loud(), new Quiet("2026-11-21 10:00:00 ERROR failed\n\tat a.B.c(B.java:1)\n")];
  const boundary = new Boundary(2);
  const network = both(
    [{ name: "read", from: [{ entry: 1 }], stages: [parsing] }],
    [
      { name: "a", from: [{ entry: 0 }] },
      { name: "b", from: [{ node: 0 }] },
    ],
  );
  const settle = boundary.write.bind(boundary);
  boundary.write = async (block) => {
    if (block.exits?.includes(1) === true && block.bytes.length > 0)
      for (const source of sources) source.stop();
    return settle(block);
  };
  await runOf(network, sources, boundary).toEnd();
  expect(JSON.parse(boundary.textOf(1)).message).toContain("at a.B.c");
  expect(sources[1]!.outcomes).toEqual([[STORED]]);
});

it("ends a stage with the last of its sources, and the others go on", async () => {
  const told: string[] = [];
  const counting = (name: string) =>
    stageOf(name, () => ({
      push: (block, emit) => emit(block),
      end: (emit) => {
        told.push(name);
        emit(new Block(Buffer.from(`{"end":"${name}"}\n`)));
      },
    }));
  const sources = [new Blocks(['{"a":1}\n']), new Quiet('{"b":1}\n')];
  const boundary = new Boundary(1);
  const network = both(
    [
      { name: "own", from: [{ entry: 0 }], stages: [counting("own")] },
      { name: "joint", from: [{ node: 0 }, { entry: 1 }], stages: [counting("joint")] },
    ],
    [{ name: "a", from: [{ node: 1 }] }],
  );
  const settle = boundary.write.bind(boundary);
  boundary.write = async (block) => {
    const more = await settle(block);
    if (block.bytes.includes("own")) {
      expect(told).toEqual(["own"]);
      sources[1]!.stop();
    }
    return more;
  };
  await runOf(network, sources, boundary).toEnd();
  expect(told).toEqual(["own", "joint"]);
  expect(boundary.textOf(0)).toContain('{"end":"own"}\n');
});

it("stops a source only when no sink wants anything of it", async () => {
  const first = stageOf("first", () => ({ push: (block, emit) => emit(block) && false }));
  const sources = [new Loud(), new Blocks(Array.from({ length: 50 }, (_, n) => `{"n":${n}}\n`))];
  const boundary = new Boundary(2);
  const network = both(
    [{ name: "head", from: [{ entry: 0 }], stages: [first] }],
    [
      { name: "a", from: [{ node: 0 }] },
      { name: "b", from: [{ entry: 1 }] },
    ],
  );
  await runOf(network, sources, boundary).toEnd();
  expect(boundary.textOf(0)).toBe('{"loud":1}\n');
  expect(boundary.textOf(1).split("\n")).toHaveLength(51);
  expect(sources[0]!.isStopped).toBe(true);
  expect(sources[1]!.outcomes.flat()).toEqual(Array.from({ length: 50 }, () => STORED));
});

it("stops a source whose only sink is closed", async () => {
  const sources = [new Loud(), new Blocks(Array.from({ length: 50 }, (_, n) => `{"n":${n}}\n`))];
  const boundary = new Boundary(2);
  const network = both(
    [],
    [
      { name: "a", from: [{ entry: 0 }] },
      { name: "b", from: [{ entry: 1 }] },
    ],
  );
  const settle = boundary.write.bind(boundary);
  boundary.write = async (block) => {
    if (block.exits?.includes(0) === true) boundary.onExitClosed?.(0);
    return settle(block);
  };
  await runOf(network, sources, boundary).toEnd();
  expect(boundary.textOf(1).split("\n")).toHaveLength(51);
});

it("waits for a stage that asks for it, and reads the other source meanwhile", async () => {
  let isOpen = false;
  const slow = stageOf("slow", () => ({
    push: (block, emit) => emit(block),
    waitMs: () => (isOpen ? 0 : 20),
  }));
  const sources = [
    new Blocks(['{"slow":1}\n']),
    new Blocks(Array.from({ length: 50 }, (_, n) => `{"n":${n}}\n`)),
  ];
  const boundary = new Boundary(1);
  const network = both(
    [{ name: "limited", from: [{ entry: 0 }], stages: [slow] }],
    [{ name: "a", from: [{ node: 0 }, { entry: 1 }] }],
  );
  const settle = boundary.write.bind(boundary);
  boundary.write = async (block) => {
    if (block.bytes.includes('"n":49')) isOpen = true;
    return settle(block);
  };
  await runOf(network, sources, boundary).toEnd();
  expect(boundary.textOf(0).trim().split("\n").at(-1)).toBe('{"slow":1}');
});

it.each([0, 1])(
  "ends with an error that names node and stage, by entry %i, and acknowledges nothing",
  async (entry) => {
    const broken = stageOf("broken", () => ({
      push: () => {
        throw new TypeError("no such thing");
      },
    }));
    const sources = [new Blocks(['{"a":1}\n']), new Blocks(['{"b":1}\n'])];
    const boundary = new Boundary(1);
    const network = both(
      [{ name: "web", from: [{ entry }], stages: [broken] }],
      [{ name: "a", from: [{ node: 0 }, { entry: 1 - entry }] }],
    );
    const run = runOf(network, sources, boundary).toEnd();
    await expect(run).rejects.toMatchObject({
      code: "stage.failed",
      message: "web.broken failed: no such thing",
    });
    expect(boundary.isClosed && sources.every(({ isClosed }) => isClosed)).toBe(true);
    for (const [outcome] of sources[entry]!.outcomes) expect(outcome).not.toEqual(STORED);
  },
);

it("sets a line aside once that is no event on two ways, and each copy of it", async () => {
  const set = (name: string) => ({ name, from: [{ entry: 0 }], stages: [] });
  const boundary = new Boundary(2);
  const sink = (name: string) => ({
    declaration: { name, input: "checked" },
    given: { operands: [], options: {} },
  });
  const network: Network = {
    entries: [{ name: "in" }],
    nodes: [
      set("x"),
      { name: "r", from: [{ entry: 0 }], match: "all", ports: [{ name: "all", when: "n > 0" }] },
    ],
    exits: [
      { name: "a", from: [{ node: 0 }], sink: sink("t") as never },
      { name: "b", from: [{ node: 1 }], sink: sink("t") as never },
    ],
  };
  const run = runOf(network, [new Blocks(['bad\n{"n":1}\nbad\nworse\n', '{"n":0}\nbad\n'])], boundary);
  await run.toEnd();
  expect(run.counters.rejected).toBe(4);
  expect(boundary.textOf(0)).toBe('{"n":1}\n{"n":0}\n');
  expect(boundary.textOf(1)).toBe('{"n":1}\n');
  expect(run.counters.of("r")).toMatchObject({ all: 1, dropped: 1 });
});

it("makes a check once, and one block for sinks that get the same bytes", async () => {
  const boundary = new Boundary(3);
  const given = { operands: [], options: {} };
  const sink = (declaration: object) => ({ declaration, given }) as never;
  const network: Network = {
    entries: [{ name: "in" }],
    nodes: [],
    exits: [
      {
        name: "text",
        from: [{ entry: 0 }],
        sink: sink({ name: "t", input: "checked", keepsText: () => true }),
      },
      { name: "table", from: [{ entry: 0 }], sink: sink({ name: "s", input: "checked" }) },
      { name: "lines", from: [{ entry: 0 }], sink: sink({ name: "l", input: "lines" }) },
    ],
  };
  const plan = planNetwork(network, OPTIONS);
  expect(plan.spread.links.map(({ name }) => name)).toEqual(["frame", "check"]);
  const line = '{"timestamp":"2026-11-21T10:00:00Z","n":1}\n';
  await runOf(network, [new Blocks([line, '{"n":-0}\n'])], boundary).toEnd();
  const [same, ...apart] = boundary.blocks;
  expect([...same!.exits!].sort()).toEqual([0, 1, 2]);
  expect(same!.summary?.events).toBe(1);
  expect(apart.map(({ bytes }) => bytes.toString()).sort()).toEqual(['{"n":-0.0}\n', '{"n":-0}\n']);
});
