import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { failure, reasonOf } from "../lib/base/errors/index.js";
import { localName, urlScheme } from "../lib/base/local/path.js";
import type { PipelineOptions } from "../lib/options/common.js";
import { everywhere, pipelineOptions } from "../lib/options/common.js";
import { duration, flag, type Options } from "../lib/options/options.js";
import { loadSettings, settingsFor } from "../lib/options/settings.js";
import { type Variables, variablesOf } from "../lib/options/variables.js";
import { isExpanding } from "../lib/pipeline/contract/expansion.js";
import type { Pipeline } from "../lib/pipeline/contract/pipeline.js";
import { command, type Given, type Registry } from "../lib/pipeline/contract/stage.js";
import type { Terminal } from "../lib/pipeline/contract/terminal.js";
import { runOptionsOf } from "../lib/pipeline/read/build.js";
import { graphOfPipeline } from "../lib/pipeline/read/graph/chain.js";
import { type Preset, readQuoted } from "../lib/pipeline/read/quoted.js";
import type { PipelineFile } from "../lib/pipeline/read/yaml.js";

const { dryRun: _dryRun, ...common } = pipelineOptions;
const ofRun = {
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
} as const;
/** What may stand at the top of a pipeline file. */
const ofFile: Options = { ...common, checkpointInterval: ofRun.checkpointInterval };

const options = {
  ...pipelineOptions,
  explain: flag({ fromProject: "free", summary: "the same as --dry-run" }),
  check: flag({
    fromProject: "free",
    summary:
      "read and try the pipeline and what its stages need, say whether it is right, and do nothing else",
  }),
  ...ofRun,
  config: everywhere.config,
} as const;

export default command({
  name: "run",
  summary: "run a whole pipeline in one process",
  details: `The pipeline is written as in a shell, in one pair of quotes, without \`logpipe\` before each stage; or it is a YAML file
with a list of the same stages and options (docs/yaml.md), and settings of the run at its top; \`\${NAME}\` and \`\${NAME:-DEFAULT}\` in its values
are environment variables. Stages run fused in one process, spread over worker threads where order allows.

Words are quoted as in a shell: single quotes, double quotes, backslash. There are no variables and no redirections.

Between \`ingest --follow\` (or \`--checkpoint\`) and a store, what stages remember (open windows, keys that were seen) is saved with the store: after a crash or
a stop the next run goes on where this one was, and every event counts once. docs/state.md says more.`,
  operands: [
    { name: "PIPELINE", summary: "the quoted pipeline, or a .yaml file", isRequired: true },
    { name: "FILE", isLocal: true, summary: "files to read; without any, standard input", isRepeated: true },
  ],
  options,
  examples: [
    {
      title: "Parse a log into the store, in one process",
      command: "logpipe run 'parse | sink ./store' < access.log",
    },
    { title: "See what would run, and where", command: "run --dry-run 'parse | sink ./store'" },
    { title: "A pipeline kept in a file", command: "run pipeline.yaml access.log" },
    { title: "Is it right? Nothing is read or written", command: "run --check pipeline.yaml" },
  ],
  async run(given, terminal, registry) {
    const variables = variablesOf(terminal.env, terminal.cwd);
    const complain: Terminal["complain"] = (text, help) =>
      terminal.complain(variables.hidden(text), help && variables.hidden(help));
    try {
      return await runText(given, { ...terminal, complain }, registry, variables);
    } catch (error) {
      throw variables.hide(error);
    }
  },
});

async function runText(
  given: Given<typeof options>,
  terminal: Terminal,
  registry: Registry,
  variables: Variables,
): Promise<number> {
  const [text, ...files] = given.operands as readonly [string, ...string[]];
  const preset = await presets(given.options.config, terminal, registry);
  const read = await readPipeline(text, { files, preset, variables }, terminal, registry);
  const values = withFileSettings(given, read.settings);
  const options = {
    ...runOptionsOf(values),
    checkpointIntervalMs: values.checkpointInterval,
    isResettingState: values.resetState,
  };
  const start = await import("../lib/pipeline/run/start.js");
  if (read.pipeline === undefined) {
    if (values.dryRun || values.explain) return start.printGraph(read.graph, options, terminal);
    return start.startGraph(read.graph, options, terminal, { path: text, registry });
  }
  const { checkOutput, printPlan, startPipeline } = start;
  const pipeline = await withStagesOfSink(read.pipeline);
  checkOutput(pipeline, options);
  if (values.check) {
    const { checkStages } = await import("../lib/pipeline/run/check.js");
    await checkStages(pipeline, terminal);
    await terminal.stdout.write(`${inWords(pipeline)}: nothing wrong\n`);
    return 0;
  }
  if (values.dryRun || values.explain) return printPlan(pipeline, options, terminal);
  return startPipeline(pipeline, options, terminal, "run");
}

/** What a file sets holds where neither the command line nor the settings say otherwise. */
function withFileSettings<V extends PipelineOptions>(
  { options, named = [] }: { readonly options: V; readonly named?: readonly string[] },
  settings: Readonly<Record<string, unknown>>,
): V {
  const unsaid = Object.entries(settings).filter(([name]) => !named.includes(name));
  return { ...options, ...Object.fromEntries(unsaid) };
}

function inWords({ source, stages, sink }: Pipeline): string {
  const steps = [source, ...stages, sink].filter((step) => step !== undefined);
  return steps.map(({ declaration }) => declaration.name).join(" | ");
}

/** What is asked of the sink and done by stages right before it: `view --level warn+`. */
async function withStagesOfSink(pipeline: Pipeline): Promise<Pipeline> {
  const { sink, stages } = pipeline;
  if (sink === undefined || !isExpanding(sink.declaration)) return pipeline;
  const added = await sink.declaration.stagesBefore(sink.given);
  if (added.length === 0) return pipeline;
  const isFirst = stages.length === 0 && sink.declaration.parsesLogs === true;
  return { ...pipeline, stages: [...stages, ...added], ...(isFirst && { parsesInput: "text" as const }) };
}

interface ReadSettings {
  readonly files: readonly string[];
  readonly preset: Preset;
  readonly variables: Variables;
}

async function readPipeline(
  text: string,
  { files, preset, variables }: ReadSettings,
  terminal: Terminal,
  commands: Registry,
): Promise<PipelineFile> {
  if (urlScheme(text) !== undefined || /^\S+\.ya?ml$/.test(text)) localName(text, "PIPELINE");
  const path = resolve(terminal.cwd, text);
  if (!/\.ya?ml$/.test(text) && !isFile(path))
    return chainOf(await readQuoted(text, commands, preset, files));
  const { readPipelineFile } = await import("../lib/pipeline/read/yaml.js");
  return readPipelineFile(readText(text, path), text, commands, preset, files, ofFile, variables, terminal);
}

function chainOf(pipeline: Pipeline): PipelineFile {
  return { graph: graphOfPipeline(pipeline), pipeline, settings: {}, warnings: [] };
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
