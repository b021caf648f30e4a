/** A block of raw lines, as its lines are read. */
import type { DateOrder } from "../../base/time/assumed.js";
import type { Labels } from "../../event/block.js";

export interface RawBlock {
  readonly bytes: Buffer;
  readonly labels: Labels | undefined;
  /** All of it is known to be. */
  readonly isUtf8: boolean;
  /** Of dates, where that is known of all of the stream: for lines in wrapping too. */
  readonly dateOrder: DateOrder | undefined;
}
