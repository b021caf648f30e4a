/** What a stage opens is there before anything is read, on every thread, and follows changes outside. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { Block } from "../../../../src/lib/event/block.js";
import { kernelModule } from "../../../../src/lib/kernel/kernel.js";
import { text } from "../../../../src/lib/options/options.js";
import type { WorkerReply } from "../../../../src/lib/pipeline/chain/worker-messages.js";
import type { Pipeline, RunOptions } from "../../../../src/lib/pipeline/contract/pipeline.js";
import { type StageDeclaration, stage } from "../../../../src/lib/pipeline/contract/stage.js";
import { hostOf } from "../../../../src/lib/pipeline/run/host.js";
import { runPipeline } from "../../../../src/lib/pipeline/run/run-pipeline.js";
import { serve } from "../../../../src/lib/pipeline/run/worker.js";
import { temporaryDirectory } from "../../../support/logpipe.js";
import { testTerminal } from "../../../support/memory-terminal.js";

const OPTIONS: RunOptions = { isStrict: false, workers: 0, hasStats: false };

/** Writes its word, read from a file, in the place of every line, and counts the lines. */
const word = stage({
  name: "word",
  summary: "",
  details: "",
  operands: [],
  options: { file: text({ summary: "", default: "word" }), audit: text({ summary: "" }) },
  examples: [],
  input: "events",
  ownOperands: 0,
  isStateless: () => true,
  open: async ({ options }, io) => {
    const read = async () => (await io.readFile(options.file)).toString();
    return { word: await read(), read, home: io.environment("HOME") };
  },
  create: (_given, context, opened) => {
    let current = opened.word;
    return {
      push: (block, emit) => {
        const lines = block.bytes.toString().split("\n").length - 1;
        context.count("lines", lines);
        return emit(new Block(Buffer.from(`${current}\n`.repeat(lines))));
      },
      refresh: async () => {
        current = await opened.read();
      },
    };
  },
  report: ({ options }, counts) =>
    options.audit === undefined ? undefined : { path: options.audit, text: JSON.stringify(counts) },
});

function setUp(options: { file?: string; audit?: string } = {}, stdin = "{}\n{}\n") {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "word"), "one");
  const terminal = testTerminal({ stdin, cwd, env: { HOME: "/h" } });
  onTestFinished(() => terminal.close());
  const step = {
    declaration: word as unknown as StageDeclaration,
    given: { operands: [], options: { file: "word", ...options } },
  };
  return { cwd, terminal, step, pipeline: { files: [], stages: [step] } as Pipeline };
}

describe("what stages open", () => {
  it("reaches create, and what they have counted reaches their report", async () => {
    const { cwd, terminal, pipeline } = setUp({ audit: "audit.json" });
    await runPipeline(pipeline, OPTIONS, hostOf(terminal));
    expect(terminal.stdout.text).toBe("one\none\n");
    expect(readFileSync(join(cwd, "audit.json"), "utf8")).toBe('{"lines":2}');
    expect(existsSync(join(cwd, "audit.json.partial"))).toBe(false);
  });

  it("tells stages of one name apart", async () => {
    const { terminal, pipeline, step } = setUp();
    const other = { ...step, given: { ...step.given, options: { ...step.given.options, audit: "-" } } };
    await runPipeline(
      { ...pipeline, stages: [step, other] },
      { ...OPTIONS, hasStats: true },
      hostOf(terminal),
    );
    expect(terminal.stderr.text).toMatch(/^{"lines":2}$/m);
    expect(terminal.stderr.text).toMatch(/word\.lines: 2\n[\s\S]*word 2\.lines: 2\n/);
  });

  it("ends the run with a clear error, before anything is read or written", async () => {
    const { cwd, terminal, pipeline } = setUp({ file: "missing" });
    const failed = runPipeline(pipeline, { ...OPTIONS, output: join(cwd, "out") }, hostOf(terminal));
    await expect(failed).rejects.toMatchObject({
      code: "stage.unreadable",
      exitCode: 1,
      message: "cannot read missing: no such file or directory",
    });
    expect(existsSync(join(cwd, "out.partial"))).toBe(false);
  });

  it("is opened in a worker, too, and refreshed there between blocks, once a second", async () => {
    const { cwd } = setUp();
    const { port1, port2 } = new MessageChannel();
    const ready = new Promise((resolve) => port1.once("message", resolve));
    onTestFinished(() => port1.close());
    const stage = { name: "word", operands: [], options: { file: "word" } };
    const link = {
      what: { kind: "stage", stage },
      to: [[~0]],
      label: "word",
      name: "word",
      place: 0,
    } as const;
    const wiring = { links: [link], entries: [[0]], exits: 1 };
    const surroundings = { cwd, environment: {} };
    const setup = { kernelModule: kernelModule(), wiring, surroundings, isAligned: [false] };
    await serve(port2, setup, async () => word as unknown as StageDeclaration);
    await ready;
    let id = 0;
    const ask = () =>
      new Promise<string>((resolve) => {
        port1.once("message", (reply: WorkerReply) =>
          resolve(Buffer.from(reply.blocks[0]!.bytes).toString()),
        );
        port1.postMessage({ id: ++id, entry: 0, bytes: Buffer.from("{}\n") });
      });
    expect(await ask()).toBe("one\n");
    writeFileSync(join(cwd, "word"), "two");
    expect(await ask()).toBe("one\n");
    let last = "";
    for (let tries = 0; tries < 100 && last !== "two\n"; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      last = await ask();
    }
    expect(last).toBe("two\n");
  });
});
