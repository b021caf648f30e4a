/** What is asked of entries on their way to the log. */
import { Block } from "../event/block.js";
import type { Position } from "../event/position.js";
import type { Entry } from "./segment.js";

/** The last position of each source, in the order they came. */
export function newestPositions(group: readonly Entry[]): Position[] {
  const bySource = new Map<string, Position>();
  for (const { block, positions = [] } of group) {
    for (const position of block.position === undefined ? positions : [block.position, ...positions]) {
      bySource.delete(position.source);
      bySource.set(position.source, position);
    }
  }
  return [...bySource.values()];
}

export function bytesOf({ block, aside }: Entry): number {
  return block.bytes.length + (aside?.bytes.length ?? 0);
}

/** Whether there is anything to write of it. A position alone is settled with what came before. */
export function isWritten(entry: Entry): boolean {
  return bytesOf(entry) > 0 || entry.positions !== undefined;
}

/** Carries positions, or lines set aside, where no block comes. */
export const NO_EVENTS = new Block(Buffer.alloc(0));
