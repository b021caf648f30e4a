/** How the nodes of a graph hang together. */
import type { Graph, GraphNode, NodeOutput } from "../../../contract/graph.js";

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
export function sourcesOf(graph: Graph, name: string): readonly string[] {
  const before = new Map(fedNodes(graph).map((node) => [node.name, node.from.map((output) => output.node)]));
  const seen = walked([name], (each) => before.get(each) ?? []);
  return graph.sources.map((source) => source.name).filter((source) => seen.has(source));
}

/** All that can be come to: each name is looked at once, a set goes on over what is added to it. */
function walked(from: Iterable<string>, next: (name: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set(from);
  for (const name of seen) for (const each of next(name)) seen.add(each);
  return seen;
}
