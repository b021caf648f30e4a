// Enter here: where events become durable in a graph, and which sinks read from where.
/**
 * Where events become durable in a graph: what runs as one network, what stands behind it, and how each sink gets its
 * events. See docs/decisions/0061-graphs.md.
 */
import { failure } from "../../../../base/errors/index.js";
import type { Graph, Guarantee, SinkNode, SourceNode } from "../../../contract/graph.js";
import type { Step } from "../../../contract/pipeline.js";
import type { StageDeclaration } from "../../../contract/stage.js";
import { cutBeforeState, type GraphCut, keepsState } from "./cut.js";
import { unusedWhenFed } from "./unused-when-fed.js";
import { connectedParts, sourcesOf, subgraphOf, subgraphsOf } from "./ways.js";

/** One network of stages and routes, and what stands behind it. */
export interface NetworkPart {
  /** Where it reads a journal, its sources are readers of that. */
  readonly graph: Graph;
  /**
   * "sink": the only sink, which keeps itself what has to be kept; "journal": its sinks read from there, each with its
   * own place; "fan-out": its sinks get blocks through bounded queues.
   */
  readonly boundary: "sink" | "journal" | "fan-out";
  /** The name of the journal behind it: what directory it has. */
  readonly journal?: string | undefined;
  /** The journal that it reads. */
  readonly reads?: string | undefined;
  /** Readers of its journal that are no sinks, but sources of the part behind. */
  readonly readers: readonly string[];
}

/** The journal that sinks read, where no other stands before it. */
export const MAIN_JOURNAL = "journal";
/** The one in front of stages that remember. */
export const FIRST_JOURNAL = "first";

/**
 * "direct": it is the boundary; "journal": it reads from the journal at its own pace; "queue": it takes blocks as they
 * come, and holds up what comes behind them.
 */
export type SinkWay = "direct" | "journal" | "queue";

export interface SinkPlacement {
  readonly node: SinkNode;
  readonly way: SinkWay;
  readonly guarantee: Guarantee;
  /** Sources of its events that each run reads from their start: nothing remembers how far they were read. */
  readonly again: readonly string[];
}

/**
 * What the next run does with a source. "on": reads on where this one stops; "again": reads from its start what is
 * there, since nothing remembers how far this one came; "never": what was read is gone, as from a pipe.
 */
export type Rereading = "on" | "again" | "never";

export interface Placement {
  /** They run side by side. At most one has the journal as its boundary. */
  readonly parts: readonly NetworkPart[];
  readonly sinks: readonly SinkPlacement[];
  readonly warnings: readonly string[];
}

/**
 * Throws usage.file where a sink replaces its file at the end, and its sources go on where another run has stopped.
 */
export function placement(graph: Graph): Placement {
  const warnings: string[] = [];
  const components = subgraphsOf(graph, connectedParts(graph))
    .map(withoutOthers)
    .filter(({ sinks }) => sinks.length > 0);
  const isJoined = (component: Graph) => component.sinks.length > 1 && needsJournal(component);
  const names = components.filter(isJoined).flatMap(namesOf);
  const alone = components.filter((component) => !isJoined(component));
  const all = names.length === 0 ? alone : [...alone, subgraphOf(graph, new Set(names))];
  const isOnly = components.length === 1;
  const parts = all.flatMap((component) => partsOf(component, isOnly, warnings));
  const partOf = new Map(
    parts.flatMap((part) => part.graph.sinks.map((sink) => [sink.name, { part, sink }])),
  );
  const sinks = graph.sinks.flatMap(({ name }) => {
    const placed = partOf.get(name);
    return placed === undefined ? [] : [placeSink(placed.sink, placed.part, graph, parts)];
  });
  const unused = unusedWhenFed(sinks).map(({ reason, hint }) => `${reason}; ${hint}`);
  return { parts, sinks, warnings: [...warnings, ...unsavedState(parts), ...unused] };
}

/** An only sink has no others to be together with: it is tried again like any other. */
function withoutOthers(component: Graph): Graph {
  const [only, second] = component.sinks;
  if (only?.required !== "together" || second !== undefined) return component;
  return { ...component, sinks: [{ ...only, required: "alone" }] };
}

/** `isOnly`: no other component has journals; they keep their names then when it gets one sink more. */
function partsOf(component: Graph, isOnly: boolean, warnings: string[]): readonly NetworkPart[] {
  const cut = firstJournal(component, warnings);
  const isMain = isOnly || (component.sinks.length > 1 && needsJournal(component));
  const named = (name: string) => (isMain ? name : `${name}-${component.sinks[0]!.name}`);
  if (cut === undefined) return [partBehind(component, undefined, MAIN_JOURNAL)];
  const { before, behind, readers } = cut;
  const journal = named(FIRST_JOURNAL);
  return [
    { graph: before, boundary: "journal", journal, readers },
    partBehind(behind, journal, named(MAIN_JOURNAL)),
  ];
}

function partBehind(graph: Graph, reads: string | undefined, journal: string): NetworkPart {
  const [only, second] = graph.sinks;
  // What was acknowledged waits for a sink that fails, and for what stages have made of it: there is a place for both.
  const isFed = reads !== undefined && only !== undefined && isReader(only);
  if (second === undefined && !isFed) return { graph, boundary: "sink", reads, readers: [] };
  if (!needsJournal(graph) && (reads === undefined || graph.journal.mode === "none"))
    return { graph, boundary: "fan-out", reads, readers: [] };
  return { graph, boundary: "journal", journal, reads, readers: [] };
}

/** Whether a run that is taken up again could read the same events from it. */
export function isReplayable({ step }: SourceNode): boolean {
  return step?.declaration.isReplayable?.(step.given) ?? false;
}

/** `parts`: what the sources stand in. */
export function rereadingOf(node: SourceNode, parts: readonly NetworkPart[]): Rereading {
  const { name, step, files } = node;
  const part = parts.find(({ reads, graph }) => reads === undefined && graph.sources.some(isCalled(name)));
  if (isReplayable(node) && (step?.given.options["checkpoint"] !== undefined || keepsPlaces(part)))
    return "on";
  const inputs = step === undefined ? { files } : step.declaration.inputsOf?.(step.given);
  if (inputs === undefined || inputs.files.includes("-")) return "never";
  return inputs.files.length > 0 || "tableIn" in inputs ? "again" : "never";
}

/** Whether something behind its sources says how far they were read: then they keep a checkpoint unasked. */
function keepsPlaces(part: NetworkPart | undefined): boolean {
  if (part?.boundary !== "sink") return part?.boundary === "journal";
  return keeps(part.graph.sinks[0]!) === "place";
}

/** Of a sink without a step: what is written to a file counts once the file has its name. */
export function keeps({ step, output }: SinkNode): "place" | "whole" | undefined {
  if (step !== undefined) return step.declaration.keeps?.(step.given);
  return output === undefined || output === "-" ? undefined : "whole";
}

function isCalled(wanted: string): (node: { readonly name: string }) => boolean {
  return ({ name }) => name === wanted;
}

function namesOf({ sources, stages, routes, sinks }: Graph): readonly string[] {
  return [...sources, ...stages, ...routes, ...sinks].map(({ name }) => name);
}

/** Where all sinks take blocks as they come there is nothing to keep for any of them, but what stages remember. */
function needsJournal(component: Graph): boolean {
  if (component.journal.mode === "none") return false;
  if (component.sinks.some((sink) => isReader(sink))) return true;
  return component.stages.some(keepsState) && component.sources.some(isReplayable);
}

/** Whether it reads from a journal where there is one. What counts only at the end can hold no place in it. */
function isReader(sink: SinkNode): boolean {
  return sink.required !== "together" && keeps(sink) !== "whole";
}

/** Where what cannot be read again comes to stages that remember: a journal before them holds what they have not. */
function firstJournal(component: Graph, warnings: string[]): GraphCut | undefined {
  const { mode } = component.journal;
  const passing = component.sources.filter((source) => !isReplayable(source));
  if (mode === "none" || passing.length === 0) return undefined;
  if (!component.stages.some(keepsState) && mode !== "raw") return undefined;
  const cut = cutBeforeState(component, mode === "raw");
  const hiding = hidingBehind(cut);
  if (mode === "raw" || hiding === undefined) return cut;
  const names = passing.map(({ name }) => name).join(" and ");
  warnings.push(
    `what stages remember of ${names} is lost when the run is killed: a journal would hold what ${hiding.declaration.name} is there to hide; put ${hiding.declaration.name} before them, or write journal: raw`,
  );
  return undefined;
}

function hidingBehind({ behind }: GraphCut): Step<StageDeclaration> | undefined {
  return behind.stages
    .flatMap(({ stages }) => stages)
    .find(({ declaration }) => declaration.screen !== undefined);
}

function placeSink(
  node: SinkNode,
  part: NetworkPart,
  whole: Graph,
  parts: readonly NetworkPart[],
): SinkPlacement {
  const { graph, reads } = part;
  const sources = sourcesOf(graph, node.name);
  const isLasting = (source: SourceNode) => reads !== undefined || isReplayable(source);
  const lasting = sources.find(isLasting);
  const way = wayOf(node, part);
  if (way === "queue" && keeps(node) === "whole" && lasting !== undefined)
    throw failure("usage.file", {
      place: node.place ?? node.name,
      reason: `sink ${node.name} replaces its file at the end of a run, and source ${lasting.name} goes on where a run has stopped`,
      hint: "write append: true",
    });
  const origins = sourcesOf(whole, node.name);
  const again = origins.filter((source) => rereadingOf(source, parts) === "again").map(({ name }) => name);
  const isDirect = reads === undefined;
  const facts = {
    isGone: isDirect && sources.some((source) => rereadingOf(source, parts) === "never"),
    isReadAgain: again.length > 0,
    isAllReadAgain: isDirect && again.length === origins.length,
    isInPieces: isDirect && sources.some(waits),
  };
  return { node, way, guarantee: guaranteeOf(node, way, facts), again };
}

/** Whether its blocks come in pieces, and after a crash again as a whole. */
function waits({ rateLimit }: SourceNode): boolean {
  return rateLimit?.onLimit === "block";
}

function wayOf(node: SinkNode, { boundary }: NetworkPart): SinkWay {
  if (boundary === "sink") return "direct";
  return boundary === "journal" && isReader(node) ? "journal" : "queue";
}

function guaranteeOf(
  node: SinkNode,
  way: SinkWay,
  { isGone, isReadAgain, isAllReadAgain, isInPieces }: Readonly<Record<SourceFact, boolean>>,
): Guarantee {
  if (way !== "journal" && isGone) return "at most once";
  // Its file is that of the run before until all is there again.
  if (keeps(node) === "whole" && isAllReadAgain) return "exactly once";
  const keepsAll = keeps(node) === "place" && way !== "queue";
  return keepsAll && !isReadAgain && !isInPieces ? "exactly once" : "at least once";
}

type SourceFact = "isGone" | "isReadAgain" | "isAllReadAgain" | "isInPieces";

/** What stages remember is saved with the output, where the output has a place for it. */
function unsavedState(parts: readonly NetworkPart[]): readonly string[] {
  return parts.flatMap(({ graph, boundary, reads }) => {
    const remembering = graph.stages.filter(keepsState).map(({ name }) => name);
    const isAsked = reads !== undefined || graph.sources.some(isReplayable);
    if (boundary !== "fan-out" || remembering.length === 0 || !isAsked) return [];
    return [
      `what ${remembering.join(" and ")} remembers is lost when the run ends: there is no journal to save it in`,
    ];
  });
}
