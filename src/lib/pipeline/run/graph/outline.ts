/** A graph as it will run, for drawings and `--dry-run`. */
import { planNetwork } from "../../chain/network/plan-network.js";
import type {
  Graph,
  NodeOutput,
  Outline,
  OutlineEdge,
  OutlineNode,
  RouteNode,
  SinkNode,
  StagesNode,
} from "../../contract/graph.js";
import type { RunOptions } from "../../contract/pipeline.js";
import { outlineOfGraph, sinkTitle, sourceTitle } from "../../read/graph/outline.js";
import { networkOf } from "./network-of.js";
import { keepsState } from "./placement/cut.js";
import {
  keeps,
  type NetworkPart,
  placement,
  type Rereading,
  rereadingOf,
  type SinkPlacement,
} from "./placement/placement.js";

/** What is written, in the words of drawings, with what only the plan knows. Throws as `placement`. */
export function plannedOutline(graph: Graph, options: Pick<RunOptions, "workers" | "output">): Outline {
  const written = new Map(outlineOfGraph(graph).nodes.map((node) => [node.name, node]));
  const { nodes, edges } = outlineOf(graph, options);
  const merged = nodes.map((node) => {
    const own = written.get(node.name);
    return own === undefined ? node : { ...node, notes: [...own.notes, ...node.notes] };
  });
  return { nodes: merged, edges };
}

/** Opens nothing. Throws as `placement`. */
export function outlineOf(graph: Graph, options: Pick<RunOptions, "workers" | "output">): Outline {
  const { parts, sinks } = placement(graph);
  const names = journalNames(parts);
  const drawn = parts.map((part) => new PartOutline(part, { parts, sinks, options, names, graph }));
  return {
    nodes: drawn.flatMap((one) => one.nodes),
    edges: drawn.flatMap((one) => one.edges),
  };
}

/** What journals are called in drawings and in what is printed: `journal`, and with a number from the second on. */
export function journalNames(parts: readonly Pick<NetworkPart, "journal">[]): ReadonlyMap<string, string> {
  const all = parts.flatMap(({ journal }) => journal ?? []);
  return new Map(all.map((name, n) => [name, n === 0 ? "journal" : `journal ${n + 1}`]));
}

interface Around {
  readonly parts: readonly NetworkPart[];
  readonly sinks: readonly SinkPlacement[];
  readonly options: Pick<RunOptions, "workers" | "output">;
  readonly names: ReadonlyMap<string, string>;
  readonly graph: Graph;
}

class PartOutline {
  readonly nodes: OutlineNode[] = [];
  readonly edges: OutlineEdge[] = [];
  private readonly part: NetworkPart;
  private readonly around: Around;

  constructor(part: NetworkPart, around: Around) {
    this.part = part;
    this.around = around;
    this.addComputing();
    this.addSinks();
  }

  private addComputing(): void {
    const { graph, reads } = this.part;
    if (reads === undefined)
      for (const node of graph.sources)
        this.nodes.push({
          name: node.name,
          kind: "source",
          title: sourceTitle(node),
          notes: [REREADING[rereadingOf(node, this.around.parts)]],
        });
    const { places, workers } = planNetwork(networkOf(graph), this.around.options);
    const serial = new Set(places.filter(({ isSerial }) => isSerial).map(({ link }) => link.label));
    for (const node of graph.stages) {
      const isHere = (n: number) => serial.has(labelOf(node, n));
      this.nodes.push({
        name: node.name,
        kind: "stages",
        title: node.stages.map(({ declaration: { name } }) => name).join(" -> "),
        notes: stagesNotes(node, isHere, workers),
      });
      this.addEdges(node.name, node.from);
    }
    for (const node of graph.routes) {
      const title = node.match === "first" ? "to the first that holds" : "to each that holds";
      this.nodes.push({ name: node.name, kind: "route", title, notes: [] });
      this.addEdges(node.name, node.from);
    }
  }

  private addSinks(): void {
    const { graph, journal, boundary } = this.part;
    const { sinks, names } = this.around;
    const queue = (name: string) => sinks.find(({ node }) => node.name === name)?.way !== "journal";
    const read =
      journal === undefined ? [] : graph.sinks.filter(({ name }) => isRead(name, this.part, queue));
    if (journal !== undefined) {
      const name = names.get(journal)!;
      this.nodes.push({ name, kind: "journal", title: "journal", notes: ["synced once, here"] });
      const outputs = new Map(read.flatMap(({ from }) => from).map((one) => [textOf(one), one]));
      this.addEdges(name, [...outputs.values()]);
    }
    for (const node of graph.sinks) {
      if (this.part.readers.includes(node.name)) continue;
      const placed = sinks.find((sink) => sink.node.name === node.name)!;
      this.nodes.push({
        name: node.name,
        kind: "sink",
        title: shownSink(node, this.around.options),
        notes: sinkNotes(placed, boundary),
      });
      if (read.includes(node))
        this.edges.push({ from: names.get(journal!)!, to: node.name, label: labelOfAll(node.from) });
      else this.addEdges(node.name, node.from);
    }
  }

  private addEdges(to: string, from: readonly NodeOutput[]): void {
    const { graph, reads } = this.part;
    for (const { node, port } of from) {
      const isReader = reads !== undefined && graph.sources.some(({ name }) => name === node);
      const start = isReader ? this.around.names.get(reads)! : node;
      const label = port === undefined ? undefined : portText(graph.routes, node, port);
      this.edges.push({ from: start, to, ...(label !== undefined && { label }) });
    }
  }
}

function isRead(name: string, { readers }: NetworkPart, isQueue: (name: string) => boolean): boolean {
  return readers.includes(name) || !isQueue(name);
}

function labelOf({ name, stages }: StagesNode, index: number): string {
  const own = stages[index]!.declaration.name;
  const count = stages.slice(0, index + 1).filter(({ declaration }) => declaration.name === own).length;
  return count === 1 ? `${name}.${own}` : `${name}.${own} ${count}`;
}

const REREADING: Readonly<Record<Rereading, string>> = {
  on: "goes on where it was",
  again: "each run reads it from the start",
  never: "cannot be read again",
};

function stagesNotes(
  node: StagesNode,
  isHere: (index: number) => boolean,
  workers: number,
): readonly string[] {
  const here = node.stages.filter((_, n) => isHere(n)).length;
  const threads =
    workers === 0 ? "on the main thread" : `in ${workers} ${workers === 1 ? "worker" : "workers"}`;
  const notes: string[] = [];
  const there = node.stages.slice(0, node.stages.length - here).map(({ declaration: { name } }) => name);
  if (here === 0) notes.push(threads);
  else if (there.length > 0) notes.push(`${there.join(" -> ")} ${threads}`);
  if (here > 0) notes.push("on the main thread");
  if (keepsState(node)) notes.push("keeps state");
  return notes;
}

function shownSink(node: SinkNode, { output }: Pick<RunOptions, "output">): string {
  const isPrinted = node.step === undefined && node.output === undefined;
  return isPrinted ? (output ?? "standard output") : sinkTitle(node);
}

function sinkNotes(
  { node, way, guarantee, again }: SinkPlacement,
  boundary: NetworkPart["boundary"],
): readonly string[] {
  const { step, required } = node;
  const notes: string[] = [guarantee];
  if (again.length > 0 && guarantee !== "exactly once") notes.push(`${again.join(" and ")}: no checkpoint`);
  if (way === "direct" && keeps(node) === "place") notes.push("synced once, here");
  if (way === "journal" && node.rateLimit === undefined && step?.declaration.isFed?.(step.given) === true)
    notes.push("stores what the journal has, without a log of its own");
  if (boundary !== "sink" && required !== "alone")
    notes.push(required === "together" ? "the run waits for it" : "nothing waits for it");
  return notes;
}

function portText(routes: readonly RouteNode[], node: string, name: string): string {
  const port = routes.find((route) => route.name === node)?.ports.find((one) => one.name === name);
  return `${name}: ${port?.when ?? "otherwise"}`;
}

function labelOfAll(from: readonly NodeOutput[]): string {
  return from.map(textOf).join(", ");
}

function textOf({ node, port }: NodeOutput): string {
  return port === undefined ? node : `${node}.${port}`;
}
