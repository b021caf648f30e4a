// Enter here: runs a graph: where its journals stand, its networks side by side, and a leg from a journal to each sink.
/** A whole graph, from its sources to its sinks. See docs/decisions/0061-graphs.md. */
import { setMaxListeners } from "node:events";
import { reportUnfinished, STOP_GRACE_MS } from "../../../base/ending.js";
import { readyForLongWork } from "../../../base/long-work.js";
import { escapeControlsInLines } from "../../../terminal/escape.js";
import type { Counters } from "../../accounting/counters.js";
import { checkLetterPlace } from "../../accounting/dead-letters/check-path.js";
import { LogLinesHint } from "../../accounting/hints/log-lines-hint.js";
import type { Graph } from "../../contract/graph.js";
import type { Host } from "../../contract/host.js";
import type { RunOptions } from "../../contract/pipeline.js";
import type { StageDeclaration } from "../../contract/stage.js";
import { checkOwnOutput } from "../examine/own-output.js";
import { writeReports } from "../resources.js";
import { Run } from "../run.js";
import { expanded } from "./expand.js";
import { graphReport, type SinkCounts } from "./graph-report.js";
import { journalOfPlaced } from "./journal-place.js";
import { Journals } from "./journals.js";
import { Leg } from "./legs/leg.js";
import { discardingRun, openLegRun } from "./legs/leg-run.js";
import { LimitCounts } from "./legs/limit-counts.js";
import { type OpenPart, openPart, type PartOpening } from "./open-part.js";
import { openGraphSink } from "./open-sinks.js";
import { journalNames } from "./outline.js";
import { type Placement, placement } from "./placement/placement.js";
import { sayDroppedByJournal, sayUnmatched } from "./say-dropped.js";
import { UnreadSources } from "./unread-sources.js";

export interface GraphFile {
  /** Of the pipeline file, as it was given: what its journal is named after. Absent: it was read from none. */
  readonly path?: string | undefined;
  /** Finds the declaration of `throttle`, for what has a rate limit. */
  readonly throttle: () => Promise<StageDeclaration>;
}

/**
 * Runs a graph to the end of its sources, and until every sink has what came for it. Returns the exit code: 0 done, 1 a
 * condition of the user holds. Throws LogpipeError when it could not be done. What sinks could not take waits in the
 * journal, and is complained of. `host.signal` asks it to finish what was read and stop.
 */
export async function runGraph(
  asked: Graph,
  options: RunOptions,
  host: Host,
  { path, throttle }: GraphFile,
): Promise<number> {
  // Every node may listen to it.
  setMaxListeners(0, host.signal);
  const graph = await expanded(asked);
  const placed = placement(graph);
  for (const warning of placed.warnings) host.log("warn", warning);
  await checkLetterPlaces(graph, options, host);
  await checkOwnOutput(graph, { ...options, journal: journalOfPlaced(graph, placed, path, host) }, host);
  const journals = await Journals.open(graph, placed, host, path);
  try {
    return await new GraphRun(graph, { placed, journals, throttle, path }, options, host).toEnd();
  } finally {
    await journals.close();
  }
}

async function checkLetterPlaces(
  { sources, stages, sinks }: Graph,
  options: RunOptions,
  host: Host,
): Promise<void> {
  const all = stages.flatMap((node) => node.stages);
  for (const { step: source, files } of sources)
    for (const { step: sink } of sinks) {
      const pipeline = { files, stages: all, ...(source && { source }), ...(sink && { sink }) };
      await checkLetterPlace(pipeline, options, host);
    }
}

class GraphRun {
  readonly placed: Placement;
  readonly journals: Journals;
  private readonly options: RunOptions;
  private readonly host: Host;
  private readonly opening: PartOpening;
  private readonly parts: OpenPart[] = [];
  private readonly legs = new Map<string, Leg>();
  private readonly running: { readonly part: OpenPart; readonly run: Run }[] = [];
  private readonly sinkCounts = new Map<string, SinkCounts>();
  /** Sinks and sources that are at work. */
  private readonly atWork = new Set<string>();
  private failures = 0;

  constructor(
    graph: Graph,
    { placed, journals, throttle, path }: Pick<GraphRun, "placed" | "journals"> & GraphFile,
    options: RunOptions,
    host: Host,
  ) {
    this.placed = placed;
    this.journals = journals;
    this.options = options;
    this.host = {
      ...host,
      fail: (text, help) => {
        this.failures++;
        host.fail(text, help);
      },
    };
    this.opening = {
      graph,
      sinks: placed.sinks,
      journals,
      options,
      host: this.host,
      startedMs: host.nowMs(),
      secrets: new Map(),
      throttle,
      limits: new LimitCounts(),
      path,
    };
  }

  async toEnd(): Promise<number> {
    const { host } = this;
    try {
      await this.open();
    } catch (error) {
      await this.drop();
      throw error;
    }
    this.options.onOpened?.();
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      timer = setTimeout(() => this.stopReaders(), STOP_GRACE_MS);
      this.stopSources();
      for (const leg of this.legs.values()) leg.leave();
    };
    if (host.signal.aborted) stop();
    host.signal.addEventListener("abort", stop, { once: true });
    const isOver = reportUnfinished(() => [...this.atWork]);
    try {
      await readyForLongWork();
      await this.run();
    } catch (error) {
      await this.end().catch(() => {});
      throw error;
    } finally {
      isOver();
      host.signal.removeEventListener("abort", stop);
      clearTimeout(timer);
      this.opening.limits.report(this.host);
      if (this.options.hasStats) await this.writeStats();
    }
    return this.end();
  }

  /** Sinks first: what cannot be opened ends the run before anything is read. */
  private async open(): Promise<void> {
    for (const { node, way } of this.placed.sinks) if (way === "journal") await this.openLeg(node.name);
    for (const part of this.placed.parts) this.parts.push(await openPart(part, this.opening));
  }

  private async openLeg(name: string): Promise<void> {
    const { options, host, journals } = this;
    const part = this.placed.parts.find(({ graph }) => graph.sinks.some((sink) => sink.name === name))!;
    const exit = part.graph.sinks.findIndex((sink) => sink.name === name);
    const node = part.graph.sinks[exit]!;
    const journal = journals.of(part.journal!);
    const onCounts = (counts: SinkCounts) => void this.sinkCounts.set(name, counts);
    const { throttle, limits } = this.opening;
    const given = { node, journal, options, host, throttle, limits, onCounts };
    const leg = await Leg.open({
      node,
      host,
      open: (onStored) =>
        openLegRun({ ...given, onStored, openSink: () => openGraphSink(node, part.graph, options, host) }),
      discard: () => discardingRun({ ...given, onStored: () => {} }),
      onClosed: () => journal.sink.onExitClosed?.(exit),
      waiting: () => journals.waitingFor(name),
    });
    this.legs.set(name, leg);
    journals.doing.set(name, () => leg.doing);
  }

  private async run(): Promise<void> {
    const legs = [...this.legs.values()].map((leg) => this.whileAtWork(`sink ${leg.name}`, leg.toEnd()));
    const parts = this.parts.map((part) => this.whileAtWork(nameOfPart(part), this.runPart(part)));
    const ended = await Promise.allSettled(parts);
    const failed = ended.find(({ status }) => status === "rejected") as PromiseRejectedResult | undefined;
    for (const leg of this.legs.values()) leg.end();
    await Promise.all(legs);
    if (failed !== undefined) throw failed.reason;
  }

  private whileAtWork(name: string, work: Promise<void>): Promise<void> {
    this.atWork.add(name);
    return work.finally(() => this.atWork.delete(name));
  }

  private async runPart(part: OpenPart): Promise<void> {
    const { options, opening } = this;
    const { startedMs, secrets } = opening;
    const name = part.part.journal ?? part.part.graph.sinks[0]!.name;
    const hint = hintFor(part, this.host);
    const unread = new UnreadSources(part, this.host);
    const running = {
      ...options,
      startedMs,
      secrets,
      stateId: `graph:${name}`,
      ...(hint !== undefined && { onSetAside: () => hint.say() }),
      onCounts: () => {},
    };
    const failures = () => this.failures > 0;
    const run = new Run(part.plan, running, this.host, part.sources, part.boundary, failures);
    this.running.push({ part, run });
    try {
      await run.toEnd();
    } catch (error) {
      // What cannot go on alone does not: the others finish what they have read.
      this.stopSources();
      throw error;
    } finally {
      await hint?.settle();
      await unread.report(run.counters);
      if (part.part.journal !== undefined) await this.journals.of(part.part.journal).finish();
    }
  }

  private stopSources(): void {
    // Those between two parts end with the part before.
    for (const { part, sources } of this.parts)
      if (part.reads === undefined) for (const source of sources) source.stop();
  }

  private stopReaders(): void {
    for (const leg of this.legs.values()) leg.stop();
    for (const { sources } of this.parts) for (const source of sources) source.stop();
  }

  private async drop(): Promise<void> {
    for (const leg of this.legs.values()) await leg.drop().catch(() => {});
    for (const { sources, boundary, part } of this.parts) {
      for (const source of sources) await source.close().catch(() => {});
      if (part.journal === undefined) await (boundary.abandon?.() ?? boundary.close()).catch(() => {});
    }
  }

  private async end(): Promise<number> {
    let holds = false;
    let counts = { linesIn: 0, linesOut: 0, rejected: 0 };
    for (const { part, run } of this.running) {
      const { linesIn, linesOut, rejected } = run.counters;
      const isFirst = part.part.reads === undefined;
      counts = {
        linesIn: counts.linesIn + (isFirst ? linesIn : 0),
        linesOut: counts.linesOut + linesOut,
        rejected: counts.rejected + rejected,
      };
      const pipeline = { files: [], stages: part.steps };
      sayUnmatched(part.part.graph.routes, run.counters, this.host);
      const { holdsCondition } = await writeReports(pipeline, run.counters, this.host);
      holds ||= holdsCondition;
    }
    sayDroppedByJournal(
      this.journals.all.map(([, journal]) => journal),
      this.host,
    );
    this.options.onCounts?.(counts);
    return holds ? 1 : 0;
  }

  private async writeStats(): Promise<void> {
    const { journals, sinkCounts } = this;
    const names = journalNames(this.placed.parts);
    const parts = this.running.map(({ part, run }) => ({
      labels: part.plan.labels,
      workers: run.workers,
      counters: run.counters as Counters,
      name:
        part.part.reads === undefined
          ? part.part.graph.sources.map(({ name }) => name).join(", ")
          : names.get(part.part.reads!)!,
    }));
    for (const { name, counts } of this.parts.flatMap(({ queues }) => queues))
      sinkCounts.set(name, { events: counts.events, dropped: counts.dropped });
    const { sinks } = this.placed;
    const limits = this.opening.limits.lines();
    const named = journals.all.map(([name, journal]) => [names.get(name)!, journal] as const);
    const report = graphReport({ parts, sinks, sinkCounts, limits, journals: named });
    await this.host.standard.stderr.write(escapeControlsInLines(report));
  }
}

/** What is not finished as long as it runs, for messages. */
function nameOfPart({ part: { graph, boundary, reads } }: OpenPart): string {
  const sources = graph.sources.map(({ name }) => name).join(", ");
  const sinks = boundary === "sink" ? ` and sink ${graph.sinks[0]!.name}` : "";
  return reads === undefined ? `what was read of ${sources}${sinks}` : `the stages behind ${sources}${sinks}`;
}

/** Where the first of the only source reads events: reports what is set aside when it is log lines. */
function hintFor({ part: { graph, reads }, sources }: OpenPart, host: Host): LogLinesHint | undefined {
  const [source, second] = sources;
  if (source === undefined || second !== undefined || reads !== undefined) return undefined;
  const isFirst = ({ from }: { readonly from: readonly { readonly node: string }[] }) =>
    from.some(({ node }) => node === graph.sources[0]!.name);
  const [first] = graph.stages.filter(isFirst).flatMap(({ stages }) => stages);
  if (first?.declaration.input === "text") return undefined;
  const reader = [...graph.stages, ...graph.routes, ...graph.sinks].find(isFirst)?.name;
  if (reader === undefined) return undefined;
  // As for a program: a command line in place of a node would be no help.
  const log: Host["log"] = (level, text) => host.log(level, text.replace("parse()", "parse"));
  const hint = new LogLinesHint(reader, false, { log, isOfProgram: true });
  hint.watch(source);
  return hint;
}
