/** A part of a graph as what is computed between its sources and its sinks. */
import { present } from "../../../base/assert.js";
import type { Network, NetworkInput, NetworkNode } from "../../chain/network/network.js";
import type { Graph, NodeOutput, RouteNode, StagesNode } from "../../contract/graph.js";
import { isReaderOf } from "./placement/cut.js";

/** The stages must be opened. Entries and exits are numbered as the graph's sources and sinks. */
export function networkOf(graph: Graph): Network {
  const entries = new Map(graph.sources.map(({ name }, entry) => [name, { entry }]));
  const order = inOrder(graph);
  const numbers = new Map(order.map(({ name }, node) => [name, node]));
  const inputOf = ({ node, port }: NodeOutput): NetworkInput => {
    const entry = entries.get(node);
    if (entry !== undefined) return entry;
    const number = present(numbers.get(node), `the node ${node}`);
    if (port === undefined) return { node: number };
    const { ports } = order[number] as RouteNode;
    return { node: number, port: ports.findIndex(({ name }) => name === port) };
  };
  return {
    entries: graph.sources.map(({ name }) => ({ name })),
    nodes: order.map((node): NetworkNode => ({ ...node, from: node.from.map(inputOf) })),
    exits: graph.sinks.map(({ name, from, step }) => ({
      name: isReaderOf(name) ?? name,
      from: from.map(inputOf),
      sink: step,
    })),
  };
}

/** Each behind those that it is fed from. */
function inOrder({ sources, stages, routes }: Graph): readonly (StagesNode | RouteNode)[] {
  const order: (StagesNode | RouteNode)[] = [];
  const placed = new Set(sources.map(({ name }) => name));
  const left = new Set<StagesNode | RouteNode>([...stages, ...routes]);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const node of left) {
      if (!node.from.every(({ node: from }) => placed.has(from))) continue;
      order.push(node);
      placed.add(node.name);
      left.delete(node);
    }
  }
  return order;
}
