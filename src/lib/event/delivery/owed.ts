import { type Delivery, joinedDelivery } from "./delivery.js";

/**
 * The deliveries of blocks whose bytes go on in other pieces than they came, for whoever holds lines back: each settles
 * once all of its bytes have. Memory: an object for each block of which something is held.
 */
export class Owed {
  private readonly blocks: { readonly delivery: Delivery; readonly from: number; readonly to: number }[] = [];
  private came = 0;

  /** A block of so many bytes has come. */
  add(delivery: Delivery | undefined, bytes: number): void {
    const from = this.came;
    this.came += bytes;
    if (delivery !== undefined) this.blocks.push({ delivery, from, to: this.came });
  }

  /** For the piece that goes on now, when so many of the bytes that have come are still held. */
  allBut(heldBytes: number): Delivery | undefined {
    const gone = this.came - heldBytes;
    const last = this.blocks.findLastIndex(({ to }) => to <= gone);
    const whole = this.blocks.splice(0, last + 1).map(({ delivery }) => delivery);
    const [next] = this.blocks;
    return joinedDelivery(next !== undefined && next.from < gone ? [...whole, next.delivery.share()] : whole);
  }
}
