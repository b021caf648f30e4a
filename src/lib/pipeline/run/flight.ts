/** Blocks on their way through a run. */
import type { Block } from "../../event/block.js";
import type { Tally } from "../chain/chain.js";
import type { WorkerReply } from "../chain/worker-messages.js";
import type { Receipt } from "../delivery/receipt.js";

/** One block on its way: what it was, and what became of it. */
export interface Flight {
  readonly entry: number;
  readonly block: Pick<Block, "origin" | "labels" | "aside">;
  readonly receipt: Receipt;
  readonly result: Promise<WorkerReply>;
}

/** What became of a block of the source. */
export interface Landed {
  readonly entry: number;
  readonly block: Flight["block"];
  readonly receipt: Receipt;
  readonly lines: number;
  readonly blocks: readonly Block[];
  readonly tally: Tally;
  /** Blocks for a cut whose stage prepares are for `pushPrepared`. */
  readonly isPrepared?: boolean;
}
