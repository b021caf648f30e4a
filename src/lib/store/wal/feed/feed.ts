// Enter here: what a journal gives a table that it feeds, and the link by which readers of the table find the journal.
/** The sealed segments of a journal for one of its readers, which stores them as they are. */
import type { Feed } from "../../../pipeline/contract/feed.js";
import type { SealedSegment } from "../segment-writer.js";

/** What a journal hands to a table. One caller at a time. */
export interface SegmentFeed extends Feed {
  /** What is for the reader begins at this byte of the journal (`Commit.at`); absent: all of it. */
  readonly from?: number;
  /**
   * The next sealed segment that has something for the reader, behind the one before; those of dead writers first. The
   * first is behind the last that is `done`. Waits for one; undefined once the journal has ended and all of it was given,
   * or after `stop`. Several may be taken before the first is done.
   */
  next(): Promise<FeedSegment | undefined>;
  /** The table has all of it that is for the reader, and of the segments before it: they may go. */
  done(segment: FeedSegment): Promise<void>;
  /** Ends the open segment, so that it is handed over; nothing happens when there is none. */
  roll(): Promise<void>;
  /** How long the oldest event that is for the reader has been in the open segment, in milliseconds; 0: there is none. */
  ageMs(): number;
  /** Bytes of the open segment; absent: the journal ends its segments itself. */
  openBytes?(): number;
  /** Whether the journal needs room and waits for this reader: then nothing is put off. */
  isUrgent?(): boolean;
  /** Whether the journal takes nothing more in this run, and all that was for the reader is done. Absent: not known. */
  isFinished?(): boolean;
  stop(): void;
}

/** The commits and all counts are those of the reader alone. */
export interface FeedSegment extends SealedSegment {
  /** Of the journal. */
  readonly writer: string;
}
