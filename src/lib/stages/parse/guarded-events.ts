/** Reads a block under the watch of a format whose lines may take any time. */
import type { BlockGuard } from "../../format/format.js";
import type { StageContext } from "../../pipeline/contract/stage.js";

/** Events of a part of a block, and where the first record behind them begins. */
export interface GuardedPiece {
  readonly events: Buffer;
  readonly end: number;
}

/**
 * What is watched, and read again when it was cut off, at a time: some milliseconds' work, a hundred times what a watch
 * costs.
 */
const PIECE_BYTES = 128 * 1024;

/** The events of a block of `length` bytes; `read` reads the records that begin in a range of it. */
export function guardedEvents(
  guard: BlockGuard,
  context: StageContext,
  length: number,
  read: (context: StageContext, from: number, to: number) => GuardedPiece,
): Buffer {
  const parts: Buffer[] = [];
  for (let from = 0; from < length; ) {
    let said: (() => void)[] = [];
    const { events, end } = guard.run(() => {
      said = [];
      return read(keeping(context, said), from, Math.min(from + PIECE_BYTES, length));
    });
    for (const say of said) say();
    parts.push(events);
    from = end;
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/** A context that buffers what is counted and rejected: a run that is cut off is forgotten. */
function keeping(context: StageContext, said: (() => void)[]): StageContext {
  return {
    nowMs: context.nowMs,
    reject: (letter) => void said.push(() => context.reject(letter)),
    doubt: (letter) => void said.push(() => context.doubt?.(letter)),
    count: (name, by) => void said.push(() => context.count(name, by)),
  };
}
