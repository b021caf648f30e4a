/** What a journal is opened with, and what it shows of itself. */
import type { Files } from "../base/files.js";
import type { FeedPlace } from "../pipeline/contract/feed.js";
import type { OnFull } from "../pipeline/contract/graph.js";
import type { Source } from "../pipeline/contract/source.js";
import type { Commit } from "../store/wal/segment.js";
import type { SealedSegment } from "../store/wal/segment-writer.js";

export interface ReaderOptions {
  /** The same in every run. */
  readonly name: string;
  /** Which of `Block.exits` are for it. Absent: its place in `JournalOptions.readers`. */
  readonly exits?: readonly number[] | undefined;
  /** Else its segments are the first to go when room is needed: it loses what it has not read of them. */
  readonly counts: boolean;
  readonly onFull: OnFull;
  /** What messages call the place where it keeps records of lines that are no events. Absent: it has none. */
  readonly asideName?: string | undefined;
  /** Why it takes no more just now, for messages. */
  readonly doing?: (() => string | undefined) | undefined;
}

export interface JournalOptions {
  /** Made where it is not there, for its owner alone. */
  readonly directory: string;
  readonly files?: Files | undefined;
  readonly nowMs: () => number;
  /**
   * All readers there are. One that was not there the last time gets what is appended from now on; one that is missing
   * is forgotten, with what waits for it.
   */
  readonly readers: readonly ReaderOptions[];
  /** A segment ends at this many bytes; absent: 32 MiB, and less where the limit is small. */
  readonly segmentBytes?: number | undefined;
  /** What it may take of the disk, in bytes; absent: 1 GiB. */
  readonly limitBytes?: number | undefined;
  /** A busy journal begins a sync at most this often, in milliseconds; absent: 2. */
  readonly syncDelayMs?: number | undefined;
  /** Aborted when the user asks to stop: then nothing waits for room any more. */
  readonly signal?: AbortSignal | undefined;
  readonly onNotice?: ((text: string) => void) | undefined;
  /** Of what holds everything up, or is lost; absent: as `onNotice`. */
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Of events that no sink gets: damaged, or missing; absent: as `onWarning`. */
  readonly onLost?: ((text: string) => void) | undefined;
}

/**
 * Reads what is for it, in the order it was appended. A block has its cursor, in the stream `journal:ID/READER`, and a
 * delivery: what is settled as stored or refused is not read again by the next reader of this name. `read` resolves
 * undefined after `Journal.finish` once all was handed over, or after `stop`.
 */
export interface JournalReader extends Source {
  readonly replay: NonNullable<Source["replay"]>;
}

/** The sealed segments for a sink that stores them as they are. */
export interface JournalFeed extends FeedPlace {
  /** Its place when it was opened: what is before is not for it. */
  readonly from: number;
  /**
   * The next segment with commits for this reader; undefined after `Journal.finish` once all were handed over, or
   * after `stop`. Several may be taken before the first is `done`.
   */
  next(): Promise<FeedSegment | undefined>;
  /** Whether it went before it was stored, because the journal was full: it is counted as dropped. */
  isGone?(segment: FeedSegment): boolean;
  /** It is stored: it is not handed over again. */
  done(segment: FeedSegment): Promise<void>;
  /**
   * Asked once, before `next`: whether the table has what was `done`, by the last segment of each writer that it has.
   * What it lacks, as one put back from an older copy does, is handed over again while it is there; else it is told as
   * lost.
   */
  checkStored?(table: string, coveredOf: (writer: string) => number, nowMs: number): void;
  /**
   * Asked instead of it where the table is not the one that was fed before: what was `done` says nothing of this one.
   * Durable once it resolves; false: nothing was `done`.
   */
  forgetStored?(): Promise<boolean>;
  /**
   * The disk does not have the segment as it was written: what is damaged is kept in `.damaged` files. The sound part
   * of it, to be stored and `done` in its place.
   */
  mended(segment: FeedSegment): Promise<FeedSegment>;
  /** Ends the open segment, so that it is handed over. Resolves once it is sealed. */
  roll(): Promise<void>;
  /** How long the oldest event that waits for this reader has been in the open segment, in milliseconds; 0: none. */
  ageMs(): number;
  /** Bytes of the open segment. */
  openBytes(): number;
  /** Whether the journal is more than half full: then nothing is put off. */
  isUrgent(): boolean;
  /** Whether nothing more is appended, and all that was for the reader is done. */
  isFinished(): boolean;
  /** Asks for the end. */
  stop(): void;
}

/** A sealed segment of one writer of the journal. `commits` and the counts are those of this reader alone. */
export interface FeedSegment extends SealedSegment {
  readonly writer: string;
  /** Of the writer. */
  readonly directory: string;
  /** Blocks of its data that are records of lines set aside: `asideLines` counts them, and `commits` has them not. */
  readonly asides: readonly Commit[];
  /** Whether its bytes were looked through since it was written, by a recovery. */
  readonly isChecked: boolean;
}

export interface JournalStats {
  /** What it takes of the disk. */
  readonly bytes: number;
  readonly limitBytes: number;
  readonly segments: number;
  /** Appended since it was opened. */
  readonly events: number;
  readonly readers: readonly ReaderStats[];
  readonly losses: JournalLosses;
}

export interface ReaderStats {
  readonly name: string;
  /** Events that are for it and not settled. */
  readonly waitingEvents: number;
  /** From its place to the end, in bytes of the journal. */
  readonly lagBytes: number;
  /** Since it was opened: dropped because the journal was full, or its segments went before it had read them. */
  readonly droppedEvents: number;
  /** Since it was made. */
  readonly droppedEver: number;
}

/** What was found damaged since it was opened: what is there of it is in `.damaged` files. */
export interface JournalLosses {
  readonly damagedBytes: number;
  /** Events that the index counts in them, and of these those that no file has any more. */
  readonly damagedEvents: number;
  readonly lostEvents: number;
  /** Bytes of segments that are not there at all. */
  readonly missingBytes: number;
}
