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

/** More places than that in all layers, and lines that pass through most of them: nobody could follow them. */
const SLOTS_MAX = 50_000;

/**
 * Several edges between the same nodes are one, with their labels. Edges that would go round are left out. Undefined:
 * there are too many lines over too many layers.
 */
export function layersOf({ nodes, edges }: Outline): Layers | undefined {
  const { edges: joined, depth } = orderedBy(nodes, joinedEdges(edges));
  const slotCount = joined.reduce((sum, { from, to }) => sum + depth.get(to)! - depth.get(from)!, 0);
  if (slotCount > SLOTS_MAX) return undefined;
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
  const joined = grouped(edges, ({ from, to }) => JSON.stringify([from, to]));
  return [...joined.values()].map((same) => {
    const labels = same.flatMap(({ label }) => label ?? []);
    return labels.length < 2 ? same[0]! : { ...same[0]!, label: labels.map(outputName).join(", ") };
  });
}

/** `errors` of `errors: level == "error"`. */
export function outputName(label: string): string {
  return /^[\w-]+(?=: )/.exec(label)?.[0] ?? label;
}

interface Ordered {
  readonly edges: readonly OutlineEdge[];
  /** One more than the deepest that it reads. Sources stand right above what reads them. */
  readonly depth: ReadonlyMap<string, number>;
}

/** A graph that runs has no way round; a drawing of one that has must end. */
function orderedBy(nodes: readonly OutlineNode[], edges: readonly OutlineEdge[]): Ordered {
  const sorted = topologicalOrder(nodes, edges);
  if (sorted.length < nodes.length) {
    const position = new Map(nodes.map(({ name }, index) => [name, index]));
    return orderedBy(
      nodes,
      edges.filter(({ from, to }) => position.get(from)! < position.get(to)!),
    );
  }
  const readers = grouped(edges, ({ from }) => from);
  const depth = new Map(nodes.map(({ name }) => [name, 0]));
  for (const name of sorted)
    for (const { to } of readers.get(name) ?? [])
      depth.set(to, Math.max(depth.get(to)!, depth.get(name)! + 1));
  for (const { name, kind } of nodes) {
    if (kind !== "source" || !readers.has(name)) continue;
    let least = Number.POSITIVE_INFINITY;
    for (const { to } of readers.get(name)!) least = Math.min(least, depth.get(to)!);
    depth.set(name, Math.max(0, least - 1));
  }
  return { edges, depth };
}

/** Every name behind those that it reads; without those that are on a way round, or behind one. */
function topologicalOrder(nodes: readonly OutlineNode[], edges: readonly OutlineEdge[]): readonly string[] {
  const readers = grouped(edges, ({ from }) => from);
  const unread = new Map<string, number>();
  for (const { to } of edges) unread.set(to, (unread.get(to) ?? 0) + 1);
  const sorted = nodes.map(({ name }) => name).filter((name) => !unread.has(name));
  // It goes on over what is added to it.
  for (const name of sorted)
    for (const { to } of readers.get(name) ?? []) {
      const left = unread.get(to)! - 1;
      unread.set(to, left);
      if (left === 0) sorted.push(to);
    }
  return sorted;
}

export function grouped<T, K>(values: Iterable<T>, keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

const SWEEPS = 8;

/** Each slot near those that it is linked to: down and up again, which leaves few crossings. */
function untangled(
  layers: readonly (readonly Slot[])[],
  links: readonly LayerLink[],
): readonly (readonly Slot[])[] {
  const above = grouped(links, ({ to }) => to);
  const below = grouped(links, ({ from }) => from);
  const ordered = layers.map((layer) => [...layer]);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    const order = ordered.map((_, index) => (isDown ? index : ordered.length - 1 - index));
    for (const index of order) {
      const beside = ordered[index + (isDown ? -1 : 1)] ?? [];
      const near = (slot: Slot) =>
        isDown
          ? (above.get(slot) ?? []).map(({ from }) => from)
          : (below.get(slot) ?? []).map(({ to }) => to);
      sortBy(ordered[index]!, near, beside);
    }
  }
  return ordered;
}

function sortBy(layer: Slot[], nearOf: (slot: Slot) => readonly Slot[], beside: readonly Slot[]): void {
  if (layer.length < 2) return;
  const position = new Map(beside.map((slot, index) => [slot, index]));
  const own = new Map(layer.map((slot, index) => [slot, index]));
  const weight = (slot: Slot) => {
    const near = nearOf(slot).map((other) => position.get(other) ?? 0);
    return near.length === 0 ? own.get(slot)! : near.reduce((sum, at) => sum + at, 0) / near.length;
  };
  const weights = new Map(layer.map((slot) => [slot, weight(slot)]));
  layer.sort((a, b) => weights.get(a)! - weights.get(b)! || own.get(a)! - own.get(b)!);
}
