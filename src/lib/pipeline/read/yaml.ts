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
import { isAbsolute, relative, resolve } from "node:path";
import type { LogpipeError } from "../../base/errors/index.js";
import { readText } from "../../base/local/read-text.js";
import { suggest } from "../../base/suggest.js";
import type { Options } from "../../options/options.js";
import { type Variables, variablesOf } from "../../options/variables.js";
import { readYaml, type YamlEntry, type YamlValue } from "../../options/yaml.js";
import { expandGlob, isGlob } from "../../sources/files/glob.js";
import type { Graph } from "../contract/graph.js";
import type { Pipeline, Step } from "../contract/pipeline.js";
import type { SinkDeclaration, StageDeclaration } from "../contract/stage.js";
import { type Commands, joinSteps, type PipelinePart } from "./build.js";
import { withLine } from "./caret.js";
import { graphOfPipeline, pipelineOfGraph } from "./graph/chain.js";
import { Faults } from "./graph/faults.js";
import { isGraph, readGraph } from "./graph/graph-file.js";
import type { Preset } from "./quoted.js";
import { fault, namedStage, optionName, optionOf, partOf, stepOf } from "./steps.js";

/** What a pipeline file holds. */
export interface PipelineFile {
  readonly graph: Graph;
  /** The graph as a chain; absent where it is none. */
  readonly pipeline?: Pipeline;
  /** Whether its nodes have names: then how it runs is a matter of its placement. */
  readonly isNamed?: boolean;
  /** Settings of the run at the top of the file: those of `run` that it names, parsed. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What is no fault and perhaps not meant, as errors that nobody throws: with place, line and caret. */
  readonly warnings: readonly LogpipeError[];
  /** What stands under `tests:`. */
  readonly tests?: YamlValue;
}

/** Where a pipeline file is read. */
export interface PipelinePlace {
  /** Relative paths of the pipeline start from there. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** All of a file: without faults there is a pipeline. */
export interface ExaminedFile {
  readonly file?: PipelineFile;
  readonly faults: readonly LogpipeError[];
  readonly warnings: readonly LogpipeError[];
  /** The files that were read, by path; absent: none was. */
  readonly texts?: ReadonlyMap<string, string>;
  /** What could be read, however much is wrong with the rest; absent: nothing. */
  readonly parts?: ReadParts;
}

export interface ReadParts {
  readonly stages: readonly Step<StageDeclaration>[];
  readonly sinks: readonly Step<SinkDeclaration>[];
  /** Steps whose values have faults, without those. */
  readonly begun: readonly Step<PipelinePart>[];
}

/**
 * Reads the text of the file at `path`. `settings`: what may stand at its top, beside the stages; `variables`: what
 * `${NAME}` in values is. Throws usage.file with the line and column of the first fault, and a caret under it.
 */
export async function readPipelineFile(
  ...given: Parameters<typeof examinePipelineFile>
): Promise<PipelineFile> {
  const { file, faults } = await examinePipelineFile(...given);
  if (file === undefined || faults.length > 0) throw faults[0];
  return file;
}

/** As `readPipelineFile`; all faults are gathered. */
export async function examinePipelineFile(
  text: string,
  path: string,
  commands: Commands,
  preset: Preset = () => ({}),
  files: readonly string[] = [],
  settings: Options = {},
  variables: Variables = variablesOf({}),
  { cwd, env }: PipelinePlace = { cwd: ".", env: {} },
): Promise<ExaminedFile> {
  const shown = (error: unknown, texts: ReadonlyMap<string, string> = new Map([[path, text]])) =>
    withLine(variables.hide(error), texts) as LogpipeError;
  const faults = new Faults();
  try {
    const root = readYaml(text, path, variables, (error) => faults.add(error));
    if (!isGraph(root)) {
      const { file, stages } = await readList(root, { commands, preset, files, settings, faults });
      const texts = new Map([[path, text]]);
      const found = faults.sorted([path]).map((error) => shown(error, texts));
      const parts = { stages, sinks: [], begun: faults.begun };
      return { ...(found.length === 0 && file && { file }), faults: found, warnings: [], texts, parts };
    }
    const readIncluded = (name: string) => readText(resolve(cwd, name));
    const filesMatching = (pattern: string) => matching(pattern, cwd);
    const around = { commands, preset, files, settings, variables, cwd, env, faults, filesMatching };
    const { texts, ...read } = await readGraph(root, text, path, { ...around, readText: readIncluded });
    const found = read.faults.map((error) => shown(error, texts));
    const warnings = read.warnings.map((error) => shown(error, texts));
    const { graph, tests, stages } = read;
    const parts = { stages, sinks: graph.sinks.flatMap(({ step }) => step ?? []), begun: faults.begun };
    if (found.length > 0) return { faults: found, warnings, texts, parts };
    const pipeline = pipelineOfGraph(graph);
    const file = {
      graph,
      isNamed: true,
      settings: read.settings,
      warnings,
      ...(pipeline && { pipeline }),
      ...(tests && { tests }),
    };
    return { file, faults: [], warnings, texts, parts };
  } catch (error) {
    faults.add(error);
    return { faults: faults.sorted([path]).map((each) => shown(each)), warnings: [] };
  }
}

/** As they are named beside the pattern. */
async function matching(pattern: string, cwd: string): Promise<readonly string[] | undefined> {
  if (!isGlob(pattern)) return undefined;
  const found = await expandGlob(resolve(cwd, pattern));
  return isAbsolute(pattern) ? found : found.map((path) => relative(resolve(cwd), path));
}

interface ListSurroundings {
  readonly commands: Commands;
  readonly preset: Preset;
  readonly files: readonly string[];
  readonly settings: Options;
  readonly faults: Faults;
}

/** What could be read; the file where all of it could. */
async function readList(
  root: YamlValue,
  { commands, preset, files, settings, faults }: ListSurroundings,
): Promise<{ readonly file?: PipelineFile; readonly stages: readonly Step<StageDeclaration>[] }> {
  const top = readTop(root, settings, commands, faults);
  const steps: Step<PipelinePart>[] = [];
  for (const [index, stage] of top.stages.entries()) {
    const where = { index, isLast: index === top.stages.length - 1, files };
    const step = await faults.tryAsync(() => readStage(stage, where, commands, preset, faults));
    if (step !== undefined) steps.push(step);
  }
  const stages = steps.flatMap((step) =>
    step.declaration.kind === "stage" ? [step as Step<StageDeclaration>] : [],
  );
  if (faults.count > 0) return { stages };
  const pipeline = joinSteps(steps, files);
  const graph = graphOfPipeline(pipeline);
  const { settings: set, tests } = top;
  return { stages, file: { graph, pipeline, settings: set, warnings: [], ...(tests && { tests }) } };
}

const LISTS: readonly string[] = ["stages", "pipeline"];

interface Top {
  readonly stages: readonly YamlValue[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tests?: YamlValue;
}

/** Throws usage.file where there are no stages; `faults` takes the others. */
function readTop(root: YamlValue, options: Options, commands: Commands, faults: Faults): Top {
  if (root.kind !== "map") {
    const hint = "write a list of stages: - parse";
    if (root.kind === "scalar")
      throw fault(root.place, `expected a list of stages, found "${root.texts()[0]!.slice(0, 40)}"`, {
        hint,
      });
    return { stages: nonEmpty(root.kind === "nothing" ? [] : root.items(), root), settings: {} };
  }
  const settings: Record<string, unknown> = {};
  let stages = undefined as YamlEntry | undefined;
  let tests = undefined as YamlValue | undefined;
  const read = (entry: YamlEntry) => {
    const name = optionName(entry.key, options);
    if (LISTS.includes(entry.key)) {
      if (stages !== undefined)
        throw fault(entry.place, `"${entry.key}" stands beside "${stages.key}"`, {
          hint: "one list has all stages",
        });
      stages = entry;
    } else if (entry.key === "tests") tests = entry.value;
    else if (name !== undefined) settings[name] = optionOf(entry, options[name]!, name);
    else throw unknownTop(entry, options, commands);
  };
  const entries = root.entries();
  for (const entry of entries) faults.try(() => read(entry));
  // It is misspelt, and not missing as well.
  if (stages === undefined && faults.count > 0) return { stages: [], settings };
  const list = stages?.value;
  return {
    stages: nonEmpty(list === undefined || list.kind === "nothing" ? [] : list.items(), root),
    settings,
    ...(tests && { tests }),
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
  faults: Faults,
): Promise<Step<PipelinePart>> {
  const named = namedStage(stage, faults);
  const { name, place } = named;
  const declaration = await partOf(named, commands);
  if (declaration.kind === "source" && index > 0)
    throw fault(place, `${name} is a source: it can only come first`);
  if (declaration.kind === "sink" && !isLast) throw fault(place, `${name} is a sink: it can only come last`);
  return stepOf(declaration, named, { index, files }, preset, faults);
}
