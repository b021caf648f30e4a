/** How the nodes of a graph hang together. */
import type {
  Graph,
  GraphNode,
  NodeOutput,
  RouteNode,
  SinkNode,
  SourceNode,
  StagesNode,
} from "../../../contract/graph.js";

export interface Fed extends GraphNode {
  readonly from: readonly NodeOutput[];
}

/** All nodes that get events from others. */
export function fedNodes({ stages, routes, sinks }: Graph): readonly Fed[] {
  return [...stages, ...routes, ...sinks];
}

/** Nodes that hang together, as names, in the order of the graph's sources. */
export function connectedParts(graph: Graph): readonly ReadonlySet<string>[] {
  const component = new Map<string, Set<string>>();
  const ofNode = (name: string) => {
    const found = component.get(name) ?? new Set([name]);
    component.set(name, found);
    return found;
  };
  for (const { name } of graph.sources) ofNode(name);
  for (const { name, from } of fedNodes(graph)) {
    let all = ofNode(name);
    for (const { node } of from) {
      const other = ofNode(node);
      if (other === all) continue;
      for (const one of all) {
        other.add(one);
        component.set(one, other);
      }
      all = other;
    }
  }
  return [...new Set(component.values())];
}

/** The parts of the graph that have these nodes; a node is in one of them at most. */
export function subgraphsOf(graph: Graph, parts: readonly ReadonlySet<string>[]): readonly Graph[] {
  const made = parts.map(() => ({
    sources: [] as SourceNode[],
    stages: [] as StagesNode[],
    routes: [] as RouteNode[],
    sinks: [] as SinkNode[],
    journal: graph.journal,
  }));
  const of = new Map(parts.flatMap((names, part) => [...names].map((name) => [name, made[part]!] as const)));
  for (const node of graph.sources) of.get(node.name)?.sources.push(node);
  for (const node of graph.stages) of.get(node.name)?.stages.push(node);
  for (const node of graph.routes) of.get(node.name)?.routes.push(node);
  for (const node of graph.sinks) of.get(node.name)?.sinks.push(node);
  return made;
}

/** The part of the graph that has these nodes. */
export function subgraphOf(graph: Graph, names: ReadonlySet<string>): Graph {
  const isIn = ({ name }: GraphNode) => names.has(name);
  const { sources, stages, routes, sinks, journal } = graph;
  return {
    sources: sources.filter(isIn),
    stages: stages.filter(isIn),
    routes: routes.filter(isIn),
    sinks: sinks.filter(isIn),
    journal,
  };
}

/** The names of the nodes and of all that gets anything from them. */
export function reachedFrom(graph: Graph, names: Iterable<string>): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const { name, from } of fedNodes(graph))
    for (const { node } of from) {
      const readers = next.get(node);
      if (readers === undefined) next.set(node, [name]);
      else readers.push(name);
    }
  return walked(names, (name) => next.get(name) ?? []);
}

/** The sources that the node gets events from, however far behind. */
export function sourcesOf(graph: Graph, name: string): readonly SourceNode[] {
  const { before, sources } = backwardsIn(graph);
  const seen = walked([name], (each) => before.get(each) ?? []);
  // In the order of the graph, of which they may be few.
  const numbers = [...seen].flatMap((each) => sources.get(each) ?? []).sort((a, b) => a - b);
  return numbers.map((number) => graph.sources[number]!);
}

interface Backwards {
  readonly before: ReadonlyMap<string, readonly string[]>;
  /** By name, which of the graph's sources it is. */
  readonly sources: ReadonlyMap<string, number>;
}

/** Made once for each graph: all its sinks are asked about. */
const backwards = new WeakMap<Graph, Backwards>();

function backwardsIn(graph: Graph): Backwards {
  const known = backwards.get(graph);
  if (known !== undefined) return known;
  const made = {
    before: new Map(fedNodes(graph).map(({ name, from }) => [name, from.map(({ node }) => node)])),
    sources: new Map(graph.sources.map(({ name }, number) => [name, number])),
  };
  backwards.set(graph, made);
  return made;
}

/** All that can be come to: each name is looked at once, a set goes on over what is added to it. */
function walked(from: Iterable<string>, next: (name: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set(from);
  for (const name of seen) for (const each of next(name)) seen.add(each);
  return seen;
}
