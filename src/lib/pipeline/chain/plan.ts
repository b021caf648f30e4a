/** Decides how a pipeline runs: which stages go to worker threads, what the engine adds, in words for `--explain`. */
import { availableParallelism } from "node:os";
import type { Pipeline, RunOptions, Step } from "../contract/pipeline.js";
import type { Alignment, AskedField, StageDeclaration } from "../contract/stage.js";
import type { BuiltinStep } from "./builtin-stages.js";

export interface PipelinePlan {
  /** Stages that may run in any order of blocks: in workers once the input is large. */
  readonly spread: readonly Step<StageDeclaration>[];
  readonly before: readonly BuiltinStep[];
  /** How the first stage's input is to be cut, when not at every line. */
  readonly align: Alignment | undefined;
  /** How long what is held for that waits for more. */
  readonly holdMs: number;
  /** Behind the spread stages, where all stages are spread. */
  readonly afterSpread: readonly BuiltinStep[];
  /** The first stage that keeps state, when the first half of its work can be spread, too. */
  readonly prepared: Step<StageDeclaration> | undefined;
  /** Stages from the first one that keeps state on: fused on the main thread. */
  readonly serial: readonly Step<StageDeclaration>[];
  readonly afterSerial: readonly BuiltinStep[];
  /** The fields that stages and sink were told of, by label. */
  readonly asked: ReadonlyMap<string, readonly AskedField[]>;
  /** Worker threads once the input is large; 0: all on the main thread. */
  readonly workers: number;
}

export function planPipeline(pipeline: Pipeline, options: RunOptions): PipelinePlan {
  const { stages, sink } = pipeline;
  const isStateful = (step: Step<StageDeclaration>, index: number) =>
    !step.declaration.isStateless(step.given) ||
    (index > 0 && step.declaration.align?.(step.given) !== undefined);
  const firstStateful = stages.findIndex(isStateful);
  const spread = firstStateful === -1 ? stages : stages.slice(0, firstStateful);
  const serial = firstStateful === -1 ? [] : stages.slice(firstStateful);
  const before: BuiltinStep[] = stages[0]?.declaration.input === "text" ? [] : [{ name: "frame" }];
  const checks = checksOf(sink);
  const prepared = serial[0]?.declaration.prepare === undefined ? undefined : serial[0];
  const isChecked = serial.length === 0 && sink?.declaration.input === "checked";
  const work = spread.length + (prepared === undefined ? 0 : 1) + (isChecked ? 1 : 0);
  const workers =
    work === 0
      ? 0
      : options.workers === "auto"
        ? defaultWorkers(sink?.declaration.input === "checked")
        : options.workers;
  const isAllSpread = serial.length === 0;
  const first = spread[0];
  const align = first?.declaration.align?.(first.given);
  return {
    spread,
    before,
    align,
    holdMs: first?.declaration.holdMs?.(first.given) ?? 0,
    afterSpread: isAllSpread ? checks : [],
    prepared,
    serial,
    afterSerial: isAllSpread ? [] : checks,
    asked: askedOf(stages, checks),
    workers,
  };
}

function checksOf(sink: Pipeline["sink"]): BuiltinStep[] {
  if (sink === undefined) return [];
  const { declaration, given } = sink;
  const reads = declaration.reads?.(given) ?? [];
  if (declaration.input !== "checked")
    return reads.length === 0 ? [] : [{ name: "watch", reads, sink: declaration.name }];
  if (declaration.keepsText?.(given) === true) return [{ name: "checkText" }];
  return [{ name: "check", times: declaration.timesOf?.(given), reads }];
}

function askedOf(
  stages: readonly Step<StageDeclaration>[],
  checks: readonly BuiltinStep[],
): ReadonlyMap<string, readonly AskedField[]> {
  return new Map([
    ...stages.map(
      ({ declaration, given, label = declaration.name }) =>
        [label, declaration.reads?.(given) ?? []] as const,
    ),
    ...checks.map(({ reads = [], sink = "sink" }) => [sink, reads] as const),
  ]);
}

/**
 * As many as there are processors, since the main thread only moves buffers; one fewer beside a store, which keeps the
 * others busy: more would take memory and no time off. One processor: none.
 */
function defaultWorkers(hasStore: boolean): number {
  const processors = availableParallelism();
  return processors < 2 ? 0 : Math.min(hasStore ? processors - 1 : processors, 8);
}

/** The plan as lines of text, the same for the same pipeline and machine. */
export function explainPlan(pipeline: Pipeline, options: RunOptions): string {
  const plan = planPipeline(pipeline, options);
  const names = (steps: readonly Step<StageDeclaration>[]) =>
    steps.map(({ declaration }) => declaration.name);
  const lines = [`source  ${sourceName(pipeline)}`];
  const spread = [
    ...plan.before.map(({ name }) => name).filter((n) => n !== "frame" || pipeline.source !== undefined),
    ...names(plan.spread),
    ...shown(plan.afterSpread),
    ...(plan.prepared === undefined || plan.workers === 0
      ? []
      : [`first half of ${plan.prepared.declaration.name}`]),
  ];
  const [first] = pipeline.stages;
  if (first?.declaration.parsesLogs !== undefined && pipeline.source === undefined)
    lines.push(`stages  parse  (where the first lines are log lines, CSV or JSON over several lines)`);
  if (spread.length > 0) {
    const where =
      plan.workers > 0
        ? `fused, in ${plan.workers} workers once the input passes 2 MiB, order kept`
        : "fused, on the main thread";
    lines.push(`stages  ${spread.join(" -> ")}  (${where})`);
  }
  const serial = [...names(plan.serial), ...shown(plan.afterSerial)];
  if (serial.length > 0)
    lines.push(`stages  ${serial.join(" -> ")}  (fused, on the main thread: keeps state)`);
  lines.push(`sink    ${sinkName(pipeline, options)}`);
  return `${lines.join("\n")}\n`;
}

function shown(steps: readonly BuiltinStep[]): readonly string[] {
  return steps.map(({ name }) => name).filter((name) => name !== "watch");
}

function sourceName({ source, files }: Pipeline): string {
  if (source !== undefined) return [source.declaration.name, ...source.given.operands].join(" ");
  return files.length === 0 ? "standard input" : files.join(", ");
}

function sinkName({ sink }: Pipeline, options: RunOptions): string {
  if (sink === undefined) {
    const { output = "standard output", result } = options;
    const packed = result?.packing === undefined ? "" : `, packed as ${result.packing}`;
    return result?.format === undefined ? `${output}${packed}` : `${result.format} to ${output}${packed}`;
  }
  return [sink.declaration.name, ...sink.given.operands].join(" ");
}
