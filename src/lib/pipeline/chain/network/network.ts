// Enter here: the computing of one component of a graph, from its sources to one boundary.
/**
 * All computing between some sources and the sinks of one durable boundary, as plain data: what is planned
 * (`planNetwork`) and run (`Run`). A chain is a network with one entry, one node and one exit.
 */
import type { RoutePort } from "../../contract/graph.js";
import type { Step } from "../../contract/pipeline.js";
import type { SinkDeclaration, StageDeclaration } from "../../contract/stage.js";

export interface Network {
  /** One a source: entry N is for the Nth of the sources that a `Run` is given. */
  readonly entries: readonly NetworkEntry[];
  /** Each behind those that it is fed from. */
  readonly nodes: readonly NetworkNode[];
  /** What comes out at exit N has N in `Block.exits`. */
  readonly exits: readonly NetworkExit[];
}

export interface NetworkEntry {
  /** The source's name in the graph; absent: in a chain. */
  readonly name?: string | undefined;
}

/** Stages in a row, or a route. */
export type NetworkNode = StagesOfNetwork | RouteOfNetwork;

export interface StagesOfNetwork {
  /** Absent: in a chain, whose stages go by their own names. */
  readonly name?: string | undefined;
  readonly from: readonly NetworkInput[];
  /** Opened (`openStages`). None: what comes passes. */
  readonly stages: readonly Step<StageDeclaration>[];
}

export interface RouteOfNetwork {
  readonly name: string;
  readonly from: readonly NetworkInput[];
  readonly match: "first" | "all";
  readonly ports: readonly RoutePort[];
}

/** Where a node or an exit gets its blocks from. One that is named twice comes twice. */
export type NetworkInput =
  | { readonly entry: number }
  /** `port`: of a route, by number; absent: all of them. */
  | { readonly node: number; readonly port?: number | undefined };

export interface NetworkExit {
  /** The sink's name in the graph; absent: in a chain. */
  readonly name?: string | undefined;
  readonly from: readonly NetworkInput[];
  /**
   * What stands there says which check its blocks need, and which fields it was told of. Absent: they come as they are.
   */
  readonly sink?: Step<SinkDeclaration> | undefined;
}

export function isRoute(node: NetworkNode): node is RouteOfNetwork {
  return "ports" in node;
}

/** What a stage of a node goes by in counters: `NODE.STAGE`, with a number from the second of that name on. */
export function stageLabels({ name, stages }: StagesOfNetwork): readonly string[] {
  const counts = new Map<string, number>();
  return stages.map(({ declaration, label }) => {
    const count = (counts.get(declaration.name) ?? 0) + 1;
    counts.set(declaration.name, count);
    const own = count === 1 ? declaration.name : `${declaration.name} ${count}`;
    return label ?? (name === undefined ? declaration.name : `${name}.${own}`);
  });
}
