import type { Block } from "../event/block.js";
import type { Position } from "../event/position.js";
import type { TimeCounts } from "../event/time/remarks.js";

/** Lines that could not become events, as records to be kept: NDJSON, whole lines. */
export interface Aside {
  readonly bytes: Buffer;
  readonly lines: number;
}

/** Where blocks end. Written by one writer, one call at a time, in order. */
export interface Sink {
  /** Called with the newest position that has become durable. Set by the engine before the first write. */
  onDurable?: (position: Position) => void;
  /**
   * To be called, where it is set, for every block whose bytes are not looked at any more: the engine then uses the buffer
   * again. Set by the engine before the first write; calling it is up to the sink.
   */
  onReleased?: (block: Block) => void;
  /**
   * The newest position of each source that is durable here, from this run and all before: what a kill kept the source from
   * being told. Asked once, before the first write.
   */
  positions?(): Promise<readonly Position[]>;
  /** Takes the block; resolves when the next one may come (backpressure). Resolves false once nothing more is wanted (a closed pipe). */
  write(block: Block): Promise<boolean>;
  /**
   * Keeps records of lines that were set aside on the way to the blocks that come next: they are durable before a position of
   * those is. Without it, or when the user has named a file for them, the engine writes them to a file.
   */
  setAside?(aside: Aside): void;
  /** What messages call the place where `setAside` keeps them. */
  readonly asideName?: string;
  /** For stages that keep state: absent where what they gave cannot be tied to it. */
  readonly transactions?: Transactions;
  /** Numbers worth showing under --stats, by name. Asked at the end. */
  counts?(): Readonly<Record<string, number>>;
  /** As `Source.timeCounts`. */
  timeCounts?(): TimeCounts;
  /** Input is idle, or the user asked: makes durable what was taken. */
  flush(): Promise<void>;
  /** The end: everything durable and visible. After a failure of the run it is still called where there is no `abandon`. */
  close(): Promise<void>;
  /** The end of a run that failed, where nothing was acknowledged yet: what was there before stays as it was. */
  abandon?(): Promise<void>;
  /** The file whose content `close` takes away. Absent: it adds to what is there, or nothing is. */
  readonly replaces?: string | undefined;
}

/**
 * Ties what stages that keep state have given, to their state and to how far the sources were read: all of it is durable or
 * nothing. Between `begin` and the end of the run blocks carry no positions of their own.
 */
export interface Transactions {
  /** Called once, before the first write: what is written and set aside from now on counts only with the `commit` after it. */
  begin(): void;
  /**
   * Makes what was written since the last time durable together with these positions. Resolves false when the user's rule for
   * a full disk dropped it: then it was not, and the next one may be. `states.write` of what it refers to comes before.
   */
  commit(positions: readonly Position[]): Promise<boolean>;
  readonly states: States;
}

/** Saved states, by the id of a source and a number. */
export interface States {
  /** Where it is kept, for messages. */
  pathOf(id: string, number: number): string;
  /** Undefined when it is not there. */
  read(id: string, number: number): Promise<Buffer | undefined>;
  /** Durable, whole or not at all, once it resolves. */
  write(id: string, number: number, parts: readonly Uint8Array[]): Promise<void>;
  /** Removes all of the id but that of this number. */
  keepOnly(id: string, number: number): Promise<void>;
}
