// Enter here: tumbling, sliding, session and count windows at work.
/** One kind of windows at work: what the stage feeds, closes, saves. */
import type { State } from "../../../pipeline/contract/stage.js";
import type { Columns } from "../read.js";

/** Rows of a block, with what is known of time at each. */
export interface Timed {
  readonly columns: Columns;
  /** The watermark once the time of the row is known, milliseconds. */
  readonly watermarks: Float64Array;
  /** 1 at rows before which early results are due. */
  readonly isTick: Uint8Array;
  /** Set to 1 for rows that came too late, and to 2 for rows that would open too many windows. */
  readonly refused: Uint8Array;
}

export interface Store {
  /** Takes the rows of [from, to); those without a time (NaN) are passed over. */
  add(timed: Timed, from: number, to: number): void;
  /** Closes what ends at or before `watermarkMs`. */
  close(watermarkMs: number): void;
  /** Early results of what is open and has changed. */
  printEarly(): void;
  /** The end of the last window that is open; -Infinity when none is. */
  readonly lastEndMs: number;
  /** Closes everything. */
  end(): void;
  readonly memoryBytes: number;
  readonly groupCount: number;
  /** Keeps about this share of the groups. */
  shrink(share: number): void;
  save(): State;
  load(state: State): void;
}
