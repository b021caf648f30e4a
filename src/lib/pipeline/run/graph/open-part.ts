/** Opens one network of a graph: its sources, its stages, and what stands behind it. */
import { openInputs } from "../../../sources/files/open.js";
import { stageLabels } from "../../chain/network/network.js";
import { type NetworkPlan, planNetwork } from "../../chain/network/plan-network.js";
import type { Graph, SinkNode, SourceNode } from "../../contract/graph.js";
import type { Host } from "../../contract/host.js";
import type { RunOptions, Step } from "../../contract/pipeline.js";
import { throttleStep } from "../../contract/rate-limit.js";
import type { Sink } from "../../contract/sink.js";
import type { Source } from "../../contract/source.js";
import type { StageDeclaration } from "../../contract/stage.js";
import { checkOfJournal, keeperOf } from "../open-sink.js";
import { openSteps, readsStdin } from "../resources.js";
import { FanOut, type QueuedExit } from "./fan-out.js";
import type { Journals } from "./journals.js";
import { keptAsOf } from "./kept-as.js";
import { isLasting } from "./legs/leg.js";
import { LimitedSource, type Limiting } from "./legs/limited-source.js";
import { networkOf } from "./network-of.js";
import { openGraphSink } from "./open-sinks.js";
import { keeps, type NetworkPart, type SinkPlacement } from "./placement/placement.js";
import { QueuedSink } from "./queued-sink.js";

export interface OpenPart {
  readonly part: NetworkPart;
  readonly plan: NetworkPlan;
  readonly sources: readonly Source[];
  readonly boundary: Sink;
  /** Of all nodes, with the labels that their counters go by. */
  readonly steps: readonly Step<StageDeclaration>[];
  readonly queues: readonly QueuedSink[];
}

export interface PartOpening extends Limiting {
  readonly graph: Graph;
  readonly sinks: readonly SinkPlacement[];
  readonly journals: Journals;
  readonly options: RunOptions;
  readonly host: Host;
  readonly startedMs: number;
  readonly secrets: Map<string, Uint8Array>;
  /** As of `GraphFile`. */
  readonly path?: string | undefined;
}

export async function openPart(part: NetworkPart, opening: PartOpening): Promise<OpenPart> {
  const { graph, stepsOf } = await openStageNodes(await withSinkLimits(part, opening), opening);
  const network = networkOf(graph);
  const plan = planNetwork(network, opening.options);
  const sources: Source[] = [];
  try {
    for (const node of graph.sources) sources.push(await openSource(node, part, opening));
    if (part.boundary === "sink" && part.reads === undefined)
      await checkOfJournal(graph.sinks[0]!.step, sources, opening.host);
    const { boundary, queues } = await openBoundary(part, opening);
    return { part, plan, sources, boundary, steps: stepsOf, queues };
  } catch (error) {
    for (const source of sources) await source.close().catch(() => {});
    throw error;
  }
}

/** In front of sinks that read from no journal: what has to wait holds up all that comes with it. */
async function withSinkLimits({ graph }: NetworkPart, { sinks, throttle }: PartOpening): Promise<Graph> {
  const stages = [...graph.stages];
  const limited: SinkNode[] = [];
  for (const node of graph.sinks) {
    const isRead = sinks.find((sink) => sink.node.name === node.name)?.way === "journal";
    if (node.rateLimit === undefined || isRead) limited.push(node);
    else {
      const name = `${node.name}.limit`;
      stages.push({ name, from: node.from, stages: [throttleStep(await throttle(), node.rateLimit)] });
      limited.push({ ...node, from: [{ node: name }] });
    }
  }
  return { ...graph, stages, sinks: limited };
}

async function openStageNodes(
  graph: Graph,
  { host, startedMs, secrets, graph: whole }: PartOpening,
): Promise<{ readonly graph: Graph; readonly stepsOf: readonly Step<StageDeclaration>[] }> {
  const isStdinRead = whole.sources.some(({ step, files }) => readsStdin({ source: step, files }));
  const stdin = isStdinRead ? undefined : host.standard.stdin;
  const stages: Graph["stages"][number][] = [];
  const stepsOf: Step<StageDeclaration>[] = [];
  for (const node of graph.stages) {
    const opened = await openSteps(node.stages, host, { startedMs, secrets, stdin });
    const labels = stageLabels({ ...node, from: [], stages: node.stages });
    const labelled = opened.map((step, n) => ({ ...step, label: labels[n]! }));
    stepsOf.push(...labelled);
    stages.push({ ...node, stages: labelled });
  }
  return { graph: { ...graph, stages }, stepsOf };
}

async function openSource(node: SourceNode, part: NetworkPart, opening: PartOpening): Promise<Source> {
  const source = await openUnlimited(node, part, opening);
  const { name, rateLimit } = node;
  if (rateLimit === undefined) return source;
  const limiting = { throttle: await opening.throttle(), limits: opening.limits };
  return new LimitedSource(source, rateLimit, name, limiting, opening.host);
}

async function openUnlimited(
  { name, step, files }: SourceNode,
  part: NetworkPart,
  { journals, host, graph: { sinks, journal }, path }: PartOpening,
): Promise<Source> {
  if (part.reads !== undefined) return journals.of(part.reads).reader(name);
  if (step === undefined) return openInputs(files, {}, host, "run");
  const steps = sinks.map((sink) => sink.step);
  const keptAs = keptAsOf({ node: name, path, journal }, steps, host);
  return step.declaration.open(step.given, host, { table: keeperOfPart(part, journals, host), keptAs });
}

/** What keeps how far its sources were read. */
function keeperOfPart(
  { boundary, journal, graph }: NetworkPart,
  journals: Journals,
  host: Host,
): string | undefined {
  if (journal !== undefined) return journals.directoryOf(journal);
  return boundary === "sink" ? keeperOf(graph.sinks[0]?.step, host) : undefined;
}

async function openBoundary(
  { boundary, journal, graph }: NetworkPart,
  { sinks, journals, options, host }: PartOpening,
): Promise<{ readonly boundary: Sink; readonly queues: readonly QueuedSink[] }> {
  if (boundary === "sink")
    return { boundary: await openGraphSink(graph.sinks[0]!, graph, options, host), queues: [] };
  const queued: QueuedExit[] = [];
  const left: { sink?: FanOut } = {};
  for (const [exit, node] of graph.sinks.entries()) {
    const placed = sinks.find(({ node: { name } }) => name === node.name);
    if (placed?.way !== "queue") continue;
    const sink = await openGraphSink(node, graph, options, host).catch((error: unknown) => {
      if (node.required !== "optional" || isLasting(error)) throw error;
      return unopened(error);
    });
    const isAwaited = node.required !== "optional" && keeps(node) !== "whole";
    const queue: QueuedSink = new QueuedSink(node, sink, host, () => left.sink?.left(exit));
    queued.push({ exit, sink: queue, isAwaited });
  }
  const behind = journal === undefined ? undefined : journals.of(journal).sink;
  if (queued.length === 0 && behind !== undefined) return { boundary: behind, queues: [] };
  const lost = (reason: string) => host.fail(`not all of it could be written: ${reason}`);
  left.sink = new FanOut(queued, lost, behind);
  return { boundary: left.sink, queues: queued.map(({ sink }) => sink) };
}

/** Stands for an optional sink that could not be opened: the run goes on without it from its first block on. */
function unopened(error: unknown): Sink {
  return { write: () => Promise.reject(error), flush: async () => {}, close: async () => {} };
}
