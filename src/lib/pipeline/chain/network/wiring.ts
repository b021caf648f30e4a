/** Links and what each of them passes its blocks to: what a `Chain` is built from, here or in a worker. */
import type { RoutePort } from "../../contract/graph.js";
import type { Step } from "../../contract/pipeline.js";
import type { StageDeclaration } from "../../contract/stage.js";
import type { BuiltinStep } from "../builtin-stages.js";

export interface Wiring {
  /** Each behind those that it is fed from. */
  readonly links: readonly WiredLink[];
  /** Where the blocks of each entry go first. */
  readonly entries: readonly (readonly Target[])[];
  readonly exits: number;
  /** By entry and target: which part of `Block.known` is meant for it, where several learn (see alignments.ts). */
  readonly knownParts?: readonly (readonly (number | undefined)[] | undefined)[];
}

/** A link by its number; `~exit` (negative) for an exit. */
export type Target = number;

export interface WiredLink {
  readonly what: LinkWork;
  /** By port. */
  readonly to: readonly (readonly Target[])[];
  /** What counters go by, and what messages call it. */
  readonly label: string;
  readonly name: string;
  /** Its place among all links of the network, in workers and here. */
  readonly place: number;
}

export type LinkWork =
  /** `node`: the list of a graph that it stands in; absent: in a chain. */
  | { readonly kind: "stage"; readonly step: Step<StageDeclaration>; readonly node?: string | undefined }
  /** The first half of a stage that keeps state: what comes out is for `pushPrepared` of the other half. */
  | { readonly kind: "half"; readonly step: Step<StageDeclaration> }
  | { readonly kind: "builtin"; readonly step: BuiltinStep }
  | { readonly kind: "route"; readonly route: RouteStep };

export interface RouteStep {
  readonly match: "first" | "all";
  readonly ports: readonly Pick<RoutePort, "name" | "when">[];
  /**
   * What comes out of the link, by output: the ports (by number) whose events go there together, in the order they
   * came. Of several only where each event takes one port.
   */
  readonly outputs: readonly (readonly number[])[];
}
