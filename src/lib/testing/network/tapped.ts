/** A graph as the network that the engine runs, with an exit behind each stage, port and node. */

import type {
  Network,
  NetworkExit,
  NetworkInput,
  NetworkNode,
} from "../../pipeline/chain/network/network.js";
import type { Graph, NodeOutput } from "../../pipeline/contract/graph.js";
import type { OpenedGraph } from "./opened.js";

/** Where something comes out. */
export interface Tap {
  /** `NAME` of a node or sink, `ROUTE.PORT`; undefined: between two stages of a list. */
  readonly output: string | undefined;
  /** The stages that it goes into: their numbers in `StageOfGraph`. */
  readonly into: readonly number[];
  /** The stage that it comes out of. */
  readonly stage: number | undefined;
}

/** A stage of a list, by the list and its place there. */
export interface StageOfGraph {
  readonly node: string;
  readonly index: number;
}

export interface TappedNetwork {
  readonly network: Network;
  /** By the name of the node that is given something. */
  readonly entries: ReadonlyMap<string, number>;
  /** By the number of the exit. */
  readonly taps: readonly Tap[];
}

/** The stages of all lists, in the order of the graph. */
export function stagesOfGraph({ stages }: Graph): readonly StageOfGraph[] {
  return stages.flatMap(({ name, stages: steps }) => steps.map((_, index) => ({ node: name, index })));
}

/** `inputs`: the nodes that are given something. */
export function tappedNetwork({ graph, steps }: OpenedGraph, inputs: readonly string[]): TappedNetwork {
  const others = inputs.filter((name) => graph.sources.every((source) => source.name !== name));
  const names = [...graph.sources.map(({ name }) => name), ...new Set(others)];
  const entries = new Map(names.map((name, entry) => [name, entry]));
  const network = new Tapping(graph, steps, entries);
  return { network: network.made(), entries, taps: network.taps };
}

class Tapping {
  readonly taps: Tap[] = [];
  private readonly nodes: NetworkNode[] = [];
  private readonly exits: NetworkExit[] = [];
  /** What comes out of a node: its last stage, or the route. */
  private readonly outlets = new Map<string, NetworkInput>();
  private readonly numbers = new Map<string, number>();
  private readonly graph: Graph;
  private readonly steps: OpenedGraph["steps"];
  private readonly entries: ReadonlyMap<string, number>;

  constructor(graph: Graph, steps: OpenedGraph["steps"], entries: ReadonlyMap<string, number>) {
    [this.graph, this.steps, this.entries] = [graph, steps, entries];
    for (const [number, { node, index }] of stagesOfGraph(graph).entries())
      this.numbers.set(`${node} ${index}`, number);
    for (const { name } of graph.sources) this.outlets.set(name, { entry: entries.get(name)! });
    for (const node of inOrder(graph)) "ports" in node ? this.route(node) : this.list(node);
    for (const { name } of graph.sources)
      this.tap(this.outlets.get(name)!, name, undefined, this.firstOf(name));
    for (const sink of graph.sinks) this.sink(sink);
  }

  made(): Network {
    const entries = [...this.entries.keys()].map((name) => ({ name }));
    return { entries, nodes: this.nodes, exits: this.exits };
  }

  private list({ name, from, stages }: Graph["stages"][number]): void {
    let inputs = this.inputsOf(name, from);
    const opened = this.steps.get(name)!;
    for (const [index, step] of (stages.length === 0 ? [undefined] : opened).entries()) {
      this.nodes.push({ name: `${name}.${index}`, from: inputs, stages: step === undefined ? [] : [step] });
      const outlet = { node: this.nodes.length - 1 };
      const isLast = index >= stages.length - 1;
      const next = isLast ? this.firstOf(name) : [this.numbers.get(`${name} ${index + 1}`)!];
      this.tap(outlet, isLast ? name : undefined, this.numbers.get(`${name} ${index}`), next);
      inputs = [outlet];
      if (isLast) this.outlets.set(name, outlet);
    }
    // What is put in at the node itself goes into its first stage.
    const own = this.entries.get(name);
    const first = this.numbers.get(`${name} 0`);
    if (own !== undefined) this.tap({ entry: own }, undefined, undefined, first === undefined ? [] : [first]);
  }

  private route({ name, from, match, ports }: Graph["routes"][number]): void {
    this.nodes.push({ name, from: this.inputsOf(name, from), match, ports });
    const node = this.nodes.length - 1;
    this.outlets.set(name, { node });
    for (const [port, { name: portName }] of ports.entries())
      this.tap({ node, port }, `${name}.${portName}`, undefined, this.firstOf(name, portName));
    this.tap({ node }, name, undefined, this.firstOf(name));
  }

  private sink({ name, from, step }: Graph["sinks"][number]): void {
    let inputs = this.inputsOf(name, from);
    const before = this.steps.get(name)!;
    if (before.length > 0) {
      this.nodes.push({ name: `${name}.before`, from: inputs, stages: before });
      inputs = [{ node: this.nodes.length - 1 }];
    }
    this.exits.push({ name, from: inputs, sink: step });
    this.taps.push({ output: name, into: [], stage: undefined });
  }

  private tap(
    from: NetworkInput,
    output: string | undefined,
    stage: number | undefined,
    into: readonly number[],
  ): void {
    this.exits.push({ from: [from] });
    this.taps.push({ output, into, stage });
  }

  private inputsOf(name: string, from: readonly NodeOutput[]): readonly NetworkInput[] {
    const own = this.entries.get(name);
    const inputs = from.map(({ node, port }): NetworkInput => {
      const outlet = this.outlets.get(node)!;
      if (port === undefined || !("node" in outlet)) return outlet;
      const route = this.graph.routes.find((one) => one.name === node)!;
      return { node: outlet.node, port: route.ports.findIndex((one) => one.name === port) };
    });
    return own === undefined ? inputs : [...inputs, { entry: own }];
  }

  /** The first stages of lists that read this output. */
  private firstOf(node: string, port?: string): readonly number[] {
    return this.graph.stages.flatMap(({ name, from }) => {
      const reads = from.some((one) => one.node === node && one.port === port);
      const number = this.numbers.get(`${name} 0`);
      return reads && number !== undefined ? [number] : [];
    });
  }
}

/** Lists and routes, each behind those that it is fed from. */
function inOrder(graph: Graph): readonly (Graph["stages"][number] | Graph["routes"][number])[] {
  const all = [...graph.stages, ...graph.routes];
  const order: (typeof all)[number][] = [];
  const visit = (name: string): void => {
    const node = all.find((one) => one.name === name);
    if (node === undefined || order.includes(node)) return;
    for (const { node: before } of node.from) visit(before);
    order.push(node);
  };
  for (const { name } of all) visit(name);
  return order;
}
