/** What is remembered of the stream that a line is carried in, and what follows for reading it. */
import { type Assumed, assumedNow } from "../../../base/time/assumed.js";
import { WRITTEN } from "../../../event/block.js";
import { type Carrier, EnvelopeLines } from "../records/carrier.js";
import { ownSource } from "../records/outer.js";
import type { Memory } from "./memory.js";

/**
 * The name in `Memory` of the lines of a carrier: the file which an envelope names; undefined: nothing is remembered of
 * them.
 */
export function sourceIn(carrier: Carrier | undefined, plain: Carrier): string | undefined {
  if (carrier === plain) return "";
  const isEnvelope = carrier instanceof EnvelopeLines && carrier.isWithin(plain);
  return isEnvelope ? ownSource(carrier.outer, plain.outer) : undefined;
}

/** What is assumed of the times of the next line of a carrier and not of all of its block; undefined: nothing. */
export function assumedOf(carrier: Carrier, memory: Memory | undefined): Partial<Assumed> | undefined {
  const latestMs = writtenMsOf(carrier);
  // Known since a line before in this block.
  const dateOrder = memory?.dateOrder;
  const isNew = dateOrder !== undefined && assumedNow().dateOrder === undefined;
  if (latestMs === undefined) return isNew ? { dateOrder } : undefined;
  return isNew ? { latestMs, dateOrder } : { latestMs };
}

/** When the file of the line was last written, as `ingest` says. */
function writtenMsOf({ outer }: Carrier): number | undefined {
  const json = outer.find(([name]) => name === WRITTEN)?.[1];
  const ms = json === undefined ? Number.NaN : Date.parse(json.slice(1, -1));
  return Number.isNaN(ms) ? undefined : ms;
}
