import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import enrich from "../../../../src/commands/stages/enrich.js";
import parse from "../../../../src/commands/stages/parse.js";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import { Block } from "../../../../src/lib/event/block.js";
import type { Cursor } from "../../../../src/lib/event/delivery/cursor.js";
import { newDelivery, STORED } from "../../../../src/lib/event/delivery/delivery.js";
import { crc32cOf } from "../../../../src/lib/event/scan.js";
import { defaultsOf } from "../../../../src/lib/options/options.js";
import { planPipeline } from "../../../../src/lib/pipeline/chain/plan.js";
import type { Pipeline, RunOptions } from "../../../../src/lib/pipeline/contract/pipeline.js";
import type { Sink } from "../../../../src/lib/pipeline/contract/sink.js";
import type { Source } from "../../../../src/lib/pipeline/contract/source.js";
import type { StageDeclaration } from "../../../../src/lib/pipeline/contract/stage.js";
import { openStages } from "../../../../src/lib/pipeline/run/resources.js";
import { Run } from "../../../../src/lib/pipeline/run/run.js";
import { quietHost } from "../support/host.js";

/** Hands over the given blocks; remembers what was stored. */
class BlocksSource implements Source {
  readonly stored: Cursor[] = [];
  isClosed = false;
  private isStopped = false;
  private next = 0;

  private readonly blocks: readonly Buffer[];

  constructor(blocks: readonly Buffer[]) {
    this.blocks = blocks;
  }

  async read(): Promise<Block | undefined> {
    const bytes = this.isStopped ? undefined : this.blocks[this.next];
    if (bytes === undefined) return undefined;
    const block = new Block(Buffer.from(bytes));
    const cursor = { stream: "s", offset: ++this.next };
    block.cursor = cursor;
    block.delivery = newDelivery(() => void this.stored.push(cursor));
    block.origin = { name: "in.log" };
    return block;
  }

  stop(): void {
    this.isStopped = true;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** Keeps what it is given; `wants` blocks, then no more. Every block is durable at once. */
class Collector implements Sink {
  readonly blocks: Block[] = [];
  isClosed = false;
  private readonly wants: number;

  constructor(wants = Number.POSITIVE_INFINITY) {
    this.wants = wants;
  }

  async write(block: Block): Promise<boolean> {
    this.blocks.push(block);
    block.delivery?.settle(STORED);
    return this.blocks.length < this.wants;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    this.isClosed = true;
  }

  get text(): string {
    return this.blocks.map((block) => block.bytes.toString()).join("");
  }
}

const checkedSink = {
  declaration: { kind: "sink", name: "test", input: "checked" },
  given: { operands: [], options: {} },
};
const opened = await openStages(
  {
    files: [],
    stages: [
      {
        declaration: enrich,
        given: { operands: [], options: { ...defaultsOf(enrich.options), set: ["env=prod"] } },
      },
    ],
  },
  quietHost(),
  { startedMs: 0, secrets: new Map() },
);
const set = opened.stages[0]!;
const plain = { operands: [], options: defaultsOf(enrich.options) };
const auto = { declaration: parse, given: { operands: [], options: defaultsOf(parse.options) } };
const directory = mkdtempSync(join(tmpdir(), "logpipe-run-"));

function runOf(
  stages: Pipeline["stages"],
  source: Source,
  sink: Sink,
  options: Partial<RunOptions> = {},
  isChecked = false,
) {
  const pipeline = { files: [], stages, ...(isChecked ? { sink: checkedSink } : {}) } as unknown as Pipeline;
  const all: RunOptions = {
    isStrict: false,
    workers: 0,
    hasStats: false,
    deadLetters: join(directory, "dead.ndjson"),
    ...options,
  };
  return new Run(planPipeline(pipeline, all), all, quietHost(), source, sink);
}

async function outputOf(
  stages: Pipeline["stages"],
  blocks: readonly Buffer[],
  options: Partial<RunOptions> = {},
  isChecked = false,
) {
  const sink = new Collector();
  const source = new BlocksSource(blocks);
  await runOf(stages, source, sink, options, isChecked).toEnd();
  return { text: sink.text, blocks: sink.blocks, source, sink };
}

const line = (n: number) => `{"n":${n},"text":"${"x".repeat(n % 300)}"}\n`;
const many = Array.from({ length: 40 }, (_, b) =>
  Buffer.from(Array.from({ length: 2000 }, (_, i) => line(b * 2000 + i)).join("")),
);

describe("a run", () => {
  it("gives the same in workers as on the main thread, in order", async () => {
    const here = await outputOf([set], many);
    const spread = await outputOf([set], many, { workers: 2 });
    expect(spread.text).toBe(here.text);
    expect(here.text.split("\n")).toHaveLength(80_001);
    expect(spread.source.stored.at(-1)).toEqual({ stream: "s", offset: 40 });
    expect(spread.source.isClosed && spread.sink.isClosed).toBe(true);
  });

  it("settles deliveries once the sink has the blocks", async () => {
    const { source } = await outputOf([set], many, { workers: 2 });
    expect(source.stored.map(({ offset }) => offset)).toEqual(many.map((_, i) => i + 1));
  });

  it("gives a checking sink summaries that fit the bytes", async () => {
    for (const workers of [0, 2]) {
      const { blocks } = await outputOf([set], many, { workers }, true);
      expect(blocks.reduce((sum, { summary }) => sum + (summary?.events ?? 0), 0)).toBe(80_000);
      for (const { bytes, summary } of blocks) expect(summary?.crc32c).toBe(crc32cOf(bytes));
    }
  });

  it("says what each stage took in and gave, in workers too", async () => {
    const again = { ...set, label: "again" };
    for (const workers of [0, 2]) {
      const run = runOf(workers === 0 ? [set, again] : [set], new BlocksSource(many), new Collector(), {
        workers,
        hasStats: true,
      });
      await run.toEnd();
      const report = run.counters.report({
        stages: ["enrich", "again"],
        workers,
        sink: { "store: rows": 1200 },
      });
      expect(report).toContain("  in: 80,000 lines, ");
      expect(report).toContain("  enrich: 80,000 lines in, 80,000 out\n");
      if (workers === 0)
        expect(report).toMatch(/again: 80,000 lines in, 80,000 out\n[\s\S]*; work: enrich \d+%, again \d+%/);
      expect(report).toContain("  store: rows: 1,200\n");
    }
  });

  it("stops reading when the sink wants no more", async () => {
    const sink = new Collector(2);
    const source = new BlocksSource(many);
    await runOf([set], source, sink).toEnd();
    expect(sink.blocks).toHaveLength(2);
    expect(source.isClosed && sink.isClosed).toBe(true);
  });

  it("lets a stage know again and again that nothing comes", async () => {
    let idles = 0;
    const clock: StageDeclaration = {
      ...enrich,
      name: "clock",
      isStateless: () => false,
      create: () => ({
        push: (block, emit) => emit(block),
        idle: (emit) => void emit(new Block(Buffer.from(`${++idles}\n`))),
      }),
    };
    const source = new BlocksSource([]);
    const sink = new Collector();
    source.read = async () => {
      while (idles < 3) await new Promise((resolve) => setTimeout(resolve, 20));
      return undefined;
    };
    await runOf([{ declaration: clock, given: plain }], source, sink).toEnd();
    expect(sink.text).toMatch(/^1\n2\n3\n/);
  });

  it("stops reading when a stage wants no more", async () => {
    const first: StageDeclaration = {
      ...enrich,
      name: "first",
      isStateless: () => false,
      create: () => ({ push: (block, emit) => emit(block) && false }),
    };
    const { blocks, source } = await outputOf([{ declaration: first, given: plain }], many);
    expect(blocks).toHaveLength(1);
    expect(source.isClosed).toBe(true);
  });

  it("sets malformed lines aside with their place, and counts them", async () => {
    const dead = join(directory, "placed.ndjson");
    const blocks = [Buffer.from("{}\nbad\n"), Buffer.from('{"a":1}\n{"a":}\n')];
    const { text } = await outputOf([set], blocks, { deadLetters: dead });
    expect(text).toBe('{"env":"prod"}\n{"a":1,"env":"prod"}\n');
    const letters = readFileSync(dead, "utf8")
      .trim()
      .split("\n")
      .map((l) => JSON.parse(l));
    expect(letters).toMatchObject([
      { stage: "enrich", reason: "not a JSON object", source: "in.log", line: 2, column: 1, raw: "bad" },
      { stage: "enrich", reason: "malformed JSON", source: "in.log", line: 4, column: 6, raw: '{"a":}' },
    ]);
  });

  it("ends at the first one when strict, with its place", async () => {
    const source = new BlocksSource([Buffer.from("{}\nbad\n")]);
    const sink = new Collector();
    const failed = runOf([set], source, sink, { isStrict: true }).toEnd();
    await expect(failed).rejects.toThrow(LogpipeError);
    await expect(failed).rejects.toThrow("in.log:2:1");
    expect(source.isClosed && sink.isClosed).toBe(true);
  });

  it("joins a stack trace to its line wherever the input is cut, in workers too", async () => {
    const trace =
      "2026-11-21 10:00:00,123 ERROR [main] com.example.App - failed\njava.lang.IllegalStateException: no\n\tat com.example.App.run(App.java:10)\nCaused by: java.io.IOException: gone\n\t... 3 more\n";
    const text = `${trace}2026-11-21 10:00:01,000 INFO [main] com.example.App - on\nplain words\n{"level":"info","msg":"json"}\n${trace}`;
    const whole = (await outputOf([auto], [Buffer.from(text)])).text;
    const events = whole
      .trim()
      .split("\n")
      .map((l) => JSON.parse(l));
    expect(events).toHaveLength(5);
    expect(events[0].message).toContain("Caused by: java.io.IOException: gone\n\t... 3 more");
    const lines = text.split(/(?<=\n)/);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: lines.length }), { maxLength: 6 }),
        async (cuts) => {
          const at = [0, ...new Set(cuts)].sort((a, b) => a - b);
          const blocks = at
            .map((from, i) => Buffer.from(lines.slice(from, at[i + 1]).join("")))
            .filter((b) => b.length > 0);
          expect((await outputOf([auto], blocks)).text).toBe(whole);
        },
      ),
      { numRuns: 50 },
    );
    const big = Array.from({ length: 3000 }, () => Buffer.from(text + trace));
    expect((await outputOf([auto], big, { workers: 2 })).text).toBe((await outputOf([auto], big)).text);
  });
});
