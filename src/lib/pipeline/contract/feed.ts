/** A sink that is fed by a journal: it stores the journal's segments as they are, and keeps no log of its own. */
import type { TimeCounts } from "../../event/time/remarks.js";

/**
 * What a journal gives such a sink: its sealed segments, as `JournalFeed` of src/lib/journal has them. Those are of a
 * higher floor, so that here it is a place and a name.
 */
export interface FeedPlace {
  /** The name of the reader, and of the sink. */
  readonly reader: string;
  readonly journal: {
    /** Absolute. */
    readonly directory: string;
    /** What its `journal.json` says. */
    readonly id: string;
  };
  /** What is for the reader begins at this byte of the journal; absent: all of it. */
  readonly from?: number | undefined;
}

/**
 * Opened before the journal takes the first event for its reader: what the journal acknowledges can be queried from
 * then on. One that has failed is closed, and another one opened over a new feed.
 */
export interface FedSink {
  /**
   * Stores what the feed gives, until that ends or `stop` is asked for. Rejects with what cannot be stored: all of it
   * is in the journal still.
   */
  run(): Promise<void>;
  /** Asks for an early end: what is not stored yet stays in the journal, where queries see it. */
  stop(): void;
  /** Numbers worth showing under --stats, by name. Asked at the end. */
  counts?(): Readonly<Record<string, number>>;
  timeCounts?(): TimeCounts;
  /** The end, after a failure, too: frees what is held, and says what was done. */
  close(): Promise<void>;
}
