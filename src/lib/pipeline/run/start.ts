/** The last step from a command line to a running pipeline: plan or run, and what it reads. */
import { failure } from "../../base/errors/index.js";
import type { Graph, SinkNode } from "../contract/graph.js";
import type { Pipeline, RunOptions } from "../contract/pipeline.js";
import type { Registry, StageDeclaration } from "../contract/stage.js";
import type { Terminal } from "../contract/terminal.js";
import { assertReadable } from "../read/build.js";
import type { PipelineFile } from "../read/yaml.js";
import { hostOf } from "./host.js";
import { isPrinting, withoutShown } from "./open-sink.js";
import { readsStdin } from "./resources.js";
import { explainPlan, runPipeline } from "./run-pipeline.js";

export { hostOf };

/** Prints what would run, and changes nothing. */
export async function printPlan(
  pipeline: Pipeline,
  options: RunOptions,
  terminal: Terminal,
): Promise<number> {
  await terminal.stdout.write(`${explainPlan(withoutShown(pipeline, options), options).trimEnd()}\n`);
  return 0;
}

/**
 * Throws usage.unused-option for an output file beside a sink that has no use for it: it would be emptied for nothing.
 */
export function checkOutput({ sink }: Pipeline, { output, result }: RunOptions): void {
  if (sink === undefined || isPrinting(sink)) return;
  const option = output !== undefined ? "--output" : result?.isAsked === true ? "--to" : undefined;
  if (option === undefined) return;
  const hint = `the pipeline ends in ${sink.declaration.name}, which says where its events go`;
  throw failure("usage.unused-option", { command: "run", option, hint });
}

/**
 * Runs the pipeline that `command` was asked for. Throws usage.nothing-to-read when it would wait for someone to type,
 * and journal.left-behind for a pipeline file that had several sinks and events that wait for one of them.
 */
export async function startPipeline(
  pipeline: Pipeline,
  options: RunOptions,
  terminal: Terminal,
  command: string,
): Promise<number> {
  assertReadable(pipeline, command, terminal);
  const { keptAs } = pipeline;
  if (keptAs !== undefined) {
    const { checkForgotten } = await import("./graph/journals.js");
    await checkForgotten(keptAs.journal, keptAs.path, terminal);
  }
  return runPipeline(pipeline, options, hostOf(terminal));
}

/**
 * The chain that the pipeline runs as; undefined: it runs as a graph. Of one with named nodes, in the file at `path`, a
 * chain is what needs no journal. Throws as `placement`.
 */
export async function chainOf(
  { pipeline, graph, isNamed }: Pick<PipelineFile, "pipeline" | "graph" | "isNamed">,
  path: string,
): Promise<Pipeline | undefined> {
  if (pipeline === undefined || isNamed !== true) return pipeline;
  const [{ placement }, { expanded }] = await Promise.all([
    import("./graph/placement/placement.js"),
    import("./graph/expand.js"),
  ]);
  const { parts, warnings } = placement(await expanded(graph));
  const isPlain = parts.length === 1 && parts[0]!.boundary === "sink" && warnings.length === 0;
  if (!isPlain) return undefined;
  const { sources, journal } = graph;
  return { ...pipeline, keptAs: { node: sources[0]!.name, path, journal } };
}

/** As `printPlan`. */
export async function printGraph(graph: Graph, options: RunOptions, terminal: Terminal): Promise<number> {
  checkGraphOutput(graph, options);
  const { explainGraph } = await import("./graph/explain.js");
  await terminal.stdout.write(await explainGraph(graph, options));
  return 0;
}

/** The same for a graph, whose file is at `path`. Throws usage.unused-option for -o where no sink has a use for it. */
export async function startGraph(
  graph: Graph,
  options: RunOptions,
  terminal: Terminal,
  { path, registry }: { readonly path: string; readonly registry: Pick<Registry, "load"> },
): Promise<number> {
  checkGraphOutput(graph, options);
  for (const { name, step, files } of graph.sources)
    if (readsStdin({ source: step, files }) && terminal.stdinIsTerminal)
      throw failure("usage.nothing-to-read", { command: `source ${name}` });
  const { runGraph } = await import("./graph/run-graph.js");
  const throttle = async () => (await registry.load("throttle")) as StageDeclaration;
  return runGraph(graph, options, hostOf(terminal), { path, throttle });
}

function checkGraphOutput({ sinks }: Graph, { output, result }: RunOptions): void {
  const option = output !== undefined ? "--output" : result?.isAsked === true ? "--to" : undefined;
  if (option === undefined) return;
  const printing = sinks.filter(isStandardOutput);
  if (printing.length === 1) return;
  const hint =
    printing.length === 0
      ? "every sink of the pipeline says where its events go"
      : `sinks ${printing.map(({ name }) => name).join(" and ")} write to standard output: write output: FILE in each`;
  throw failure("usage.unused-option", { command: "run", option, hint });
}

function isStandardOutput({ step, output }: SinkNode): boolean {
  return step === undefined && output === undefined;
}
