import type { Block } from "../../event/block.js";
import type { Cursor } from "../../event/delivery/cursor.js";
import type { TimeCounts } from "../../event/time/remarks.js";

/** Where blocks come from. Read by one reader, one call at a time. */
export interface Source {
  /** For a source that a restart can read on where this run stops. Absent: it cannot. */
  readonly replay?: Replay | undefined;
  /**
   * Its input is made by the program around it: waiting for that alone keeps no process from ending. Absent: it does.
   */
  readonly isPassive?: boolean;
  /**
   * Takes a line that is too long for a block, in pieces without line end; `isLast` ends it; `name` is the input's. Set
   * by the engine before the first read; without it such a line is named through the terminal and left out.
   */
  onOversized?: (piece: Buffer, isLast: boolean, name?: string) => void;
  /**
   * The next block of whole lines (of none, to say how far was read), or undefined at the end. A source that answers
   * for what it reads gives each block a `delivery`, and is told its outcome; one with `replay` gives it a `cursor`,
   * too. Not reading is backpressure. Resolves with what has come when input turns idle, so that a record followed by
   * silence leaves within half a second. Resolves undefined soon after `stop()`, once what was already taken from
   * outside has been handed over. Rejects only with an error that ends the run; a file that cannot be read is reported
   * through the terminal, remembered in the exit code, and the next one is read.
   */
  read(): Promise<Block | undefined>;
  /** Asks for the end (Ctrl-C): nothing new is taken from outside. */
  stop(): void;
  /**
   * How much of what it will read it has read, in bytes as they are stored: for whoever waits. Absent, undefined: its
   * end is not known.
   */
  amount?(): { readonly doneBytes: number; readonly totalBytes: number } | undefined;
  /** What it has read of times itself, by the names of docs/events.md: `year_assumed`. Asked at the end. */
  timeCounts?(): TimeCounts;
  /** Frees what is held, writes the last checkpoint. */
  close(): Promise<void>;
}

export interface Replay {
  /**
   * The first part of the names of its streams, `ID/...`, the same in every run over the same inputs, of which only one
   * goes on at a time.
   */
  readonly id: string;
  /**
   * Where to read on: what the sink has durable, from runs before. That is not to be read again, and all behind it is,
   * whatever the source remembers itself. Called once, before the first read, where the sink keeps cursors.
   */
  resume(cursors: readonly Cursor[]): void;
  /**
   * The lines that a run before has read and a pipeline held back, as blocks with labels, name, cursor and delivery:
   * the first that go on. `held`: what the sink has saved, by stream; undefined where it saves none. Called once, after
   * `resume`; the streams of these blocks are read first, since what follows in them may belong to the lines.
   */
  waiting(held: ReadonlyMap<string, Buffer> | undefined): readonly Block[];
}
