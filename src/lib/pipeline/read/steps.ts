/** One stage, source or sink of a pipeline file: its name, and the operands and options under it. */
import { failure, LogpipeError } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import { withDefaults } from "../../options/command-line.js";
import { everywhere, pipelineOptions } from "../../options/common.js";
import { type AnyOption, flagName, type Options } from "../../options/options.js";
import type { YamlEntry, YamlValue } from "../../options/yaml.js";
import type { Step } from "../contract/pipeline.js";
import {
  type Commands,
  checkOperands,
  checkUnused,
  type PipelinePart,
  splitOperands,
  whyNotOwn,
  withFiles,
} from "./build.js";
import type { Preset } from "./quoted.js";

/** A stage as it is written: its name, and what stands under it. */
export interface NamedStage {
  readonly name: string;
  readonly place: string;
  readonly value: YamlValue | undefined;
}

/** Throws usage.file where it is no name, alone or with values; `faults` takes what stands beside it. */
export function namedStage(stage: YamlValue, faults?: Pick<StepFaults, "add">): NamedStage {
  if (stage.kind === "scalar") return { name: stage.texts()[0]!, place: stage.place, value: undefined };
  const [entry, ...others] = stage.entries();
  if (entry === undefined)
    throw fault(stage.place, "a stage is missing here", { hint: "write its name: - parse" });
  for (const other of others) {
    const error = fault(other.place, `"${other.key}" stands beside "${entry.key}"`, {
      hint: `indent it further if it is an option of ${entry.key}; if it is a stage, give it its own "- "`,
    });
    if (faults === undefined) throw error;
    faults.add(error);
  }
  return { name: entry.key, place: entry.place, value: entry.value };
}

/** Its declaration. Throws usage.file for a name that no stage has. */
export async function partOf({ name, place }: NamedStage, commands: Commands): Promise<PipelinePart> {
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
  return declaration;
}

/** Where a stage stands among those of its list, and the files that `run` was given beside the pipeline. */
export interface StepPosition {
  readonly index: number;
  readonly files: readonly string[];
}

/** Takes all faults of a step but the last, which is thrown; without it the first is thrown. */
export interface StepFaults {
  add(error: LogpipeError): void;
  /** A step whose values have faults, without those: what else is wrong with it is still to be found. */
  begin(step: Step<PipelinePart>): void;
}

/** The stage with its values. Throws usage.file. */
export function stepOf(
  declaration: PipelinePart,
  { name, place, value }: NamedStage,
  { index, files }: StepPosition,
  preset: Preset,
  faults?: StepFaults,
): Step<PipelinePart> {
  const { operands: own, options, wrong } = valuesOf(declaration, value);
  const last = wrong.at(-1);
  if (last !== undefined) {
    if (faults === undefined) throw wrong[0]!;
    const given = {
      operands: own,
      options: withDefaults(declaration.options, { ...preset(declaration, options), ...options }),
    };
    faults.begin({ declaration, given, place });
    for (const error of wrong.slice(0, -1)) faults.add(error);
    throw last;
  }
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
  const { rest } = splitOperands(declaration, given);
  const left = rest[0];
  const named = left === undefined ? undefined : ownNamed(declaration, value, left);
  if (named !== undefined || (index > 0 && left !== undefined && !/[./*]/.test(left))) {
    const why = whyNotOwn(declaration, given);
    // By its key, as it is written.
    const reason = why?.message.replace(`read ${named?.key.toUpperCase()} `, `read ${named?.key} `);
    if (reason !== undefined)
      throw fault((named?.value ?? value)?.place ?? place, reason, { hint: why?.help });
  }
  if (named !== undefined)
    throw fault(named.value.place, `${name} has no use for ${named.key} "${left}" beside its other options`);
  if (index > 0 && left !== undefined) {
    throw fault(
      value?.place ?? place,
      `${name} reads the stage before it; only the first stage can name files`,
    );
  }
  return { declaration, given, place };
}

/** The operand that has this text under its name, and is no file. */
function ownNamed(
  { operands }: PipelinePart,
  value: YamlValue | undefined,
  text: string,
): YamlEntry | undefined {
  if (value?.kind !== "map") return undefined;
  const names = operands.filter(({ isLocal }) => isLocal !== true).map(({ name }) => name.toLowerCase());
  return value.entries().find((entry) => names.includes(entry.key) && entry.value.texts().includes(text));
}

interface Values {
  readonly operands: readonly string[];
  readonly options: Record<string, unknown>;
  /** What is wrong with those that are left out. */
  readonly wrong: readonly LogpipeError[];
}

function valuesOf(declaration: PipelinePart, value: YamlValue | undefined): Values {
  if (value === undefined || value.kind === "nothing") return { operands: [], options: {}, wrong: [] };
  const wrong: LogpipeError[] = [];
  const attempt = (read: () => void) => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof LogpipeError)) throw error;
      wrong.push(error);
    }
  };
  const options: Record<string, unknown> = {};
  const operands: string[] = [];
  if (value.kind !== "map") {
    attempt(() => void operands.push(...value.texts()));
    return { operands, options, wrong };
  }
  const named = new Map<string, readonly string[]>();
  const operandNames = declaration.operands.map(({ name }) => name.toLowerCase());
  const read = (entry: YamlEntry) => {
    const name = optionName(entry.key, declaration.options);
    if (name !== undefined) options[name] = optionOf(entry, declaration.options[name]!, name);
    else if (operandNames.includes(entry.key)) named.set(entry.key, entry.value.texts());
    else throw unknownKey(declaration, entry, operandNames);
  };
  for (const entry of value.entries()) attempt(() => read(entry));
  operands.push(...operandNames.flatMap((name) => named.get(name) ?? []));
  return { operands, options, wrong };
}

/** `keepRaw`, and as the flag is written, `keep-raw`. */
export function optionName(key: string, options: Options): string | undefined {
  const name = key.replace(/-([a-z])/g, (_, c: string) => c.toUpperCase());
  return Object.hasOwn(options, name) ? name : undefined;
}

export function optionOf(entry: YamlEntry, option: AnyOption, name: string): unknown {
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
    // Its key, as it is written: not every key of a file is a flag of some command.
    throw fault(
      entry.value.place,
      message.replace(flagName(name), () => entry.key),
      { hint: help },
    );
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

export function fault(
  place: string,
  reason: string,
  more: { suggestion?: string | undefined; hint?: string | undefined } = {},
): LogpipeError {
  return failure("usage.file", { place, reason, ...more });
}
