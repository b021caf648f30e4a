import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { failure, reasonOf } from "../lib/base/errors/index.js";
import { localName, urlScheme } from "../lib/base/local/path.js";
import { everywhere, pipelineOptions } from "../lib/options/common.js";
import { duration, flag } from "../lib/options/options.js";
import { loadSettings, settingsFor } from "../lib/options/settings.js";
import { isExpanding } from "../lib/pipeline/contract/expansion.js";
import type { Pipeline } from "../lib/pipeline/contract/pipeline.js";
import { command, type Registry } from "../lib/pipeline/contract/stage.js";
import type { Terminal } from "../lib/pipeline/contract/terminal.js";
import { runOptionsOf } from "../lib/pipeline/read/build.js";
import { type Preset, readQuoted } from "../lib/pipeline/read/quoted.js";

export default command({
  name: "run",
  summary: "run a whole pipeline in one process",
  details: `The pipeline is written as in a shell, in one pair of quotes, without \`logpipe\` before each stage; or it is a YAML file
with a list of the same stages and options. Stages run fused in one process, spread over worker threads where order allows.

Words are quoted as in a shell: single quotes, double quotes, backslash. There are no variables and no redirections.

Between \`ingest --follow\` (or \`--checkpoint\`) and a store, what stages remember (open windows, keys that were seen) is saved with the store: after a crash or
a stop the next run goes on where this one was, and every event counts once. docs/state.md says more.`,
  operands: [
    { name: "PIPELINE", summary: "the quoted pipeline, or a .yaml file", isRequired: true },
    { name: "FILE", isLocal: true, summary: "files to read; without any, standard input", isRepeated: true },
  ],
  options: {
    ...pipelineOptions,
    explain: flag({ fromProject: "free", summary: "the same as --dry-run" }),
    checkpointInterval: duration({
      fromProject: "free",
      metavar: "TIME",
      default: 1000,
      advanced: true,
      summary: "checkpoint the state of stages every TIME; less often when saving is slow",
    }),
    resetState: flag({
      fromProject: "consent",
      advanced: true,
      summary: "forget what stages remember from the run before: open windows, keys that were seen",
    }),
    config: everywhere.config,
  },
  examples: [
    {
      title: "Parse a log into the store, in one process",
      command: "logpipe run 'parse | sink ./store' < access.log",
    },
    { title: "See what would run, and where", command: "run --dry-run 'parse | sink ./store'" },
    { title: "A pipeline kept in a file", command: "run pipeline.yaml access.log" },
  ],
  async run(given, terminal, registry) {
    const [text, ...files] = given.operands as readonly [string, ...string[]];
    const preset = await presets(given.options.config, terminal, registry);
    const pipeline = await withStagesOfSink(await readPipeline(text, files, preset, terminal, registry));
    const options = {
      ...runOptionsOf(given.options),
      checkpointIntervalMs: given.options.checkpointInterval,
      isResettingState: given.options.resetState,
    };
    const { checkOutput, printPlan, startPipeline } = await import("../lib/pipeline/run/start.js");
    checkOutput(pipeline, options);
    if (given.options.dryRun || given.options.explain) return printPlan(pipeline, options, terminal);
    return startPipeline(pipeline, options, terminal, "run");
  },
});

/** What is asked of the sink and done by stages right before it: `view --level warn+`. */
async function withStagesOfSink(pipeline: Pipeline): Promise<Pipeline> {
  const { sink, stages } = pipeline;
  if (sink === undefined || !isExpanding(sink.declaration)) return pipeline;
  const added = await sink.declaration.stagesBefore(sink.given);
  if (added.length === 0) return pipeline;
  const isFirst = stages.length === 0 && sink.declaration.parsesLogs === true;
  return { ...pipeline, stages: [...stages, ...added], ...(isFirst && { parsesInput: "text" as const }) };
}

async function readPipeline(
  text: string,
  files: readonly string[],
  preset: Preset,
  terminal: Terminal,
  commands: Registry,
): Promise<Pipeline> {
  if (urlScheme(text) !== undefined || /^\S+\.ya?ml$/.test(text)) localName(text, "PIPELINE");
  const path = resolve(terminal.cwd, text);
  if (!/\.ya?ml$/.test(text) && !isFile(path)) return readQuoted(text, commands, preset, files);
  const { readPipelineFile } = await import("../lib/pipeline/read/yaml.js");
  return readPipelineFile(readText(text, path), text, commands, preset, files);
}

/** What the settings say about the options of each stage. */
async function presets(config: string | undefined, terminal: Terminal, { names }: Registry): Promise<Preset> {
  const settings = await loadSettings({
    cwd: terminal.cwd,
    env: terminal.env,
    config,
    commands: names,
  });
  return ({ name, options }, given) => settingsFor(name, options, settings.values, given);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function readText(shown: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const hint = "a quoted pipeline looks like 'parse | sink ./store'; a pipeline file ends in .yaml";
    throw failure(
      "usage.unreadable",
      { what: "pipeline file", path: shown, reason: reasonOf(error), hint },
      error,
    );
  }
}
