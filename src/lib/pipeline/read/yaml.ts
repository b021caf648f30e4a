/**
 * A pipeline file: a list of stages, each with the names and options it has on the command line.
 *
 * ```yaml
 * - parse: { format: combined }
 * - enrich: { set: [env=prod] }
 * - sink: ./store
 * ```
 * A value that is text or a list of texts stands for the operands; names with values are options or, by its name in
 * lower case, an operand. With settings of the whole run the list stands under `stages:` (or `pipeline:`):
 *
 * ```yaml
 * workers: 2
 * stages: [parse, sink]
 * ```
 */
import { failure, LogpipeError } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import { withDefaults } from "../../options/command-line.js";
import { everywhere, pipelineOptions } from "../../options/common.js";
import type { AnyOption, Options } from "../../options/options.js";
import { type Variables, variablesOf } from "../../options/variables.js";
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

/** What a pipeline file holds. */
export interface PipelineFile {
  readonly pipeline: Pipeline;
  /** Settings of the run at the top of the file: those of `run` that it names, parsed. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Reads the text of the file at `path`. `settings`: what may stand at its top, beside the stages; `variables`: what
 * `${NAME}` in values is. Throws usage.file with the line and column of the fault, and a caret under it.
 */
export async function readPipelineFile(
  text: string,
  path: string,
  commands: Commands,
  preset: Preset = () => ({}),
  files: readonly string[] = [],
  settings: Options = {},
  variables: Variables = variablesOf({}),
): Promise<PipelineFile> {
  try {
    const root = readYaml(text, path, variables);
    const top = readTop(root, settings, commands);
    const steps: Step<PipelinePart>[] = [];
    for (const [index, stage] of top.stages.entries()) {
      const where = { index, isLast: index === top.stages.length - 1, files };
      steps.push(await readStage(stage, where, commands, preset));
    }
    return { pipeline: joinSteps(steps, files), settings: top.settings };
  } catch (error) {
    throw withLine(variables.hide(error), text, path);
  }
}

/** The error with the line that it is about, and a caret. */
function withLine(error: unknown, text: string, path: string): unknown {
  if (!(error instanceof LogpipeError) || error.code !== "usage.file") return error;
  const { message } = error;
  const at = message.startsWith(path) ? /^:(\d+):(\d+): /.exec(message.slice(path.length)) : null;
  if (at === null || message.includes("\n")) return error;
  const line = (text.split("\n")[Number(at[1]) - 1] ?? "").replace(/\s+$/, "").replace(/[\s\p{Cc}]/gu, " ");
  if (line.trim() === "") return error;
  const column = Math.min(Number(at[2]) - 1, line.length);
  const start = Math.max(0, column - LINE_SHOWN / 2);
  const shown = `  ${line.slice(start, start + LINE_SHOWN)}\n  ${" ".repeat(column - start)}^`;
  const place = `${path}:${at[1]}:${at[2]}`;
  const reason = message.slice(place.length + 2);
  return failure("usage.file", { place, reason, text: shown, hint: error.help });
}

const LINE_SHOWN = 100;
const LISTS: readonly string[] = ["stages", "pipeline"];

interface Top {
  readonly stages: readonly YamlValue[];
  readonly settings: Readonly<Record<string, unknown>>;
}

function readTop(root: YamlValue, options: Options, commands: Commands): Top {
  if (root.kind !== "map") {
    const hint = "write a list of stages: - parse";
    if (root.kind === "scalar")
      throw fault(root.place, `expected a list of stages, found "${root.texts()[0]!.slice(0, 40)}"`, {
        hint,
      });
    return { stages: nonEmpty(root.kind === "nothing" ? [] : root.items(), root), settings: {} };
  }
  const settings: Record<string, unknown> = {};
  let stages: YamlEntry | undefined;
  for (const entry of root.entries()) {
    const name = optionName(entry.key, options);
    if (LISTS.includes(entry.key)) {
      if (stages !== undefined)
        throw fault(entry.place, `"${entry.key}" stands beside "${stages.key}"`, {
          hint: "one list has all stages",
        });
      stages = entry;
    } else if (name !== undefined) settings[name] = optionOf(entry, options[name]!, name);
    else throw unknownTop(entry, options, commands);
  }
  const list = stages?.value;
  return {
    stages: nonEmpty(list === undefined || list.kind === "nothing" ? [] : list.items(), root),
    settings,
  };
}

function unknownTop({ key, place }: YamlEntry, options: Options, { names }: Commands): LogpipeError {
  if (names.includes(key))
    return fault(place, `the stage ${key} stands beside the list of stages`, {
      hint: `write "- ${key}" under "stages:"`,
    });
  const suggestion = suggest(key, [...LISTS, ...Object.keys(options)]);
  const hint = `a pipeline file is a list of stages, or has them under "stages:"${settingsHint(options)}`;
  return fault(place, `unknown key "${key}"`, { suggestion, hint });
}

function settingsHint(options: Options): string {
  const names = Object.keys(options);
  return names.length === 0 ? "" : `, beside ${names.join(", ")}`;
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
    throw fault(place, `unknown stage "${name}"`, {
      suggestion: suggest(name, commands.names),
      hint: / -(?: |$)/.test(name)
        ? 'the "- " of every stage begins in the same column: YAML took two lines for one text'
        : 'run "logpipe help" for the list of commands',
    });
  if (declaration.kind === "command")
    throw fault(place, `${name} is no stage: it cannot stand in a pipeline`);
  if (declaration.kind === "source" && index > 0)
    throw fault(place, `${name} is a source: it can only come first`);
  if (declaration.kind === "sink" && !isLast) throw fault(place, `${name} is a sink: it can only come last`);
  const { operands: own, options } = valuesOf(declaration, value);
  const operands = withFiles(declaration, own, index, files);
  checkOperands(declaration, operands, (error, operand) =>
    fault(operand === undefined ? place : (value?.place ?? place), error.message, { hint: error.help }),
  );
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
  return { declaration, given, place };
}

function nameOf(stage: YamlValue): { name: string; place: string; value: YamlValue | undefined } {
  if (stage.kind === "scalar") return { name: stage.texts()[0]!, place: stage.place, value: undefined };
  const [entry, second] = stage.entries();
  if (entry === undefined)
    throw fault(stage.place, "a stage is missing here", { hint: "write its name: - parse" });
  if (second !== undefined)
    throw fault(second.place, `"${second.key}" stands beside "${entry.key}"`, {
      hint: `indent it further if it is an option of ${entry.key}; if it is a stage, give it its own "- "`,
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
  const named = new Map<string, readonly string[]>();
  const operandNames = declaration.operands.map(({ name }) => name.toLowerCase());
  for (const entry of value.entries()) {
    const name = optionName(entry.key, declaration.options);
    if (name !== undefined) options[name] = optionOf(entry, declaration.options[name]!, name);
    else if (operandNames.includes(entry.key)) named.set(entry.key, entry.value.texts());
    else throw unknownKey(declaration, entry, operandNames);
  }
  return { operands: operandNames.flatMap((name) => named.get(name) ?? []), options };
}

/** `keepRaw`, and as the flag is written, `keep-raw`. */
function optionName(key: string, options: Options): string | undefined {
  const name = key.replace(/-([a-z])/g, (_, c: string) => c.toUpperCase());
  return Object.hasOwn(options, name) ? name : undefined;
}

function optionOf(entry: YamlEntry, option: AnyOption, name: string): unknown {
  const texts = entry.value.texts();
  const isList = option.kind === "list";
  if (entry.value.kind === "list" && !isList && texts.length !== 1)
    throw fault(entry.value.place, `${entry.key} takes one value`);
  if (option.kind === "flag" && !/^(true|false)$/.test(texts[0]!))
    throw fault(entry.value.place, `${entry.key} is true or false`, { hint: `write ${entry.key}: true` });
  const octal = option.kind === "integer" ? texts.find((text) => /^-?0\d/.test(text)) : undefined;
  if (octal !== undefined) {
    const hint = "a zero before a number makes it octal to some readers of YAML: write it without";
    throw fault(entry.value.place, `${entry.key} begins with a zero`, { hint });
  }
  let parsed: unknown;
  try {
    for (const text of texts) parsed = option.parse(text, name, parsed);
  } catch (error) {
    const { message, help } = error as LogpipeError;
    throw fault(entry.value.place, message, { hint: help });
  }
  return parsed ?? option.default;
}

function unknownKey(
  declaration: PipelinePart,
  { key, place }: YamlEntry,
  operands: readonly string[],
): LogpipeError {
  const { name, options } = declaration;
  const plain = key.replace(/^-+/, "");
  const ofRun = optionName(plain, { ...pipelineOptions, ...everywhere });
  const hint =
    ofRun === undefined
      ? `run "logpipe help ${name}" for its options`
      : `it belongs to the run: write it at the top of the file, beside "stages:"`;
  const suggestion = ofRun === undefined ? suggest(plain, [...Object.keys(options), ...operands]) : undefined;
  return fault(place, `${name} has no option "${key}"`, { suggestion, hint });
}

function fault(
  place: string,
  reason: string,
  more: { suggestion?: string | undefined; hint?: string | undefined } = {},
): LogpipeError {
  return failure("usage.file", { place, reason, ...more });
}
