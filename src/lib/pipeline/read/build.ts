// Enter here: words, quoted text and YAML to a pipeline.
/** From what was typed to a pipeline: the one way for single commands, quoted pipelines and YAML. */
import { failure, LogpipeError } from "../../base/errors/index.js";
import { localName } from "../../base/local/path.js";
import type { PipelineOptions } from "../../options/common.js";
import { flagName, type Options } from "../../options/options.js";
import { resultTarget } from "../../options/result-format.js";
import type { Pipeline, RunOptions, Step } from "../contract/pipeline.js";
import type {
  AnyDeclaration,
  Given,
  Registry,
  SinkDeclaration,
  SourceDeclaration,
  StageDeclaration,
} from "../contract/stage.js";
import type { Terminal } from "../contract/terminal.js";

export type PipelinePart = SourceDeclaration | StageDeclaration | SinkDeclaration;

/** How the declarations of commands are found: `src/commands/registry.ts`, or a test's own. */
export type Commands = Pick<Registry, "names" | "load">;

/** The pipeline of one command: `logpipe parse a.log` is one stage reading one file. */
export function pipelineOf(declaration: PipelinePart, given: Given<never>): Pipeline {
  return joinSteps([{ declaration, given }]);
}

/** The operands of the first step: a source reads the files that `run` was given, after its own. */
export function withFiles(
  { kind }: PipelinePart,
  operands: readonly string[],
  index: number,
  files: readonly string[],
): readonly string[] {
  return kind === "source" && index === 0 ? [...operands, ...files] : operands;
}

/**
 * Puts steps in a row; the operands of the first that are not its own are the files to read, and `files` after them
 * (`withFiles`).
 */
export function joinSteps(steps: readonly Step<PipelinePart>[], files: readonly string[] = []): Pipeline {
  let pipeline: Pipeline = { files, stages: [] };
  for (const [index, step] of steps.entries()) {
    const { own, rest } = splitOperands(step.declaration, step.given);
    const given = { ...step.given, operands: own };
    const isSource = step.declaration.kind === "source";
    if (index === 0) pipeline = { ...pipeline, files: isSource ? [] : [...rest, ...files] };
    pipeline = withStep(pipeline, { ...step, given });
  }
  return pipeline;
}

/**
 * Throws usage.missing-operand, usage.too-many-operands and usage.remote-path. `locate` is told the operand at fault.
 */
export function checkOperands(
  declaration: AnyDeclaration,
  operands: readonly string[],
  locate: (error: LogpipeError, operandIndex: number | undefined) => LogpipeError = (error) => error,
): void {
  const { operands: declared, name: command } = declaration;
  const missing = declared.slice(operands.length).find((operand) => operand.isRequired);
  if (missing !== undefined)
    throw locate(failure("usage.missing-operand", { command, operand: missing.name }), undefined);
  const isOpen = declared.some((operand) => operand.isRepeated);
  const extra = operands[declared.length];
  if (extra !== undefined && !isOpen) {
    throw locate(failure("usage.too-many-operands", { command, operand: extra }), declared.length);
  }
  for (const [index, text] of operands.entries()) {
    const { name, isLocal } = declared[Math.min(index, declared.length - 1)]!;
    if (isLocal !== true) continue;
    try {
      localName(text, name);
    } catch (error) {
      throw locate(error as LogpipeError, index);
    }
  }
}

/**
 * Throws usage.unused-option for the first of the `named` options (those given on the command line) that has no effect.
 */
export function checkUnused(
  declaration: AnyDeclaration,
  // biome-ignore lint/suspicious/noExplicitAny: the options are those of the declaration
  given: Given<any>,
  named: Readonly<Record<string, unknown>>,
): void {
  for (const { options, by: command, hint } of declaration.unused?.(given) ?? []) {
    const name = options.find((option) => Object.hasOwn(named, option));
    if (name !== undefined) throw failure("usage.unused-option", { command, option: flagName(name), hint });
  }
}

/** Which operands are the step's own and which are files to read. */
export function splitOperands(
  declaration: PipelinePart,
  // biome-ignore lint/suspicious/noExplicitAny: the options are those of the declaration
  given: Given<any>,
): { own: readonly string[]; rest: readonly string[] } {
  const { operands } = given;
  const { ownOperands = operands.length } = declaration;
  const count = typeof ownOperands === "number" ? ownOperands : ownOperands(given);
  return declaration.kind === "source"
    ? { own: operands, rest: [] }
    : { own: operands.slice(0, count), rest: operands.slice(count) };
}

/**
 * Why the stage cannot have `operand`, which it left for the files to read, as its own: `soon` of `window soon` is no
 * length of windows. Undefined: it has no use for it.
 */
export function whyNotOwn(
  declaration: PipelinePart,
  // biome-ignore lint/suspicious/noExplicitAny: the options are those of the declaration
  given: Given<any>,
): LogpipeError | undefined {
  if (declaration.kind !== "stage" || typeof declaration.ownOperands === "number") return undefined;
  try {
    declaration.create(given, { nowMs: () => 0, reject: () => {}, count: () => {} }, undefined);
  } catch (error) {
    if (error instanceof LogpipeError) return error;
    throw error;
  }
  return undefined;
}

/** Throws usage.nothing-to-read when the pipeline would wait for someone to type. */
export function assertReadable(pipeline: Pipeline, command: string, terminal: Terminal): void {
  const { source, files } = pipeline;
  const isFromStdin =
    source === undefined
      ? files.length === 0
      : (source.declaration.readsInput?.(source.given) ?? source.given.operands.length === 0);
  if (isFromStdin && terminal.stdinIsTerminal) throw failure("usage.nothing-to-read", { command });
}

/**
 * The run options that the common flags say; what those mean that the command has as its `own` options, it says itself.
 * Throws usage.bad-value for a name of a file that contradicts --to.
 */
export function runOptionsOf(values: PipelineOptions, own: Options = {}): RunOptions {
  const result = "to" in own || "output" in own ? undefined : resultTarget(values.to, values.output);
  return {
    ...(result === undefined ? {} : { result }),
    isStrict: values.strict,
    workers: values.workers,
    hasStats: values.stats,
    onDeadLetterFailure: values.onDeadLetterFailure,
    ...(values.deadLetters === undefined ? {} : { deadLetters: values.deadLetters }),
    ...(values.output === undefined || values.output === "-" ? {} : { output: values.output }),
  };
}

function withStep(pipeline: Pipeline, step: Step<PipelinePart>): Pipeline {
  const { kind } = step.declaration;
  if (kind === "source") return { ...pipeline, source: step as Step<SourceDeclaration> };
  if (kind === "sink") return { ...pipeline, sink: step as Step<SinkDeclaration> };
  return { ...pipeline, stages: [...pipeline.stages, step as Step<StageDeclaration>] };
}
