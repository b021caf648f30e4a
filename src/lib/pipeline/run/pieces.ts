import type { Block } from "../../event/block.js";
import { copyOf } from "../chain/network/exits.js";

/** A block for sinks, or for a cut. */
export interface OutPiece {
  readonly block: Block;
  /** By number; undefined: for the sinks in `Block.exits`. */
  readonly cut: number | undefined;
}

/** What came out at the exits of the first part: those of `sinks` are sinks, the others cuts. */
export function outPieces(blocks: readonly Block[], sinks: number): readonly OutPiece[] {
  const pieces: OutPiece[] = [];
  for (const block of blocks) {
    const exits = block.exits ?? [];
    const cuts = exits.filter((exit) => exit >= sinks);
    const isForSinks = cuts.length < exits.length;
    if (isForSinks) {
      if (cuts.length > 0) block.exits = exits.filter((exit) => exit < sinks);
      pieces.push({ block, cut: undefined });
    }
    // What a sink keeps, or another stage passes on, is another object.
    cuts.forEach((exit, n) => {
      pieces.push({ block: n === 0 && !isForSinks ? block : copyOf(block), cut: exit - sinks });
    });
  }
  return pieces;
}
