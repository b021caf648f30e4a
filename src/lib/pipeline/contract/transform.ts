/** The running half of a stage. */
import type { Block } from "../../event/block.js";
import type { DeadLetter } from "../../event/dead-letter.js";

/** Passes a block downstream. Returns false once nothing downstream wants more. */
export type Emit = (block: Block) => boolean;

/** Plain data that survives `structuredClone` and JSON. */
export type State = unknown;

/** What a running stage may use besides its options. The same on the main thread and in a worker. */
export interface StageContext {
  /** Milliseconds since the epoch. The only clock a stage has. */
  readonly nowMs: () => number;
  /** Sets a line aside: it is counted, written to the dead-letter file, and fails the run under --strict. */
  readonly reject: (letter: DeadLetter) => void;
  /**
   * Says that a record passes but was not understood: that fails the run under --strict and means nothing else. Only
   * the first of a block is asked for.
   */
  readonly doubt?: (letter: () => DeadLetter) => void;
  /** Adds to a named counter shown by --stats: "unrecognised", "dropped". */
  readonly count: (name: string, by?: number) => void;
}

/**
 * The running half: one instance a pipeline, fed in order. Block boundaries carry no meaning: any cutting of the same
 * events gives the same output. No I/O, no clock, no randomness; what it needs came in through `create`.
 */
export interface Transform {
  push(block: Block, emit: Emit): boolean;
  /**
   * As `push`, for a block that `align` has cut: nothing of it needs to wait. What comes out is one block, so that it
   * becomes durable with its position or not at all.
   */
  pushWhole?(block: Block, emit: Emit): boolean;
  /**
   * As `push`, for what the declaration's `prepare` has made of a block: called in its place, in the order of the
   * blocks, when the input is large. `prepared` is the stage's own from now on. The position of the block is the
   * engine's care.
   */
  pushPrepared?(prepared: Buffer, emit: Emit): boolean;
  /**
   * Input is idle: flushes records held back for a possible continuation line. Called within half a second, then every
   * 250 ms while nothing comes.
   */
  idle?(emit: Emit): void;
  /**
   * The input is over: flushes everything. What `save` returns after it goes to the next run, which may find more
   * input.
   */
  end?(emit: Emit): void;
  /**
   * For a stage that holds more than fits memory: lets out about a block of what it holds, and says whether there is
   * more. Called until there is none, then `end` is called, which alone lets out all of it as well.
   */
  endPart?(emit: Emit): boolean;
  /**
   * Plain data that says everything about the past that matters to what comes. Must not disturb the running transform.
   */
  save?(): State;
  /** Called once, before anything else. Throws state.other-version for what another version has saved. */
  load?(state: State): void;
  /**
   * How long from now, in milliseconds, nothing is to be pushed to it; 0: it takes more at once. Asked between blocks,
   * of stages that keep state; the sources that feed it are not read meanwhile. When the time is over its `idle` is
   * called, which lets out what has waited, and it is asked again. A stop ends the wait: the rest is saved, or let out
   * by `end`.
   */
  waitMs?(): number;
  /**
   * Takes up what has changed outside (a look-up file). Called between blocks and when input is idle, at most once a
   * second, on every thread that runs the stage; nothing is pushed until it resolves. Keeps what it had, and complains,
   * when it fails.
   */
  refresh?(): Promise<void> | undefined;
}
