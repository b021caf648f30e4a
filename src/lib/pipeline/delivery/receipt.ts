/** What comes with a block of a source and goes on with what became of it: stages do not see it. */
import { Block } from "../../event/block.js";

export type Receipt = Pick<Block, "delivery" | "cursor" | "held" | "knownBehind" | "isPart">;

export const NO_RECEIPT: Receipt = {
  delivery: undefined,
  cursor: undefined,
  held: undefined,
  knownBehind: undefined,
  isPart: undefined,
};

/** Takes it off the block. */
export function takeReceipt(block: Block): Receipt {
  const { delivery, cursor, held, knownBehind, isPart } = block;
  if (delivery === undefined && cursor === undefined) return NO_RECEIPT;
  putReceipt(block, NO_RECEIPT);
  return { delivery, cursor, held, knownBehind, isPart };
}

export function putReceipt(block: Block, { delivery, cursor, held, knownBehind, isPart }: Receipt): void {
  block.delivery = delivery;
  block.cursor = cursor;
  block.held = held;
  block.knownBehind = knownBehind;
  block.isPart = isPart;
}

/**
 * The blocks that were made of one, each with a share of its delivery, the last with the cursor: it is stored last, or
 * the sink keeps no cursors. An empty block where nothing came out, and somebody waits to be told.
 */
export function withReceipt(blocks: readonly Block[], receipt: Receipt): readonly Block[] {
  const { delivery, cursor } = receipt;
  const last = blocks.at(-1);
  if (last === undefined) {
    if (delivery === undefined && cursor === undefined) return blocks;
    const nothing = new Block(NO_BYTES);
    putReceipt(nothing, receipt);
    return [nothing];
  }
  for (const block of blocks) {
    if (block === last) continue;
    putReceipt(block, partReceipt(receipt, delivery?.share()));
  }
  putReceipt(last, blocks.length > 1 ? lastReceipt(receipt) : receipt);
  return blocks;
}

/** What one of several gets that is not the last: it counts only with that, which has the cursor. */
export function partReceipt({ cursor, isPart }: Receipt, delivery: Receipt["delivery"]): Receipt {
  const isFollowed = cursor !== undefined || isPart === true;
  return { ...NO_RECEIPT, delivery, ...(isFollowed ? { isPart: true } : {}) };
}

/** What the last of several gets. */
export function lastReceipt(receipt: Receipt): Receipt {
  const { cursor, isPart = false } = receipt;
  return cursor === undefined ? receipt : { ...receipt, isPart };
}

const NO_BYTES = Buffer.alloc(0);
