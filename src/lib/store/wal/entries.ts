/** What is asked of entries on their way to the log. */
import { assert } from "../../base/assert.js";
import { Block } from "../../event/block.js";
import type { Delivery, Outcome } from "../../event/delivery/delivery.js";
import { type Position, positionOf } from "../../event/position.js";
import type { WalOptions } from "./options.js";
import type { Entry } from "./segment.js";
import type { SegmentFile } from "./segment-writer.js";

/** The last position of each source, in the order they came. */
export function newestPositions(group: readonly Entry[]): Position[] {
  const bySource = new Map<string, Position>();
  for (const { position: own, positions = [] } of group) {
    for (const position of own === undefined ? positions : [own, ...positions]) {
      bySource.delete(position.source);
      bySource.set(position.source, position);
    }
  }
  return [...bySource.values()];
}

export function bytesOfEntry({ block, aside }: Entry): number {
  return block.bytes.length + (aside?.bytes.length ?? 0);
}

/** How many pending entries make a group: the first, and those after it that still fit the segment. */
export function countWithin(pending: readonly Entry[], room: number): number {
  let count = 1;
  let bytes = bytesOfEntry(pending[0]!);
  while (count < pending.length && bytes + bytesOfEntry(pending[count]!) <= room)
    bytes += bytesOfEntry(pending[count++]!);
  return count;
}

/** Whether so many bytes more are for the next segment. */
export function isFull(
  segment: SegmentFile | undefined,
  moreBytes: number,
  { segmentBytes, queue }: Pick<WalOptions, "segmentBytes" | "queue">,
): boolean {
  if (segment === undefined) return false;
  if (queue === undefined) return segment.length + moreBytes > segmentBytes;
  // Of small blocks the index is the larger part.
  const isCounted = segment.commits.all.length >= queue.segmentCommits;
  return isCounted || segment.length + segment.indexLength + moreBytes > segmentBytes;
}

/** Whether there is anything to write of it at once. The position of a block without events can wait: see `Silent`. */
export function isWritten(entry: Entry): boolean {
  return bytesOfEntry(entry) > 0 || entry.positions !== undefined;
}

/**
 * Of a checked block: its position, and whether it counts only with what comes behind it. The last part of a block,
 * with which those before it count, is written at once though it may have no bytes: another block would make them count
 * without its position.
 */
export function entryOf(
  block: Block,
  isTransactional: boolean,
): Pick<Entry, "block" | "position" | "isOpen" | "positions"> {
  const { cursor, held, knownBehind: known, isPart, bytes, summary } = block;
  assert(bytes.length === 0 || summary !== undefined, "a block for the write-ahead log was not checked");
  const position = cursor && positionOf({ cursor, held, known });
  const isOpen = isTransactional || isPart === true;
  const isBareEnd = !isOpen && isPart === false && bytes.length === 0;
  return { block, position, isOpen, ...(isBareEnd && { positions: [] }) };
}

const NO_ROOM: Outcome = { kind: "refused", reason: "no room in the write-ahead log" };

/** Carries positions, or lines set aside, where no block comes. */
export const NO_EVENTS = new Block(Buffer.alloc(0));

/**
 * What is written of a group: positions of blocks without events are in it as well, all that is told to be durable.
 * They never make open entries count: they stand before those at the end, and count with them where there is nothing
 * else. `isOpen`: the entries before are.
 */
export function writtenOf(group: readonly Entry[], isOpen: boolean): readonly Entry[] {
  const written = group.filter(isWritten);
  if (written.length === group.length) return written;
  const said = new Set(newestPositions(written));
  const silent = newestPositions(group).filter((position) => !said.has(position));
  if (silent.length === 0) return written;
  const closed = written.findLastIndex((entry) => entry.isOpen !== true) + 1;
  const isWithin = (isOpen && closed === 0) || group.every((entry) => entry.isOpen === true);
  const entry = { block: NO_EVENTS, positions: silent, ...(isWithin ? { isOpen: true } : {}) };
  return [...written.slice(0, closed), entry, ...written.slice(closed)];
}

/** They are thrown away, but for positions that have waited: those wait on. */
export function refuse(group: readonly Entry[]): void {
  settleDeliveries(
    group.filter((entry) => !isSilent(entry)),
    NO_ROOM,
  );
}

/** Whether it carries positions that have waited. */
function isSilent({ deliveries }: Entry): boolean {
  return deliveries !== undefined;
}

function deliveriesOf({ block, deliveries = [] }: Entry): readonly Delivery[] {
  return block.delivery === undefined ? deliveries : [block.delivery, ...deliveries];
}

export function settleDeliveries(group: readonly Entry[], outcome: Outcome): void {
  for (const entry of group) for (const delivery of deliveriesOf(entry)) delivery.settle(outcome);
}

/** They are written with the next block that has events, or after this long, or when a flush asks. */
const SILENT_MS = 500;

/**
 * Positions of blocks of which nothing came out (filtered, deduplicated). A sync for each would cost more than all
 * else; nobody is told of them before they are in the log, so that a table is never behind what was acknowledged.
 */
export class Silent {
  #entry: Entry | undefined;
  #sinceMs = 0;

  /** Returns the deliveries of those that have no position: there is nothing to wait for. */
  add(group: readonly Entry[]): readonly Delivery[] {
    const all = this.#entry === undefined ? group : [this.#entry, ...group];
    const positions = newestPositions(all);
    const deliveries = all.flatMap(deliveriesOf);
    if (positions.length === 0) return deliveries;
    if (this.#entry === undefined) this.#sinceMs = performance.now();
    this.#entry = { block: NO_EVENTS, positions, deliveries };
    return [];
  }

  /** Those of them that have waited already, and found no room: nothing of them is lost. */
  addAgain(group: readonly Entry[]): void {
    this.add(group.filter(isSilent));
  }

  get isDue(): boolean {
    return this.#entry !== undefined && performance.now() - this.#sinceMs >= SILENT_MS;
  }

  /** What is to be written now; in a transaction it counts with that. */
  take(isOpen: boolean): Entry | undefined {
    const entry = this.#entry;
    this.#entry = undefined;
    return entry && isOpen ? { ...entry, isOpen } : entry;
  }
}
