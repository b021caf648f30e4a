import type { Block } from "../event/block.js";
import type { Position } from "../event/position.js";
import type { TimeCounts } from "../event/time/remarks.js";

/** Where blocks come from. Read by one reader, one call at a time. */
export interface Source {
  /**
   * The first part of the names in its positions, `ID/...`, the same in every run over the same inputs, of which only one goes on at
   * a time. Absent when a restart cannot go on where this one stops.
   */
  readonly id?: string | undefined;
  /**
   * Takes a line that is too long for a block, in pieces without line end; `isLast` ends it; `name` is the input's. Set by the
   * engine before the first read; without it such a line is named through the terminal and left out.
   */
  onOversized?: (piece: Buffer, isLast: boolean, name?: string) => void;
  /**
   * The next block of whole lines (of none, to say how far was read), or undefined at the end. Resolves with what has come when input turns idle, so that a
   * record followed by silence leaves within half a second. Resolves undefined soon after `stop()`, once what was
   * already taken from outside has been handed over. Rejects only with an error that ends the run; a file that cannot
   * be read is reported through the terminal, remembered in the exit code, and the next one is read.
   */
  read(): Promise<Block | undefined>;
  /** Asks for the end (Ctrl-C): nothing new is taken from outside. */
  stop(): void;
  /**
   * What the sink has durable already, from runs before: that is not to be read again, and all behind it is, whatever the source
   * remembers itself. Called once, before the first read, where the sink knows positions.
   */
  resume?(positions: readonly Position[]): void;
  /** These positions are durable downstream: a restart need not read before them. */
  acknowledge?(position: Position): void;
  /** What it has read of times itself, by the names of docs/events.md: `year_assumed`. Asked at the end. */
  timeCounts?(): TimeCounts;
  /** Frees what is held, writes the last checkpoint. */
  close(): Promise<void>;
}
