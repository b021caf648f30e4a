/**
 * A pipeline file: a list of stages, each with the names and options it has on the command line.
 *
 * ```yaml
 * - parse: { format: combined }
 * - enrich: { set: [env=prod] }
 * - sink: ./store
 * ```
 * A value that is text or a list of texts stands for the operands; names with values are options or, by its name in
 * lower case, the first operand. `{pipeline: [...]}` is the same as the list alone.
 */
import { failure, type LogpipeError } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import { withDefaults } from "../../options/command-line.js";
import { readYaml, type YamlEntry, type YamlValue } from "../../options/yaml.js";
import type { Pipeline, Step } from "../contract/pipeline.js";
import {
  type Commands,
  checkOperands,
  checkUnused,
  joinSteps,
  type PipelinePart,
  splitOperands,
  withFiles,
} from "./build.js";
import type { Preset } from "./quoted.js";

/** Reads the text of the file at `path`. Throws usage.file with the line and column of the fault. */
export async function readPipelineFile(
  text: string,
  path: string,
  commands: Commands,
  preset: Preset = () => ({}),
  files: readonly string[] = [],
): Promise<Pipeline> {
  const stages = stageList(readYaml(text, path));
  const steps: Step<PipelinePart>[] = [];
  for (const [index, stage] of stages.entries()) {
    const where = { index, isLast: index === stages.length - 1, files };
    steps.push(await readStage(stage, where, commands, preset));
  }
  return joinSteps(steps, files);
}

function stageList(root: YamlValue): readonly YamlValue[] {
  if (root.kind !== "map") return nonEmpty(root.kind === "nothing" ? [] : root.items(), root);
  const entries = root.entries();
  const pipeline = entries.find((entry) => entry.key === "pipeline");
  const other = entries.find((entry) => entry.key !== "pipeline");
  if (other !== undefined)
    throw fault(other.place, `unknown key "${other.key}"`, { hint: "a pipeline file is a list of stages" });
  return nonEmpty(pipeline?.value.items() ?? [], root);
}

function nonEmpty(stages: readonly YamlValue[], root: YamlValue): readonly YamlValue[] {
  if (stages.length === 0)
    throw fault(root.place, "the pipeline is empty", { hint: "write a list of stages: - parse" });
  return stages;
}

interface Where {
  readonly index: number;
  readonly isLast: boolean;
  /** Given to `run` beside the pipeline. */
  readonly files: readonly string[];
}

async function readStage(
  stage: YamlValue,
  { index, isLast, files }: Where,
  commands: Commands,
  preset: Preset,
): Promise<Step<PipelinePart>> {
  const { name, place, value } = nameOf(stage);
  const declaration = await commands.load(name);
  if (declaration === undefined)
    throw fault(place, `unknown stage "${name}"`, { suggestion: suggest(name, commands.names) });
  if (declaration.kind === "command")
    throw fault(place, `${name} is no stage: it cannot stand in a pipeline`);
  if (declaration.kind === "source" && index > 0)
    throw fault(place, `${name} is a source: it can only come first`);
  if (declaration.kind === "sink" && !isLast) throw fault(place, `${name} is a sink: it can only come last`);
  const { operands: own, options } = valuesOf(declaration, value);
  const operands = withFiles(declaration, own, index, files);
  checkOperands(declaration, operands, (error) => fault(value?.place ?? place, error.message));
  const given = {
    operands,
    options: withDefaults(declaration.options, { ...preset(declaration, options), ...options }),
  };
  try {
    checkUnused(declaration, given, options);
  } catch (error) {
    throw fault(place, (error as LogpipeError).message, { hint: (error as LogpipeError).help });
  }
  if (index > 0 && splitOperands(declaration, given).rest.length > 0) {
    throw fault(
      value?.place ?? place,
      `${name} reads the stage before it; only the first stage can name files`,
    );
  }
  return { declaration, given };
}

function nameOf(stage: YamlValue): { name: string; place: string; value: YamlValue | undefined } {
  if (stage.kind === "scalar") return { name: stage.texts()[0]!, place: stage.place, value: undefined };
  const [entry, second] = stage.entries();
  if (entry === undefined) throw fault(stage.place, "a stage is missing here");
  if (second !== undefined)
    throw fault(second.place, `"${second.key}" stands beside "${entry.key}"`, {
      hint: 'give each stage its own "- "',
    });
  return { name: entry.key, place: entry.place, value: entry.value };
}

interface Values {
  readonly operands: readonly string[];
  readonly options: Record<string, unknown>;
}

function valuesOf(declaration: PipelinePart, value: YamlValue | undefined): Values {
  if (value === undefined || value.kind === "nothing") return { operands: [], options: {} };
  if (value.kind !== "map") return { operands: value.texts(), options: {} };
  const options: Record<string, unknown> = {};
  let operands: readonly string[] = [];
  for (const entry of value.entries()) {
    const option = Object.hasOwn(declaration.options, entry.key) ? declaration.options[entry.key] : undefined;
    if (option !== undefined) options[entry.key] = optionOf(entry, option);
    else if (entry.key === declaration.operands[0]?.name.toLowerCase()) operands = entry.value.texts();
    else throw unknownKey(declaration, entry);
  }
  return { operands, options };
}

function optionOf(entry: YamlEntry, option: PipelinePart["options"][string]): unknown {
  const texts = entry.value.texts();
  if (texts.length !== 1 && option.kind !== "list")
    throw fault(entry.value.place, `${entry.key} takes one value`);
  if (option.kind === "flag" && !/^(true|false)$/.test(texts[0]!))
    throw fault(entry.value.place, `${entry.key} is true or false`);
  let parsed: unknown;
  try {
    for (const text of texts) parsed = option.parse(text, entry.key, parsed);
  } catch (error) {
    const { message, help } = error as LogpipeError;
    throw fault(entry.value.place, message, { hint: help });
  }
  return parsed ?? option.default;
}

function unknownKey(declaration: PipelinePart, entry: YamlEntry): LogpipeError {
  const suggestion = suggest(entry.key, Object.keys(declaration.options));
  const hint = `run "logpipe help ${declaration.name}" for its options`;
  return fault(entry.place, `${declaration.name} has no option "${entry.key}"`, { suggestion, hint });
}

function fault(
  place: string,
  reason: string,
  more: { suggestion?: string | undefined; hint?: string | undefined } = {},
): LogpipeError {
  return failure("usage.file", { place, reason, ...more });
}
