/** What the main thread and a worker say to each other. Buffers are transferred, not copied. */
import { mayBePool } from "../../base/buffers.js";
import type { Labels, Origin } from "../../event/block.js";
import type { Summary } from "../../event/summary.js";
import { kernelModule } from "../../kernel/kernel.js";
import type { RunOptions, Step } from "../contract/pipeline.js";
import type { StageSurroundings } from "../contract/resources.js";
import type { StageDeclaration } from "../contract/stage.js";
import type { BuiltinStep } from "./builtin-stages.js";
import type { Tally } from "./chain.js";
import type { PipelinePlan } from "./plan.js";

/** How a worker is to build its chain. */
export interface WorkerSetup {
  /** The compiled kernel, shared by all threads. */
  readonly kernelModule: WebAssembly.Module;
  readonly stages: readonly WorkerStage[];
  /** The stage whose first half comes last. */
  readonly prepared?: WorkerStage;
  /** For what stages open. */
  readonly surroundings: StageSurroundings;
  readonly before: readonly BuiltinStep[];
  readonly after: readonly BuiltinStep[];
  /** Blocks are whole records: what a stage holds back is let go after each. */
  readonly isAligned: boolean;
  /** Whether to measure each stage, for --stats. */
  readonly isMetered?: boolean;
  /** Fixed time for tests; absent: the clock. */
  readonly fixedNowMs?: number;
}

/** A stage by name, as plain data. */
export interface WorkerStage {
  readonly name: string;
  readonly operands: readonly string[];
  readonly options: Record<string, unknown>;
  readonly label: string;
}

function workerStage({ declaration, given, label = declaration.name }: Step<StageDeclaration>): WorkerStage {
  return { name: declaration.name, operands: given.operands, options: given.options, label };
}

export function workerSetup(
  { spread, before, afterSpread, prepared }: PipelinePlan,
  { hasStats, fixedNowMs }: RunOptions,
  more: Pick<WorkerSetup, "surroundings" | "isAligned">,
): WorkerSetup {
  return {
    ...more,
    kernelModule: kernelModule(),
    stages: spread.map(workerStage),
    ...(prepared === undefined ? {} : { prepared: workerStage(prepared) }),
    before,
    after: afterSpread,
    isMetered: hasStats,
    ...(fixedNowMs === undefined ? {} : { fixedNowMs }),
  };
}

export interface WorkerRequest {
  readonly id: number;
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
  readonly blocks: readonly { readonly bytes: Uint8Array; readonly summary: Summary | undefined }[];
  /** Lines of the input block. */
  readonly lines: number;
  readonly tally: Tally;
  /** The input's buffer, when no output shares it. */
  readonly spent: ArrayBuffer | undefined;
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
