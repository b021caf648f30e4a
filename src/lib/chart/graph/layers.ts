/** The nodes of an outline in layers, every edge from one layer to the next: what drawings of it share. */
import type { Outline, OutlineEdge, OutlineNode } from "../../pipeline/contract/graph.js";

/** A place in a layer: a node, or where an edge passes through to a layer further on. */
export interface Slot {
  /** Undefined: an edge passes. */
  readonly node: OutlineNode | undefined;
  readonly layer: number;
}

/** A piece of an edge, from a slot to one in the next layer. */
export interface LayerLink {
  readonly from: Slot;
  readonly to: Slot;
  /** At the first piece of each edge. */
  readonly label: string | undefined;
  readonly edge: OutlineEdge;
}

export interface Layers {
  /** From the sources down, each in order from the left. */
  readonly layers: readonly (readonly Slot[])[];
  readonly links: readonly LayerLink[];
}

/** The parts of an outline that no edge joins, each by itself, in the order of their first nodes. */
export function componentsOf({ nodes, edges }: Outline): readonly Outline[] {
  const group = new Map(nodes.map(({ name }) => [name, name]));
  const root = (name: string): string => {
    let at = name;
    while (group.get(at) !== at) {
      const above = group.get(at)!;
      group.set(at, group.get(above)!);
      at = above;
    }
    return at;
  };
  const known = edges.filter(({ from, to }) => group.has(from) && group.has(to));
  for (const { from, to } of known) group.set(root(from), root(to));
  const parts = new Map<string, { nodes: OutlineNode[]; edges: OutlineEdge[] }>();
  for (const node of nodes) {
    const key = root(node.name);
    const part = parts.get(key) ?? { nodes: [], edges: [] };
    parts.set(key, part);
    part.nodes.push(node);
  }
  for (const edge of known) parts.get(root(edge.from))!.edges.push(edge);
  return [...parts.values()];
}

/** Several edges between the same nodes are one, with their labels. Edges that would go round are left out. */
export function layersOf({ nodes, edges }: Outline): Layers {
  const joined = withoutRounds(nodes, joinedEdges(edges));
  const depth = depthsOf(nodes, joined);
  const layers: Slot[][] = [];
  const slots = new Map<string, Slot>();
  const place = (node: OutlineNode | undefined, layer: number) => {
    const slot = { node, layer };
    while (layers.length <= layer) layers.push([]);
    layers[layer]!.push(slot);
    return slot;
  };
  for (const node of nodes) slots.set(node.name, place(node, depth.get(node.name)!));
  const links: LayerLink[] = [];
  for (const edge of joined) {
    const [from, to] = [slots.get(edge.from)!, slots.get(edge.to)!];
    let at = from;
    for (let layer = from.layer + 1; layer <= to.layer; layer++) {
      const next = layer === to.layer ? to : place(undefined, layer);
      links.push({ from: at, to: next, label: at === from ? edge.label : undefined, edge });
      at = next;
    }
  }
  return { layers: untangled(layers, links), links };
}

/** Several between the same nodes are one, with the names of their outputs. */
export function joinedEdges(edges: readonly OutlineEdge[]): readonly OutlineEdge[] {
  const joined = new Map<string, OutlineEdge[]>();
  for (const edge of edges) {
    const key = JSON.stringify([edge.from, edge.to]);
    joined.set(key, [...(joined.get(key) ?? []), edge]);
  }
  return [...joined.values()].map((same) => {
    const labels = same.flatMap(({ label }) => label ?? []);
    return labels.length < 2 ? same[0]! : { ...same[0]!, label: labels.map(outputName).join(", ") };
  });
}

/** `errors` of `errors: level == "error"`. */
export function outputName(label: string): string {
  return /^[\w-]+(?=: )/.exec(label)?.[0] ?? label;
}

/** A graph that runs has none; a drawing of one that has must end. */
function withoutRounds(nodes: readonly OutlineNode[], edges: readonly OutlineEdge[]): readonly OutlineEdge[] {
  const left = new Set(nodes.map(({ name }) => name));
  for (let isChanged = true; isChanged; ) {
    const free = [...left].filter((name) => !edges.some(({ from, to }) => to === name && left.has(from)));
    for (const name of free) left.delete(name);
    isChanged = free.length > 0;
  }
  if (left.size === 0) return edges;
  const position = new Map(nodes.map(({ name }, index) => [name, index]));
  return edges.filter(({ from, to }) => position.get(from)! < position.get(to)!);
}

/** One more than the deepest that it reads. Sources stand right above what reads them. */
function depthsOf(nodes: readonly OutlineNode[], edges: readonly OutlineEdge[]): ReadonlyMap<string, number> {
  const depth = new Map(nodes.map(({ name }) => [name, 0]));
  // As many rounds as the longest way has edges: a graph without a way round needs no more than it has nodes.
  for (let round = 0; round < nodes.length; round++) {
    let isChanged = false;
    for (const { from, to } of edges) {
      const least = depth.get(from)! + 1;
      if (depth.get(to)! >= least || least >= nodes.length) continue;
      depth.set(to, least);
      isChanged = true;
    }
    if (!isChanged) break;
  }
  for (const { name, kind } of nodes) {
    const below = edges.filter(({ from }) => from === name).map(({ to }) => depth.get(to)!);
    if (kind === "source" && below.length > 0) depth.set(name, Math.max(0, Math.min(...below) - 1));
  }
  return depth;
}

const SWEEPS = 8;

/** Each slot near those that it is linked to: down and up again, which leaves few crossings. */
function untangled(
  layers: readonly (readonly Slot[])[],
  links: readonly LayerLink[],
): readonly (readonly Slot[])[] {
  const above = new Map<Slot, Slot[]>();
  const below = new Map<Slot, Slot[]>();
  for (const { from, to } of links) {
    above.set(to, [...(above.get(to) ?? []), from]);
    below.set(from, [...(below.get(from) ?? []), to]);
  }
  const ordered = layers.map((layer) => [...layer]);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    const order = ordered.map((_, index) => (isDown ? index : ordered.length - 1 - index));
    for (const index of order)
      sortBy(ordered[index]!, isDown ? above : below, ordered[index + (isDown ? -1 : 1)] ?? []);
  }
  return ordered;
}

function sortBy(layer: Slot[], linked: ReadonlyMap<Slot, readonly Slot[]>, beside: readonly Slot[]): void {
  const position = new Map(beside.map((slot, index) => [slot, index]));
  const own = new Map(layer.map((slot, index) => [slot, index]));
  const weight = (slot: Slot) => {
    const near = (linked.get(slot) ?? []).map((other) => position.get(other) ?? 0);
    return near.length === 0 ? own.get(slot)! : near.reduce((sum, at) => sum + at, 0) / near.length;
  };
  const weights = new Map(layer.map((slot) => [slot, weight(slot)]));
  layer.sort((a, b) => weights.get(a)! - weights.get(b)! || own.get(a)! - own.get(b)!);
}
