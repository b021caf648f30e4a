/** Collects lines of results and hands them on as blocks. */
import { Block } from "../../event/block.js";
import type { Emit } from "../../pipeline/contract/stage.js";

/** Characters before a block is made. */
const BLOCK_LENGTH = 1 << 18;

/** The results of one kind of window: each with the row of the input at which it came out. */
export class Results {
  /** The row that is being handled. */
  row = 0;
  private readonly rows: number[] = [];
  private readonly lines: string[] = [];
  private readonly overflow: (() => void) | undefined;
  private length = 0;

  /** `overflow` is told when much has been collected. */
  constructor(overflow?: () => void) {
    this.overflow = overflow;
  }

  readonly write = (lines: string): void => {
    if (lines === "") return;
    this.rows.push(this.row);
    this.lines.push(lines);
    this.length += lines.length;
    if (this.length >= BLOCK_LENGTH) this.overflow?.();
  };

  /** What has been collected, by row, which is then forgotten. */
  take(): { readonly rows: readonly number[]; readonly lines: readonly string[] } {
    this.length = 0;
    return { rows: this.rows.splice(0), lines: this.lines.splice(0) };
  }
}

/**
 * Emits what several have collected in the order of rows; of one row in the order of the list. Whether more is wanted.
 */
export function emitAll(all: readonly Results[], emit: Emit): boolean {
  const taken = all.map((results) => results.take());
  const pieces = taken.flatMap(({ rows, lines }, n) => rows.map((row, at) => ({ row, n, text: lines[at]! })));
  if (all.length > 1) pieces.sort((a, b) => a.row - b.row || a.n - b.n);
  let isWanted = true;
  let text = "";
  for (const [n, piece] of pieces.entries()) {
    text += piece.text;
    if (text.length < BLOCK_LENGTH && n < pieces.length - 1) continue;
    isWanted = emit(new Block(Buffer.from(text)));
    text = "";
  }
  return isWanted;
}
