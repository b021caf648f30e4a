/** What readers and feeds of a journal ask of it. */
import type { Files } from "../base/files.js";
import type { ReaderState } from "./places/reader-state.js";
import type { JournalSegment, SegmentList } from "./segments/segments.js";
import type { Tail } from "./tail.js";

export interface Core {
  readonly id: string;
  readonly directory: string;
  readonly files: Files;
  readonly segments: SegmentList;
  readonly tail: Tail;
  /** All before this is durable and counts. */
  readonly readable: number;
  /** Nothing more is appended. */
  readonly isFinished: boolean;
  /** More than half of what it may take of the disk is in use. */
  readonly isTight: boolean;
  throwIfFailed(): void;
  /** Calls once, when there is more, or never will be. */
  whenMore(wake: () => void): void;
  /** The reader is done with all before `place`: `done` events since the journal was opened. */
  advance(reader: ReaderState, place: number, done: number): void;
  /** Makes the reader's place durable. */
  save(reader: ReaderState): Promise<void>;
  /** The reader goes on at `place`: what waits for it is counted again. */
  recount(reader: ReaderState, place: number): Promise<void>;
  /** A sink has something durable up to this place: nothing new may be before it. */
  noteAhead(place: number): void;
  /** Keeps what is damaged of a segment in `.damaged` files, and takes it out. */
  mend(segment: JournalSegment): Promise<void>;
  /** Tells of what a sink lacks; `isForGood`: and nothing brings it back. */
  lost(text: string, isForGood: boolean): void;
  /** Ends the open segment. */
  roll(): Promise<void>;
}
