/** Deliveries that tests look at. */
import type { Block } from "../../src/lib/event/block.js";
import type { Cursor } from "../../src/lib/event/delivery/cursor.js";
import { newDelivery, type Outcome } from "../../src/lib/event/delivery/delivery.js";

export interface Settled {
  readonly cursor: Cursor;
  readonly outcome: Outcome;
}

/** The block, with a delivery that adds to `settled` what became of it. */
export function watched(block: Block, settled: Settled[]): Block {
  const cursor = block.cursor!;
  block.delivery = newDelivery((outcome) => void settled.push({ cursor, outcome }));
  return block;
}

/** The same for what was stored alone: its offset. */
export function toldTo(offsets: number[], block: Block): Block {
  const { offset } = block.cursor!;
  block.delivery = newDelivery(({ kind }) => void (kind === "stored" && offsets.push(offset)));
  return block;
}
