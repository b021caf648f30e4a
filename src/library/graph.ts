/** A graph for Node programs: what `readPipeline` gives for a file with named sources, routes and sinks. */
import { failure } from "../lib/base/errors/index.js";
import type { Graph, SinkNode } from "../lib/pipeline/contract/graph.js";
import type { RunCounts } from "../lib/pipeline/contract/pipeline.js";
import type { StageDeclaration } from "../lib/pipeline/contract/stage.js";
import type { ChannelSink } from "../lib/sinks/channel/channel.js";
import { checkGiven } from "./piece.js";
import { channelStep, Events, type RunResult } from "./run.js";
import {
  checkComplete,
  type FileSettings,
  openHost,
  type ReadSettings,
  readRunSettings,
  type Settings,
} from "./settings.js";
import type { RunnablePipeline } from "./stream.js";

/** `path`: of its file, which names its journal. */
export async function runnableGraph(
  asked: Graph,
  path: string,
  fromFile: FileSettings,
): Promise<RunnablePipeline> {
  const { expanded } = await import("../lib/pipeline/run/graph/expand.js");
  const { explainExpanded } = await import("../lib/pipeline/run/graph/explain.js");
  const graph = await expanded(asked);
  for (const { declaration, given } of graph.stages.flatMap(({ stages }) => stages))
    checkGiven(declaration, given as never);
  const eventsOf = (settings?: Settings) => {
    checkInputs(graph, "events()");
    const printing = graph.sinks.filter(isOpen);
    const [only] = printing;
    if (only === undefined || printing.length > 1)
      throw bad(`events() of a graph with ${printing.length === 0 ? "no sink" : "several sinks"} that print`);
    const run = (settings: ReadSettings, channel: ChannelSink) =>
      runWhole(graph, settings, path, new Map([[only, channel]]));
    return new Events(run, readRunSettings("events", settings, fromFile));
  };
  return {
    run: async (settings) => {
      checkInputs(graph, "run()");
      const read = readRunSettings("run", settings, fromFile);
      const open = read.options.output === undefined ? graph.sinks.filter(isOpen) : [];
      if (open.length > 0)
        throw bad(
          `run() of a graph whose sink ${open[0]!.name} ends nowhere`,
          "read what comes to it with events(), or write it with run({ output: FILE })",
        );
      return runWhole(graph, read, path);
    },
    events: eventsOf,
    stream: () => {
      throw bad("stream() of a graph");
    },
    explain: (settings) => {
      const { options } = readRunSettings("explain", settings, fromFile);
      return explainExpanded(graph, options);
    },
    [Symbol.asyncIterator]: () => eventsOf(),
  };
}

async function runWhole(
  graph: Graph,
  settings: ReadSettings,
  path: string,
  ends: ReadonlyMap<SinkNode, ChannelSink> = new Map(),
): Promise<RunResult> {
  const { runGraph } = await import("../lib/pipeline/run/graph/run-graph.js");
  const { host, failures } = openHost(settings.signal ?? new AbortController().signal, settings);
  let counts: RunCounts = { linesIn: 0, linesOut: 0, rejected: 0 };
  const options = { ...settings.options, onCounts: (all: RunCounts) => (counts = all) };
  const all = graph.stages.flatMap(({ stages }) => stages);
  const sinks = graph.sinks.map((node) => {
    const channel = ends.get(node);
    return channel === undefined ? node : { ...node, step: channelStep(channel, { files: [], stages: all }) };
  });
  const exitCode = await runGraph({ ...graph, sinks }, options, host, { path, throttle });
  checkComplete(failures);
  const { linesIn, linesOut: eventsOut, rejected: setAside } = counts;
  return { linesIn, eventsOut, setAside, conditionHolds: exitCode === 1 };
}

async function throttle(): Promise<StageDeclaration> {
  const { default: declaration } = await import("../commands/stages/throttle.js");
  return declaration as unknown as StageDeclaration;
}

/** It prints, where a program has nothing to print on. */
function isOpen({ step, output }: SinkNode): boolean {
  return step === undefined && output === undefined;
}

function checkInputs({ sources }: Graph, call: string): void {
  const open = sources.find(({ step, files }) => step === undefined && files.length === 0);
  if (open !== undefined) throw bad(`${call} of a graph whose source ${open.name} reads standard input`);
}

function bad(
  reason: string,
  hint = "a program runs a graph whose sources and sinks say where events come from and go to: run()",
) {
  return failure("usage.bad-pipeline", { reason, hint });
}
