// Enter here: how far each reader of a journal is, and how that is kept.
import { eventsFor, type JournalSegment } from "../segments/segments.js";
import type { ReaderOptions } from "../types.js";
import type { PlaceFile } from "./place.js";

/** How far a reader of a journal is, whoever reads for it. */
export class ReaderState {
  readonly options: ReaderOptions;
  /** What is for it begins here. */
  from: number;
  /** All before this is done with. Never goes back but by `moveTo`. */
  place: number;
  /** Events for it from `place` on, when it was opened, and all that came since; */
  addressed = 0;
  /** and those of them that are done with, or dropped. */
  done = 0;
  dropped = 0;
  file: PlaceFile | undefined;
  /** What its file says. */
  savedPlace = -1;
  /** A segment ends here that it has not passed yet; */
  boundary = 0;
  /** Whoever reads for it now: how far it has handed over, in events. */
  handed: { events: number } | undefined;

  constructor(options: ReaderOptions, from: number, place: number) {
    this.options = options;
    this.from = from;
    this.place = place;
  }

  get name(): string {
    return this.options.name;
  }

  get waiting(): number {
    return Math.max(0, this.addressed - this.done);
  }

  /** Done up to here, with so many events since it was opened. True: a segment may go. */
  advance(place: number, done: number): boolean {
    if (place <= this.place) return false;
    this.place = place;
    this.done = Math.max(this.done, done);
    return place >= this.boundary;
  }

  /** It goes on there, whatever was done: `waiting` events are for it from there on. */
  moveTo(place: number, waiting: number): void {
    this.place = place;
    this.done = this.addressed - waiting;
  }

  /** Whether the segment has events that it has not passed. */
  wants(segment: JournalSegment): boolean {
    return this.place < segment.end && this.from < segment.end && eventsFor(segment, this.name) > 0;
  }
}
