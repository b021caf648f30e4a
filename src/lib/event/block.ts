// Enter here: a batch of events (NDJSON lines), and what is read from one without parsing it.
/**
 * A batch of lines on its way through a pipeline. The lines are NDJSON events, except between a source and `parse`,
 * where they are raw log lines. Block boundaries carry no meaning.
 */
import type { Cursor } from "./delivery/cursor.js";
import type { Delivery } from "./delivery/delivery.js";
import type { Summary } from "./summary.js";

/** What a source knows of every line of a block: fields that become part of each event. */
export interface Labels {
  readonly source?: string;
}

/** Where a block was read: what messages about its lines name. Set by sources that read files. */
export interface Origin {
  /** The path as the user gave it; `<stdin>`. */
  readonly name: string;
  /**
   * When the file was last written, in milliseconds since the epoch, where that is long ago: what times without a year
   * go by.
   */
  readonly writtenMs?: number | undefined;
  /** Which number of its dates is the day, where lines of the file show it. */
  readonly dateOrder?: "dmy" | "mdy" | undefined;
}

/** The field of an event around a raw line that has `Origin.writtenMs`, as RFC 3339; `parse` takes it out. */
export const WRITTEN = "raw_written";

const DAY_MS = 86_400_000;

/**
 * `Origin.writtenMs` of a file that was last written then. Younger ones may be written to yet: their lines are of now.
 */
export function writtenLongAgo(modifiedMs: number | undefined, nowMs: number): number | undefined {
  return modifiedMs !== undefined && modifiedMs < nowMs - DAY_MS ? modifiedMs : undefined;
}

export class Block {
  /** Whole lines, each ended by "\n". Owned by the block: whoever takes the block may transfer it to another thread. */
  readonly bytes: Buffer;
  /** Set when the lines are raw and came from a named source. */
  readonly labels: Labels | undefined;
  /** What the events hold. Set for blocks that reach a sink: every line is then a valid JSON object. */
  readonly summary: Summary | undefined;

  /** Set by sources; stages do not pass it on. */
  origin: Origin | undefined;
  /**
   * Who is told what became of the block. Stages do not see it: the engine takes it off and puts it on what came out.
   */
  delivery: Delivery | undefined;
  /** Where the source goes on once the block is stored. As `delivery`. */
  cursor: Cursor | undefined;
  /**
   * More comes right behind it that was made of the same block, the last of it with the cursor: a sink that keeps
   * cursors has all of it after a crash, or nothing. False: this is the last, which may have no bytes.
   */
  isPart: boolean | undefined;
  /** Whole lines before `cursor` that the engine holds back, and a later block carries: saved with the cursor. */
  held: Buffer | undefined;
  /**
   * What the lines of the stream before this block say of those in it (`Alignment.learn`); undefined: it is their
   * first.
   */
  known: string | undefined;
  /** The same behind this block: saved with the cursor. */
  knownBehind: string | undefined;
  /**
   * Of a journal: records of lines that were set aside before it, NDJSON, in the place of lines. They are for the sink
   * behind that keeps such records.
   */
  aside: { readonly bytes: Buffer; readonly lines: number } | undefined;
  /**
   * Which way it goes in a graph: of a block of a source the number of its source, of one that comes out of the stages
   * the numbers of the sinks that it is for. Undefined in a chain, where there is one of each.
   */
  entry: number | undefined;
  exits: readonly number[] | undefined;

  constructor(bytes: Buffer, labels?: Labels, summary?: Summary) {
    this.bytes = bytes;
    this.labels = labels;
    this.summary = summary;
  }
}
