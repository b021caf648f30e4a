/**
 * What every stage promises (src/lib/pipeline/contract/stage.ts), over every stage of the registry: any cut of the
 * input gives the same output, saving and loading at any cut changes nothing, workers and fused pipelines give what one
 * thread and pipes give.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { registry } from "../../src/commands/registry.js";
import { Block } from "../../src/lib/event/block.js";
import type { DeadLetter } from "../../src/lib/event/dead-letter.js";
import { defaultsOf } from "../../src/lib/options/options.js";
import { Chain } from "../../src/lib/pipeline/chain/chain.js";
import type { Step } from "../../src/lib/pipeline/contract/pipeline.js";
import { stageIo } from "../../src/lib/pipeline/contract/resources.js";
import type { StageDeclaration } from "../../src/lib/pipeline/contract/stage.js";
import { readQuoted } from "../../src/lib/pipeline/read/quoted.js";
import { hostOf } from "../../src/lib/pipeline/run/host.js";
import { runPipeline } from "../../src/lib/pipeline/run/run-pipeline.js";
import { testTerminal } from "../support/memory-terminal.js";
import { isThorough, runs, some } from "../support/runs.js";
import { MORE_COMMANDS, oddEvents, oddText } from "./stage-inputs.js";

/** Stages that give at each end a summary of all they remember. */
const SUMMARIES = new Set(["patterns"]);
const NOW_MS = Date.UTC(2026, 10, 21, 10, 1);
const cwd = mkdtempSync(join(tmpdir(), "logpipe-contract-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** One stage with its options, and something to give it. */
interface Trial {
  readonly title: string;
  readonly step: Step<StageDeclaration>;
  readonly input: string;
}

const stages = (await registry.loadAll()).filter((declaration) => declaration.kind === "stage");
const tried = await Promise.all(
  stages.map(async (declaration) => [declaration, await trialsOf(declaration)] as const),
);
const trials = tried.flatMap(([, own]) => own);
/** Two threads each: `npm test` starts them for a third of the trials of each stage, `test:long` for all. */
const spreadTrials = new Set(tried.flatMap(([, own]) => some(own, Math.max(2, Math.ceil(own.length / 3)))));

it.each(tried.map(([{ name }, own]) => ({ name, own })))("$name is tried", ({ own }) => {
  expect(own.length).toBeGreaterThan(0);
});

describe.each(trials)("$title", (trial) => {
  const { step, input } = trial;
  const whole = outcome(step, [input]);

  it("gives the same wherever the input is cut", () => {
    const at = lineEnds(input);
    for (const cut of some(at, 10, 40)) expect(outcome(step, pieces(input, [cut]))).toEqual(whole);
    expect(outcome(step, pieces(input, at))).toEqual(whole);
    fc.assert(
      fc.property(fc.subarray(at), (cuts) => {
        expect(outcome(step, pieces(input, cuts))).toEqual(whole);
      }),
      { numRuns: runs(12, 6) },
    );
  });

  it("gives the same when it is saved and loaded at any cut", () => {
    if (step.declaration.create(step.given, ignored, step.opened).save === undefined) {
      // Nothing to save: then nothing of the past may matter.
      expect(step.declaration.isStateless(step.given)).toBe(true);
      return;
    }
    const at = lineEnds(input);
    for (const cut of some(at, 10, 40))
      expect(outcome(step, pieces(input, [cut]), { isReloading: true })).toEqual(whole);
    expect(outcome(step, pieces(input, at), { isReloading: true })).toEqual(whole);
    expect(outcome(step, pieces(input, at), { isSaving: true })).toEqual(whole);
  });

  it("gives the same when the first half of its work is done elsewhere", () => {
    if (step.declaration.prepare === undefined) return;
    const at = lineEnds(input);
    expect(outcome(step, [input], { isPrepared: true })).toEqual(whole);
    expect(outcome(step, pieces(input, at), { isPrepared: true })).toEqual(whole);
    expect(outcome(step, pieces(input, at), { isPrepared: true, isReloading: true })).toEqual(whole);
  });

  it("gives the same when nothing comes for a moment before the end", () => {
    expect(outcome(step, [input], { isIdle: true })).toEqual(whole);
  });

  it("gives nothing again in a run after one that has ended", () => {
    if (SUMMARIES.has(step.declaration.name)) return;
    const run = running(step);
    run.transform.push(blockOf(input), run.emit);
    run.transform.end?.(run.emit);
    const next = running(step);
    if (run.transform.save !== undefined) next.transform.load?.(deserialize(serialize(run.transform.save())));
    next.transform.end?.(next.emit);
    expect(textOf(next.output)).toBe("");
  });

  it("gives the same fused as through pipes", () => {
    const mark = (json: string) => ({
      declaration: marker,
      given: { operands: [], options: { ...defaultsOf(marker.options), set: [json] } },
      opened: markerOpened,
    });
    const isText = step.declaration.input === "text";
    const around = isText ? [step, mark("last=1")] : [mark("first=1"), step, mark("last=1")];
    const piped = around.reduce((text, one) => outcome(one, [text]).output, input);
    const fused = new Chain(around, () => NOW_MS);
    expect(
      textOf([...pieces(input, lineEnds(input)).flatMap((p) => fused.push(blockOf(p))), ...fused.end()]),
    ).toBe(piped);
  });

  if (!spreadTrials.has(trial)) return;
  it("gives the same in workers as on the main thread", async () => {
    const many = input.repeat(Math.ceil(((isThorough ? 2 : 1) << 20) / Math.max(input.length, 1)));
    const here = await ran(step, many, 0);
    const spread = await ran(step, many, 2);
    expect(spread.equals(here)).toBe(true);
  });
});

const marker = (await registry.load("enrich")) as StageDeclaration;
const markerOpened = await marker.open?.(
  { operands: [], options: defaultsOf(marker.options) },
  stageIo({ cwd, environment: {} }, () => NOW_MS, { log: () => {}, fail: () => {} }),
);
const ignored = { nowMs: () => NOW_MS, reject: () => {}, count: () => {} };

async function trialsOf(declaration: StageDeclaration): Promise<Trial[]> {
  const found: Trial[] = [];
  const odd = declaration.input === "text" ? oddText() : oddEvents();
  const examples = [
    ...declaration.examples,
    ...MORE_COMMANDS.filter((command) => command.startsWith(`${declaration.name} `)).map((command) => ({
      command,
    })),
  ];
  for (const example of examples) {
    const step = await stepOf(example.command, declaration.name);
    if (step === undefined) continue;
    const inputs = "stdin" in example && example.stdin !== undefined ? [example.stdin, odd] : [odd];
    for (const [n, input] of inputs.entries())
      found.push({ title: `${example.command}${n < inputs.length - 1 ? "" : ", odd input"}`, step, input });
  }
  return found;
}

/** Undefined when the example is no stage alone, or needs files that are not there. */
async function stepOf(command: string, name: string): Promise<Step<StageDeclaration> | undefined> {
  try {
    const { stages } = await readQuoted(command.replace(/^logpipe /, ""), registry);
    const [step] = stages;
    if (stages.length !== 1 || step?.declaration.name !== name) return undefined;
    const io = stageIo({ cwd, environment: {} }, () => NOW_MS, { log: () => {}, fail: () => {} });
    return { ...step, opened: await step.declaration.open?.(step.given, io) };
  } catch {
    return undefined;
  }
}

interface Manner {
  /** A fresh instance takes over at every cut. */
  readonly isReloading?: boolean;
  /** State is saved at every cut, and not used. */
  readonly isSaving?: boolean;
  readonly isIdle?: boolean;
  /** `prepare` and `pushPrepared` instead of `push`. */
  readonly isPrepared?: boolean;
}

interface Outcome {
  readonly output: string;
  /** What was set aside: reason and line. */
  readonly rejected: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

function outcome(step: Step<StageDeclaration>, inputs: readonly string[], manner: Manner = {}): Outcome {
  const rejected: string[] = [];
  const counts: Record<string, number> = {};
  const output: Block[] = [];
  const emit = (block: Block) => output.push(block) > 0;
  const context = {
    nowMs: () => NOW_MS,
    reject: ({ reason, raw }: DeadLetter) => rejected.push(`${reason}: ${raw}`),
    count: (name: string, by = 1) => {
      counts[name] = (counts[name] ?? 0) + by;
    },
  };
  const make = () => step.declaration.create(step.given, context, step.opened);
  const prepare =
    manner.isPrepared === true ? step.declaration.prepare?.(step.given, context, step.opened) : undefined;
  let transform = make();
  for (const [n, input] of inputs.entries()) {
    if (n > 0 && (manner.isReloading === true || manner.isSaving === true)) {
      const state = serialize(transform.save?.());
      if (manner.isReloading === true) {
        transform = make();
        transform.load?.(deserialize(state));
      }
    }
    if (prepare === undefined) transform.push(blockOf(input), emit);
    else {
      const prepared = prepare(blockOf(input));
      if (prepared.length > 0) transform.pushPrepared?.(prepared, emit);
    }
  }
  if (manner.isIdle === true) transform.idle?.(emit);
  transform.end?.(emit);
  const counted = Object.entries(counts).filter(([, count]) => count !== 0);
  // Reasons are looked for one after the other in each block.
  return { output: textOf(output), rejected: rejected.sort(), counts: Object.fromEntries(counted) };
}

function running(step: Step<StageDeclaration>) {
  const output: Block[] = [];
  const emit = (block: Block) => output.push(block) > 0;
  return { transform: step.declaration.create(step.given, ignored, step.opened), output, emit };
}

function blockOf(text: string): Block {
  return new Block(Buffer.from(text));
}

function textOf(blocks: readonly Block[]): string {
  return blocks.map(({ bytes }) => bytes.toString()).join("");
}

/** Where lines end, but for the last. */
function lineEnds(text: string): number[] {
  return [...text.matchAll(/\n/g)].map(({ index }) => index + 1).slice(0, -1);
}

function pieces(text: string, cuts: readonly number[]): string[] {
  return [0, ...cuts].map((from, n) => text.slice(from, cuts[n]));
}

/** What comes out of the whole program: files in, through `workers` threads. */
async function ran(step: Step<StageDeclaration>, stdin: string, workers: number): Promise<Buffer> {
  const terminal = testTerminal({ stdin, cwd, nowMs: NOW_MS });
  try {
    const options = {
      isStrict: false,
      workers,
      hasStats: false,
      deadLetters: join(cwd, "dead.ndjson"),
      fixedNowMs: NOW_MS,
    };
    await runPipeline({ files: ["-"], stages: [step] }, options, hostOf(terminal));
    return terminal.stdout.bytes;
  } finally {
    terminal.close();
  }
}
