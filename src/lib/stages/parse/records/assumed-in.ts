/** What an envelope says of the times of the lines in it. */
import { type Assumed, assumedNow } from "../../../base/time/assumed.js";
import { WRITTEN } from "../../../event/block.js";
import type { Memory } from "../memory/memory.js";
import type { Carrier } from "./carrier.js";

/**
 * What is assumed of lines in an envelope: it may say when their file was written, and lines of the file before them in which order
 * dates are. Undefined: nothing else than of lines as they are.
 */
export function assumedIn({ outer }: Carrier, memory: Memory | undefined): Assumed | undefined {
  const json = outer.find(([name]) => name === WRITTEN)?.[1];
  const writtenMs = json === undefined ? Number.NaN : Date.parse(json.slice(1, -1));
  const now = assumedNow();
  const dateOrder = now.dateOrder ?? memory?.dateOrder;
  if (Number.isNaN(writtenMs) && dateOrder === now.dateOrder) return undefined;
  return { ...now, dateOrder, latestMs: Number.isNaN(writtenMs) ? now.latestMs : writtenMs };
}
