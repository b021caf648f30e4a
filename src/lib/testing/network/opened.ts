/** A graph whose stages have what they need from outside, ready to be tried any number of times. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { failure, LogpipeError } from "../../base/errors/index.js";
import { isExpanding } from "../../pipeline/contract/expansion.js";
import type { Graph, SinkNode } from "../../pipeline/contract/graph.js";
import type { Step } from "../../pipeline/contract/pipeline.js";
import { type StageIo, stageIo } from "../../pipeline/contract/resources.js";
import type { StageDeclaration } from "../../pipeline/contract/stage.js";

export interface OpenedGraph {
  readonly graph: Graph;
  /** The stages of each list, and those that the options of a sink stand for, by name of the node. */
  readonly steps: ReadonlyMap<string, readonly Step<StageDeclaration>[]>;
}

export interface TestSurroundings {
  /** Relative paths are looked for there, and then in `besideFile`. */
  readonly cwd: string;
  readonly besideFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Opens look-up files, keys and patterns; no source and no sink. Throws LogpipeError, with the place in the file. */
export async function openGraph(
  graph: Graph,
  surroundings: TestSurroundings,
  nowMs: number,
): Promise<OpenedGraph> {
  const io = ioBeside(surroundings, nowMs);
  const steps = new Map<string, readonly Step<StageDeclaration>[]>();
  for (const { name, stages } of graph.stages) steps.set(name, await openSteps(stages, io));
  for (const sink of graph.sinks) steps.set(sink.name, await openSteps(await stagesBefore(sink), io));
  return { graph, steps };
}

async function stagesBefore({ step }: SinkNode): Promise<readonly Step<StageDeclaration>[]> {
  if (step === undefined || !isExpanding(step.declaration)) return [];
  return step.declaration.stagesBefore(step.given);
}

async function openSteps(
  steps: readonly Step<StageDeclaration>[],
  io: StageIo,
): Promise<readonly Step<StageDeclaration>[]> {
  const opened: Step<StageDeclaration>[] = [];
  for (const step of steps) {
    const { declaration, given, place } = step;
    const before = opened.filter((other) => other.declaration.name === declaration.name).length;
    const label = step.label ?? (before === 0 ? declaration.name : `${declaration.name} ${before + 1}`);
    try {
      const own = await declaration.open?.(given, io);
      declaration.create(given, { nowMs: io.nowMs, reject: () => {}, count: () => {} }, own);
      opened.push({ ...step, label, opened: own });
    } catch (error) {
      throw placed(error, place);
    }
  }
  return opened;
}

function placed(error: unknown, place: string | undefined): unknown {
  if (!(error instanceof LogpipeError) || place === undefined || error.code === "usage.file") return error;
  return failure("usage.file", { place, reason: error.message, hint: error.help }, error);
}

/** Paths are looked for in the working directory, as `run` does, then beside the pipeline file. */
function ioBeside({ cwd, besideFile, env }: TestSurroundings, nowMs: number): StageIo {
  const said = { log: () => {}, fail: () => {} };
  const at = (directory: string) =>
    stageIo({ cwd: directory, environment: env, startedMs: nowMs, secrets: new Map() }, () => nowMs, said);
  const [here, beside] = [at(cwd), at(besideFile)];
  const ioFor = (path: string) =>
    !existsSync(resolve(cwd, path)) && existsSync(resolve(besideFile, path)) ? beside : here;
  return {
    ...here,
    readFile: (path) => ioFor(path).readFile(path),
    readSecret: (path) => ioFor(path).readSecret(path),
    stat: (path) => ioFor(path).stat(path),
    list: (path) => ioFor(path).list(path),
    resolve: (path) => ioFor(path).resolve(path),
  };
}
