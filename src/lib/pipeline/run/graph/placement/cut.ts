/** A graph in two: what needs no memory, and what stands behind it. */
import type { Graph, NodeOutput, SinkNode, StagesNode } from "../../../contract/graph.js";
import type { Step } from "../../../contract/pipeline.js";
import type { StageDeclaration } from "../../../contract/stage.js";
import { fedNodes, reachedFrom } from "./ways.js";

export interface GraphCut {
  /** The sources, and what needs no memory. Its sinks are the entries of `behind`, and some sinks of the graph. */
  readonly before: Graph;
  /** Its sources are the readers of what comes out of `before`, by the name of the node that they lead to. */
  readonly behind: Graph;
  /** Names of the sources of `behind`, each a sink of `before` of the same name. */
  readonly readers: readonly string[];
}

export function keepsState({ stages }: StagesNode): boolean {
  return stages.some(isStateful);
}

function isStateful({ declaration, given }: Step<StageDeclaration>, index: number): boolean {
  return !declaration.isStateless(given) || (index > 0 && declaration.align?.(given) !== undefined);
}

/** Cuts before the first stage that keeps state on each way; `isRaw`: right behind the sources. */
export function cutBeforeState(graph: Graph, isRaw: boolean): GraphCut {
  const behindNames = isRaw
    ? new Set(fedNodes(graph).map(({ name }) => name))
    : reachedFrom(
        graph,
        graph.stages.filter(keepsState).map(({ name }) => name),
      );
  const isBehind = (name: string) => behindNames.has(name);
  const crossing = fedNodes(graph).filter(
    ({ name, from }) => isBehind(name) && from.some(({ node }) => !isBehind(node)),
  );
  const prefixes = new Map<string, StagesNode>();
  const rests = new Map<string, StagesNode>();
  for (const node of graph.stages) {
    if (isRaw || !isBehind(node.name) || node.from.some(({ node: from }) => isBehind(from))) continue;
    const first = node.stages.findIndex(isStateful);
    if (first < 1) continue;
    prefixes.set(node.name, { ...node, name: prefixName(node.name), stages: node.stages.slice(0, first) });
    rests.set(node.name, { ...node, stages: node.stages.slice(first) });
  }
  const readers = crossing.map(({ name }) => readerName(name));
  const entries = crossing.map(({ name, from, place }): SinkNode => {
    const outputs = from.filter(({ node }) => !isBehind(node));
    const prefix = prefixes.get(name);
    return {
      name: readerName(name),
      place,
      from: prefix === undefined ? outputs : [{ node: prefix.name }],
      required: "alone",
      onFull: "block",
    };
  });
  const before: Graph = {
    ...graph,
    stages: [...graph.stages.filter(({ name }) => !isBehind(name)), ...prefixes.values()],
    routes: graph.routes.filter(({ name }) => !isBehind(name)),
    sinks: [...graph.sinks.filter(({ name }) => !isBehind(name)), ...entries],
  };
  const rewired = <N extends { readonly name: string; readonly from: readonly NodeOutput[] }>(
    node: N,
  ): N => ({
    ...node,
    from: [
      ...(crossing.some(({ name }) => name === node.name) ? [{ node: readerName(node.name) }] : []),
      ...node.from.filter(({ node: from }) => isBehind(from)),
    ],
  });
  const behind: Graph = {
    ...graph,
    sources: readers.map((name) => ({ name, files: [] })),
    stages: graph.stages
      .filter(({ name }) => isBehind(name))
      .map((node) => rewired(rests.get(node.name) ?? node)),
    routes: graph.routes.filter(({ name }) => isBehind(name)).map(rewired),
    sinks: graph.sinks.filter(({ name }) => isBehind(name)).map(rewired),
  };
  return { before, behind, readers };
}

function prefixName(name: string): string {
  return `${name}.before`;
}

const READER = ".in";

function readerName(name: string): string {
  return `${name}${READER}`;
}

/** The node that a reader between two parts leads to. Names of a graph have no dots. */
export function isReaderOf(name: string): string | undefined {
  return name.endsWith(READER) ? name.slice(0, -READER.length) : undefined;
}
