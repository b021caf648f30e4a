/** What the main thread and a worker say to each other. Buffers are transferred, not copied. */
import { mayBePool } from "../../base/buffers.js";
import type { Labels, Origin } from "../../event/block.js";
import type { Summary } from "../../event/summary.js";
import { kernelModule } from "../../kernel/kernel.js";
import type { RunOptions } from "../contract/pipeline.js";
import type { StageSurroundings } from "../contract/resources.js";
import type { Tally } from "./chain.js";
import type { NetworkPlan } from "./network/plan-network.js";
import type { LinkWork, WiredLink, Wiring } from "./network/wiring.js";

/** How a worker is to build its chain. */
export interface WorkerSetup {
  /** The compiled kernel, shared by all threads. */
  readonly kernelModule: WebAssembly.Module;
  /** The whole part of a network that any thread may run. */
  readonly wiring: WorkerWiring;
  /** By entry: blocks are whole records, and what a stage holds back is let go after each. */
  readonly isAligned: readonly boolean[];
  /** For what stages open. */
  readonly surroundings: StageSurroundings;
  /** Whether to measure each stage, for --stats. */
  readonly isMetered?: boolean;
  /** Fixed time for tests; absent: the clock. */
  readonly fixedNowMs?: number;
}

/** A `Wiring` as plain data. */
export type WorkerWiring = Omit<Wiring, "links"> & { readonly links: readonly WorkerLink[] };

export type WorkerLink = Omit<WiredLink, "what"> & {
  readonly what:
    | Extract<LinkWork, { readonly kind: "builtin" | "route" }>
    | { readonly kind: "stage" | "half"; readonly stage: WorkerStage };
};

/** A stage by name, as plain data. */
export interface WorkerStage {
  readonly name: string;
  readonly operands: readonly string[];
  readonly options: Record<string, unknown>;
}

export function workerSetup(
  { spreadInWorkers, entries }: NetworkPlan,
  { hasStats, fixedNowMs }: RunOptions,
  surroundings: StageSurroundings,
): WorkerSetup {
  return {
    kernelModule: kernelModule(),
    wiring: { ...spreadInWorkers, links: spreadInWorkers.links.map(workerLink) },
    isAligned: entries.map(({ align }) => align !== undefined),
    surroundings,
    isMetered: hasStats,
    ...(fixedNowMs === undefined ? {} : { fixedNowMs }),
  };
}

function workerLink({ what, ...others }: WiredLink): WorkerLink {
  if (what.kind === "builtin" || what.kind === "route") return { ...others, what };
  const { declaration, given } = what.step;
  const stage = { name: declaration.name, operands: given.operands, options: given.options };
  return { ...others, what: { kind: what.kind, stage } };
}

export interface WorkerRequest {
  readonly id: number;
  /** Of the network: which source the block is of. */
  readonly entry: number;
  readonly bytes: Uint8Array;
  readonly labels: Labels | undefined;
  readonly origin: Origin | undefined;
  /** `Block.known`. */
  readonly known: string | undefined;
  /** A buffer whose content has been used, for an output to come. */
  readonly spare: ArrayBuffer | undefined;
}

/** Nothing more comes: the worker brings itself to an end. */
export interface WorkerEnd {
  readonly isEnd: true;
}

export interface WorkerReply {
  readonly id: number;
  readonly blocks: readonly WorkerBlock[];
  /** Lines of the input block. */
  readonly lines: number;
  readonly tally: Tally;
  /** The input's buffer, when no output shares it. */
  readonly spent: ArrayBuffer | undefined;
}

export interface WorkerBlock {
  readonly bytes: Uint8Array;
  readonly summary: Summary | undefined;
  readonly exits: readonly number[] | undefined;
}

/** Instead of a reply: the stage could not handle the block. */
export interface WorkerFailure {
  readonly id: number;
  readonly stage: string;
  readonly reason: string;
  readonly where: string;
}

/** Sent once the chain is built. */
export interface WorkerReady {
  readonly isReady: true;
}

/** A Buffer over what came through a channel. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * The bytes in an array buffer of their own, so that it can be transferred: copied only when they share a much larger
 * one.
 */
export function transferable(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const isWorthIt = buffer.byteLength >= 65_536 && bytes.length * 4 >= buffer.byteLength;
  const isOwn = buffer instanceof ArrayBuffer && isWorthIt && !mayBePool(buffer);
  return isOwn ? new Uint8Array(buffer, bytes.byteOffset, bytes.length) : new Uint8Array(bytes);
}
