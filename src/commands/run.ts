import { dirname, resolve } from "node:path";
import { failure, type LogpipeError } from "../lib/base/errors/index.js";
import type { PipelineOptions } from "../lib/options/common.js";
import { everywhere, pipelineOptions } from "../lib/options/common.js";
import { flag, list } from "../lib/options/options.js";
import { type Variables, variablesOf } from "../lib/options/variables.js";
import { isExpanding } from "../lib/pipeline/contract/expansion.js";
import type { Graph } from "../lib/pipeline/contract/graph.js";
import type { Pipeline } from "../lib/pipeline/contract/pipeline.js";
import { command, type Given, type Registry } from "../lib/pipeline/contract/stage.js";
import type { Output, Terminal } from "../lib/pipeline/contract/terminal.js";
import { runOptionsOf } from "../lib/pipeline/read/build.js";
import { checkpointInterval, fileOptions, presetsOf, readGiven } from "../lib/pipeline/read/given.js";
import type { PipelineFile } from "../lib/pipeline/read/yaml.js";

const options = {
  ...pipelineOptions,
  explain: flag({ fromProject: "free", summary: "the same as --dry-run" }),
  check: flag({
    fromProject: "free",
    summary:
      "read and try the pipeline and what its stages need, say whether it is right, and do nothing else",
  }),
  examples: list({
    fromProject: "consent",
    metavar: "FILE",
    summary:
      "with --check: events or log lines that may come in; warn of fields that expressions ask for and none has. SOURCE=FILE: those of one source",
  }),
  schema: flag({
    fromProject: "free",
    summary: "print the JSON Schema of pipeline files, for editors, and do nothing else",
  }),
  checkpointInterval,
  resetState: flag({
    fromProject: "consent",
    advanced: true,
    summary: "forget what stages remember from the run before: open windows, keys that were seen",
  }),
  config: everywhere.config,
} as const;

export default command({
  name: "run",
  summary: "run a whole pipeline in one process",
  details: `The pipeline is written as in a shell, in one pair of quotes, without \`logpipe\` before each stage; or it is a YAML file
with a list of the same stages and options (docs/yaml.md), and settings of the run at its top; \`\${NAME}\` and \`\${NAME:-DEFAULT}\` in its values
are environment variables. A file can also be a graph of named sources, stages, routes and sinks, with several of each (docs/pipelines.md);
logpipe graph draws it. Stages run fused in one process, spread over worker threads where order allows.

Words are quoted as in a shell: single quotes, double quotes, backslash. There are no variables and no redirections.

Between \`ingest --follow\` (or \`--checkpoint\`) and a store, what stages remember (open windows, keys that were seen) is saved with the store: after a crash or
a stop the next run goes on where this one was, and every event counts once. docs/state.md says more.`,
  operands: [
    { name: "PIPELINE", summary: "the quoted pipeline, or a .yaml file" },
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
    {
      title: "Names and values of pipeline files, for an editor",
      command: "run --schema > logpipe.schema.json",
    },
    { title: "Is it right? Nothing is read or written", command: "run --check pipeline.yaml" },
  ],
  unused: ({ options: { check } }) => (check ? [] : [{ options: ["examples"], by: "run without --check" }]),
  async run(given, terminal, registry) {
    if (given.options.schema) return printSchema(terminal, registry);
    if (given.operands.length === 0)
      throw failure("usage.missing-operand", { command: "run", operand: "PIPELINE" });
    const variables = variablesOf(terminal.env, terminal.cwd);
    const said = (say: Terminal["complain"]) => (text: string, help?: string) =>
      say(variables.hidden(text), help && variables.hidden(help));
    const hiding = {
      complain: said(terminal.complain),
      warn: said(terminal.warn),
      notice: said(terminal.notice),
    };
    try {
      return await runText(given, { ...terminal, ...hiding }, registry, variables);
    } catch (error) {
      throw variables.hide(error);
    }
  },
});

async function printSchema(terminal: Terminal, registry: Registry): Promise<number> {
  const { pipelineFileSchema } = await import("../lib/pipeline/read/schema/file-schema.js");
  const schema = pipelineFileSchema(await registry.loadAll(), fileOptions);
  await terminal.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
  return 0;
}

async function runText(
  given: Given<typeof options>,
  terminal: Terminal,
  registry: Registry,
  variables: Variables,
): Promise<number> {
  const [text, ...files] = given.operands as readonly [string, ...string[]];
  const preset = await presetsOf(given.options.config, terminal, registry);
  const written = { text, files, preset, variables };
  if (given.options.check) {
    const { checkPipeline } = await import("../lib/pipeline/run/examine/check-pipeline.js");
    const isJson = given.options.to === "json";
    const asked = isJson ? { ...given, options: { ...given.options, to: undefined } } : given;
    const { examples } = given.options;
    const check = {
      isJson,
      checkRun: (file: PipelineFile) => checkRun(file, asked),
      deadLettersOf: ({ settings }: PipelineFile) => withFileSettings(asked, settings).deadLetters,
      warningsOf: async (graph: Graph) => {
        if (examples.length > 0) return fieldWarnings(graph, examples, { text, terminal });
        const { fieldsOfNoColumn } = await import("../lib/testing/fields/table-fields.js");
        return fieldsOfNoColumn(graph, terminal);
      },
    };
    return checkPipeline(written, check, terminal, registry);
  }
  const read = await readGiven(written, terminal, registry);
  const values = withFileSettings(given, read.settings);
  const options = {
    ...runOptionsOf(values),
    checkpointIntervalMs: values.checkpointInterval,
    isResettingState: values.resetState,
  };
  const start = await import("../lib/pipeline/run/start.js");
  const plain = { ...terminal, stdout: hiding(terminal.stdout, variables) };
  const { checkOutput, chainOf, printPlan, startPipeline } = start;
  const isPlan = values.dryRun || values.explain;
  const chain = isPlan && read.isNamed ? undefined : await chainOf(read, text);
  if (chain === undefined) {
    if (isPlan) return start.printGraph(read.graph, options, plain);
    return start.startGraph(read.graph, options, terminal, { path: text, registry });
  }
  const pipeline = await withStagesOfSink(chain);
  checkOutput(pipeline, options);
  if (isPlan) return printPlan(pipeline, options, plain);
  return startPipeline(pipeline, options, terminal, "run");
}

/** The examples go through the stages, whose files are looked for as in a run. */
async function fieldWarnings(
  graph: Graph,
  examples: readonly string[],
  { text, terminal }: { readonly text: string; readonly terminal: Terminal },
): Promise<readonly LogpipeError[]> {
  const [{ readExamples }, { unknownFields }, { openGraph }] = await Promise.all([
    import("../lib/testing/fields/read-examples.js"),
    import("../lib/testing/fields/unknown-fields.js"),
    import("../lib/testing/network/opened.js"),
  ]);
  const { cwd, env } = terminal;
  const nowMs = terminal.nowMs();
  const lines = await readExamples(examples, graph, terminal);
  const opened = await openGraph(graph, { cwd, besideFile: dirname(resolve(cwd, text)), env }, nowMs);
  return unknownFields(opened, lines, nowMs);
}

/** What a plan shows of values that may be secrets: the names of their variables. */
function hiding(output: Output, variables: Variables): Output {
  const { isTerminal, hasColour, columns } = output;
  return {
    ...{ isTerminal, hasColour, columns },
    write: (data) => output.write(typeof data === "string" ? variables.hidden(data) : data),
  };
}

/** Throws what is wrong with the options of the run, whatever its stages are. */
async function checkRun(file: PipelineFile, given: Given<typeof options>): Promise<void> {
  if (file.pipeline === undefined) return;
  const { checkOutput } = await import("../lib/pipeline/run/start.js");
  checkOutput(file.pipeline, runOptionsOf(withFileSettings(given, file.settings)));
}

/** What a file sets holds where neither the command line nor the settings say otherwise. */
function withFileSettings<V extends PipelineOptions>(
  { options, named = [] }: { readonly options: V; readonly named?: readonly string[] },
  settings: Readonly<Record<string, unknown>>,
): V {
  const unsaid = Object.entries(settings).filter(([name]) => !named.includes(name));
  return { ...options, ...Object.fromEntries(unsaid) };
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
