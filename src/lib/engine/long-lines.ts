/** Lines over the limit: each comes in pieces of at most 256 KiB, and each piece becomes a letter of its own. */
import type { Placed } from "./dead-letters.js";

const REASON = "piece of a line longer than the limit";
/** Where a source does not say what it reads. */
const UNNAMED = "<source>";

export class LongLines {
  /** Inputs within such a line. */
  private readonly inLine = new Set<string>();

  /** The letter of a piece; undefined when there is nothing in it. `isFirst`: a line begins with it. */
  letterOf(piece: Buffer, isLast: boolean, name = UNNAMED): { letter: Placed | undefined; isFirst: boolean } {
    const isFirst = !this.inLine.has(name);
    if (isLast) this.inLine.delete(name);
    else this.inLine.add(name);
    const rejected = { stage: "source", stageIndex: 0, reason: REASON, raw: piece, line: 0 };
    const letter = { rejected, source: name, line: undefined, isContinued: !isFirst };
    return { letter: piece.length === 0 ? undefined : letter, isFirst };
  }
}
