/** Blocks that stages have made, with the position of the one they come from. */
import { Block } from "../event/block.js";

const NO_BYTES = Buffer.alloc(0);

/** The blocks with the position on the last of them, and on an empty one where nothing has come out. */
export function withPosition(blocks: readonly Block[], position: Block["position"]): readonly Block[] {
  const last = blocks.at(-1);
  if (position === undefined || last?.position === position) return blocks;
  if (last === undefined) return [new Block(NO_BYTES, undefined, position)];
  const { bytes, labels, summary } = last;
  return [...blocks.slice(0, -1), new Block(bytes, labels, position, summary)];
}

export function withoutPosition(block: Block): Block {
  const { bytes, labels, position, summary } = block;
  return position === undefined ? block : new Block(bytes, labels, undefined, summary);
}
