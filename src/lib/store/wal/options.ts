/** What a write-ahead log is given, and who decides whether there is room. */
import type { Files } from "../../base/files.js";
import type { Commit, Entry } from "./segment.js";
import type { SealedSegment, SegmentFile } from "./segment-writer.js";

export interface WalOptions {
  readonly files: Files;
  readonly tableDirectory: string;
  readonly segmentBytes: number;
  /** A busy log begins a round at most this often, so that more appends share its sync. 0: as often as the disk can. */
  readonly syncDelayMs?: number;
  readonly nowMs: () => number;
  /**
   * Called for each entry once it is on the disk, or dropped, and not looked at any more; its delivery settles after
   * that.
   */
  readonly onSettled?: (entry: Entry) => void;
  /** Takes a segment that is full. The next one is begun at once. */
  readonly onSealed: (segment: SealedSegment) => void;
  /** Told what fails and harms nobody yet. */
  readonly onNotice?: (text: string) => void;
  /** What happens when there is no room. Without it the log grows, and a full disk ends it. */
  readonly room?: Room;
  /** The log is a journal's. */
  readonly queue?: Queue;
}

/** What makes a log a queue that many read from. */
export interface Queue {
  /** Of the journal. */
  readonly id: string;
  /** Where this writer begins in all that was ever written to the journal, in bytes. */
  readonly from: number;
  /** A segment ends at this many commits, too. */
  readonly segmentCommits: number;
  /** The entries of a round as they are to be written. */
  readonly join: (entries: readonly Entry[]) => readonly Entry[];
  /**
   * Told of each round once it is on the disk, before anything settles: `entries[i]` is `commits[i]`. What counts of
   * it ends at `segment.end`.
   */
  readonly onRound: (segment: SegmentFile, commits: readonly Commit[], entries: readonly Entry[]) => void;
  /** What did not count yet of what was written is taken back; the segment ends before it. */
  readonly onTakenBack: (segment: SegmentFile) => void;
}

/** Decides whether there is room for what comes. May take its time: meanwhile appends wait. */
export interface Room {
  /** Before `bytes` more are written to an open segment of `openBytes`. `isSingle`: they cannot be fewer. */
  admit(bytes: number, openBytes: number, isSingle: boolean): Promise<RoomVerdict>;
  /** A write failed and was taken back. Rejects when this is no matter of room. */
  refused(error: unknown): Promise<RoomVerdict>;
  /** A write went through. */
  written(): void;
  /** These entries will never be written; and what was written of the same block is taken back. */
  dropped(entries: readonly Entry[], takenBack: readonly Commit[]): void;
}

/** Events that are not kept, and for whom; absent: for all. */
export interface DroppedEvents {
  readonly events: number;
  readonly to?: readonly string[] | undefined;
}

/**
 * "seal": hand over the open segment, so that it can make room, then ask again. "fewer": there may be room for some of
 * the entries.
 */
export type RoomVerdict = "write" | "drop" | "seal" | "fewer";
