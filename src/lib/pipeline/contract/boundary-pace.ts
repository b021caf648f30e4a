/** Where to cut what is held of a record that goes on and on: all of it is looked through only once it has doubled. */
import type { Alignment } from "./stage.js";

/** A record that goes on for longer is let go in pieces. */
export const HELD_BYTES_MAX = 16 << 20;
/** So much is looked through whenever something comes. */
const CHEAP_BYTES = 256 << 10;

export class BoundaryPace {
  /** So much of what is held has been looked through without finding a place. */
  private looked = 0;

  /**
   * The length of what can be let go of `bytes`: what was held, and what has come. Linear in what comes, however it
   * comes.
   */
  cut(bytes: Buffer, boundary: Alignment["boundary"]): number {
    const { length } = bytes;
    const isTooLong = length > HELD_BYTES_MAX;
    const isThorough = isTooLong || length <= CHEAP_BYTES || length >= 2 * this.looked;
    const cut = boundary(bytes, isThorough);
    if (isTooLong && length - cut > HELD_BYTES_MAX / 2) {
      this.looked = 0;
      return length;
    }
    if (isThorough) this.looked = length - cut;
    else if (cut > 0) this.looked = 0;
    return cut;
  }

  /** What was held is let go. */
  reset(): void {
    this.looked = 0;
  }
}
