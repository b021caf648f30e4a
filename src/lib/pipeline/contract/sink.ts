import type { Block } from "../../event/block.js";
import type { SavedCursor } from "../../event/position.js";
import type { TimeCounts } from "../../event/time/remarks.js";

/** Lines that could not become events, as records to be kept: NDJSON, whole lines. */
export interface Aside {
  readonly bytes: Buffer;
  readonly lines: number;
  /** Of a sink that stands for several: the one that keeps them, as `asideAt` has told. */
  readonly exit?: number | undefined;
}

export interface AsidePlace {
  readonly exit: number;
  /** What messages call the place. */
  readonly name: string;
}

/** Where blocks end. Written by one writer, one call at a time, in order. */
export interface Sink {
  /**
   * To be called, where it is set, for every block whose bytes are not looked at any more: the engine then uses the
   * buffer again. Set by the engine before the first write; calling it is up to the sink.
   */
  onReleased?: (block: Block) => void;
  /**
   * Of a sink that stands for several: to be called when the one of this number (`Block.exits`) wants nothing more (a
   * closed pipe). Sources and stages that feed no other end then; blocks under way may still name it, and the sink
   * settles them as if it had stored them. Set by the engine before the first write.
   */
  onExitClosed?: (exit: number) => void;
  /**
   * Takes the block; resolves when the next one may come (backpressure). Resolves false once nothing more is wanted (a
   * closed pipe). Must settle `block.delivery`, then or later and in any order: what is not settled when the sink is
   * closed has failed. It may keep the block until then, and share the delivery.
   */
  write(block: Block): Promise<boolean>;
  /**
   * Keeps records of lines that were set aside on the way to the blocks that come next: they are durable before those
   * are settled. Without it, or when the user has named a file for them, the engine writes them to a file.
   */
  setAside?(aside: Aside): void;
  /** What messages call the place where `setAside` keeps them. */
  readonly asideName?: string;
  /**
   * Of a sink that stands for several: the first of these, by number, that keeps records of lines set aside. Undefined:
   * none of them does. Absent: `setAside` keeps all.
   */
  asideAt?(exits: readonly number[]): AsidePlace | undefined;
  /**
   * Where it keeps how far sources were read, and what stages remember, in one step with the data. Absent: it does not.
   */
  readonly checkpoints?: CheckpointStore | undefined;
  /** It says itself at the end what it has refused; else the engine does. */
  readonly reportsRefusals?: boolean;
  /** Numbers worth showing under --stats, by name. Asked at the end. */
  counts?(): Readonly<Record<string, number>>;
  /** As `Source.timeCounts`. */
  timeCounts?(): TimeCounts;
  /** Input is idle, or the user asked: makes durable what was taken. */
  flush(): Promise<void>;
  /**
   * The end: everything durable and visible. After a failure of the run it is still called where there is no `abandon`.
   */
  close(): Promise<void>;
  /** The end of a run that failed, where nothing was acknowledged yet: what was there before stays as it was. */
  abandon?(): Promise<void>;
  /** The file whose content `close` takes away. Absent: it adds to what is there, or nothing is. */
  readonly replaces?: string | undefined;
}

/**
 * How far sources were read, what the pipeline remembers, and what came out of it: all of it durable, or nothing. A
 * cursor on a block that is written becomes durable with the block. With stages that keep state, `begin` starts
 * transactions instead: then blocks carry no cursors, and `commit` saves them.
 */
export interface CheckpointStore {
  /** What is durable here, from all runs before. Called once, before the first write. */
  resume(): Promise<SavedProgress>;
  /**
   * Called once, before the first write: what is written and set aside from now on counts only with the `commit` after
   * it.
   */
  begin(): void;
  /**
   * Makes what was written since the last time durable together with this. Resolves false when the user's rule for
   * a full disk dropped it: then it was not, and the next one may be. `states.write` of what it refers to comes before.
   */
  commit(checkpoint: CheckpointCommit): Promise<boolean>;
  readonly states: States;
}

export interface SavedProgress {
  /** The newest of each stream. */
  readonly cursors: readonly SavedCursor[];
  /** The number of the state that belongs to them, by the id of the source. */
  readonly states: ReadonlyMap<string, number>;
  /** Ids of sources whose state is in the journal that fed this sink, and not here. Absent: of none. */
  readonly elsewhere?: ReadonlySet<string> | undefined;
}

export interface CheckpointCommit {
  /** Of the streams that were read on since the last one. */
  readonly cursors: readonly SavedCursor[];
  readonly state: { readonly id: string; readonly number: number };
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
