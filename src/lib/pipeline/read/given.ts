/** The pipeline that a command line gives: quoted text, or the name of a file. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { failure, type LogpipeError, reasonOf } from "../../base/errors/index.js";
import { localName, urlScheme } from "../../base/local/path.js";
import { readText } from "../../base/local/read-text.js";
import { pipelineOptions } from "../../options/common.js";
import { duration, type Options } from "../../options/options.js";
import { loadSettings, settingsFor } from "../../options/settings.js";
import type { Variables } from "../../options/variables.js";
import type { Registry } from "../contract/stage.js";
import type { Terminal } from "../contract/terminal.js";
import { graphOfPipeline } from "./graph/chain.js";
import { readsInput } from "./graph/ends.js";
import { type Preset, readQuoted } from "./quoted.js";
import type { ExaminedFile, PipelineFile } from "./yaml.js";

/** An option of `run` that may stand at the top of a pipeline file. */
export const checkpointInterval = duration({
  fromProject: "free",
  metavar: "TIME",
  default: 1000,
  advanced: true,
  summary: "checkpoint the state of stages every TIME; less often when saving is slow",
});

const { dryRun: _dryRun, ...common } = pipelineOptions;
/** What may stand at the top of a pipeline file, beside its nodes. */
export const fileOptions: Options = { ...common, checkpointInterval };

export interface GivenPipeline {
  /** What stands on the command line. */
  readonly text: string;
  /** Files named after it. */
  readonly files: readonly string[];
  /** What the settings say about the options of each stage. */
  readonly preset: Preset;
  readonly variables: Variables;
}

/** Throws usage.syntax, usage.file, usage.unreadable and what is wrong with a path. */
export async function readGiven(
  given: GivenPipeline,
  terminal: Terminal,
  commands: Registry,
): Promise<PipelineFile> {
  const { file, faults } = await examineGiven(given, terminal, commands);
  if (file === undefined || faults.length > 0) throw faults[0];
  return file;
}

/** As `readGiven`; of a file all faults are found. */
export async function examineGiven(
  { text, files, preset, variables }: GivenPipeline,
  terminal: Terminal,
  commands: Registry,
): Promise<ExaminedFile> {
  if (urlScheme(text) !== undefined || /^\S+\.ya?ml$/.test(text)) localName(text, "PIPELINE");
  const isInput = text === "-";
  if (isInput && terminal.stdinIsTerminal) throw failure("usage.nothing-to-read", { command: "run -" });
  const path = isInput ? "/dev/stdin" : resolve(terminal.cwd, text);
  if (!/\.ya?ml$/.test(text) && !isInput && !isFile(path)) {
    const pipeline = await readQuoted(text, commands, preset, files);
    const file = { graph: graphOfPipeline(pipeline), pipeline, settings: {}, warnings: [] };
    return { file, faults: [] as LogpipeError[], warnings: [] };
  }
  const { examinePipelineFile } = await import("./yaml.js");
  const content = readPipelineText(text, path);
  const examined = await examinePipelineFile(
    content,
    isInput ? "<stdin>" : text,
    commands,
    preset,
    files,
    fileOptions,
    variables,
    terminal,
  );
  if (examined.faults.length > 0 && !/\.ya?ml$/.test(text)) await refuseLog(content, text);
  const reading = isInput && examined.file?.graph.sources.find(readsInput);
  if (reading)
    throw failure("usage.file", {
      place: reading.place ?? "<stdin>:1:1",
      reason: `standard input is the pipeline, and ${reading.name} would read it, too`,
      hint: "name the files that it reads, or write the pipeline into a file",
    });
  return examined;
}

/** Throws usage.file for a file that is no pipeline, but what pipelines read. */
async function refuseLog(content: string, path: string): Promise<void> {
  const { logLinesOf } = await import("../../stages/parse/unparsed/log-lines.js");
  const found = logLinesOf(Buffer.from(content.slice(0, 64 * 1024)));
  if (found === undefined && !/^\{".*\}\r?\n/.test(content)) return;
  const drawn = found === undefined || found.isJson ? "" : `logpipe parse ${path} | `;
  const name = drawn === "" ? ` ${path}` : "";
  throw failure("usage.file", {
    place: `${path}:1:1`,
    reason: `it is no pipeline: it has ${found === undefined ? "events" : `log lines (${found.format})`}`,
    hint: `to draw what it holds: ${drawn}logpipe histogram FIELD${name}; to run it through stages: logpipe run 'parse | ...' ${path}`,
  });
}

/** What the settings say about the options of each stage. */
export async function presetsOf(
  config: string | undefined,
  terminal: Terminal,
  { names }: Registry,
): Promise<Preset> {
  const { cwd, env } = terminal;
  const settings = await loadSettings({ cwd, env, config, commands: names });
  return ({ name, options }, given) => settingsFor(name, options, settings.values, given);
}

/** A pipe, too: its text stands in no file. */
function isFile(path: string): boolean {
  if (!existsSync(path)) return false;
  const found = statSync(path);
  return found.isFile() || found.isFIFO() || found.isSocket() || found.isCharacterDevice();
}

function readPipelineText(shown: string, path: string): string {
  try {
    return readText(path);
  } catch (error) {
    const hint = "a quoted pipeline looks like 'parse | sink ./store'; a pipeline file ends in .yaml";
    throw failure(
      "usage.unreadable",
      { what: "pipeline file", path: shown, reason: reasonOf(error), hint },
      error,
    );
  }
}
