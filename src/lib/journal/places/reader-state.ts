// Enter here: how far each reader of a journal is, and how that is kept.
import { eventsFor, type JournalSegment } from "../segments/segments.js";
import type { ReaderOptions } from "../types.js";
import type { PlaceFile } from "./place.js";
import type { StoredSegment } from "./stored.js";

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
  /** Dropped before it was opened. */
  droppedBefore = 0;
  /** As of `Place`. */
  last: string | undefined;
  lastMs: number | undefined;
  /** The same of writers before that of `last`. */
  stored: readonly StoredSegment[] = [];
  file: PlaceFile | undefined;
  /** What its file says. */
  savedPlace = -1;
  savedDropped = 0;
  /** A segment ends here that it has not passed yet; */
  boundary = 0;
  /** Whoever reads for it now: how far it has handed over, in events. */
  handed: { events: number } | undefined;
  /** Segments it has given up, from and to: what is in memory of them is not for it either. */
  #givenUp: { readonly from: number; readonly end: number }[] = [];
  /** What was handed over of them, counted as `done`: only memory has it, until it is stored. */
  #afloat: { readonly from: number; readonly to: number }[] = [];

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
    if (this.#afloat.length > 0) this.#afloat = this.#afloat.filter(({ to }) => to > this.done);
    return place >= this.boundary;
  }

  /** It goes on there, whatever was done and handed over: `waiting` events are for it from there on. */
  moveTo(place: number, waiting: number): void {
    this.place = place;
    this.done = this.addressed - waiting;
    this.#afloat = [];
    if (this.handed !== undefined) this.handed.events = this.done;
  }

  /** Whether it holds nothing up: others' events come before its own. */
  get yields(): boolean {
    return !this.options.counts || this.options.onFull !== "block";
  }

  /** Whether what came first for it stays, whatever comes. */
  get keepsOldest(): boolean {
    return this.options.counts && this.options.onFull === "drop-newest";
  }

  /** Whether what is oldest goes for it. */
  get yieldsOldest(): boolean {
    return this.yields && this.options.onFull !== "drop-newest";
  }

  /**
   * None of the segment that was not handed over is for it any more: as if it had never been addressed. `later`:
   * events for it behind the segment. Returns how many are lost.
   */
  giveUp(segment: JournalSegment, later: number): number {
    const own = eventsFor(segment, this.name);
    const before = this.addressed - later;
    const begin = before - own;
    const handed = Math.max(this.handed?.events ?? this.done, begin);
    const afloat = { from: Math.max(begin, this.done), to: Math.min(handed, before) };
    if (afloat.to > afloat.from) this.#afloat.push(afloat);
    const lost = Math.max(0, before - handed);
    segment.givenUpBy.add(this.name);
    this.#givenUp = this.#givenUp.filter(({ end }) => end > this.place);
    this.#givenUp.push({ from: segment.from, end: segment.end });
    this.addressed -= lost;
    this.dropped += lost;
    return lost;
  }

  /** Whoever read for it has gone: what it had taken of segments given up is in no place any more. */
  loseAfloat(): void {
    const lost = this.#afloatEvents;
    this.#afloat = [];
    this.done += lost;
    this.dropped += lost;
  }

  /** Dropped since the journal was made; and what would be, should the process be killed now. */
  get droppedEver(): number {
    return this.droppedBefore + this.dropped + this.#afloatEvents;
  }

  get #afloatEvents(): number {
    return this.#afloat.reduce((sum, { from, to }) => sum + Math.max(0, to - Math.max(from, this.done)), 0);
  }

  /** It has stored it all the same. */
  takeBack(events: number): void {
    this.addressed += events;
    this.dropped -= events;
    this.done += events;
  }

  hasGivenUp(at: number): boolean {
    return this.#givenUp.length > 0 && this.#givenUp.some(({ from, end }) => from <= at && at < end);
  }

  /** Whether anything from the place on was given up. */
  hasGivenUpBehind(place: number): boolean {
    return this.#givenUp.some(({ end }) => end > place);
  }

  /** Whether the segment has events that it has not passed. */
  wants(segment: JournalSegment): boolean {
    return this.place < segment.end && this.from < segment.end && eventsFor(segment, this.name) > 0;
  }
}
