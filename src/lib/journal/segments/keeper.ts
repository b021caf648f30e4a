import type { Files } from "../../base/files.js";
import type { Position } from "../../event/position.js";
import type { DroppedEvents } from "../../store/wal/options.js";
import type { Commit, Entry } from "../../store/wal/segment.js";
import { type Header, withStretch, writeHeader } from "../header.js";
import type { ReaderState } from "../places/reader-state.js";
import { commitsOf, eventsBehind, type JournalSegment, SegmentList } from "./segments.js";

export interface KeeperOptions {
  readonly files: Files;
  readonly directory: string;
  readonly limitBytes: number;
  readonly readers: ReadonlyMap<string, ReaderState>;
  readonly positions: ReadonlyMap<string, Position>;
  /** All before this is durable and counts. */
  readonly readable: () => number;
  readonly onFailure: (error: unknown) => void;
  /** Told of events that a reader does not get for want of room. */
  readonly onDropped: (reader: ReaderState, events: number) => void;
}

/** Which segments are wanted, and by whom; and what is known beside them. */
export class Keeper {
  readonly segments = new SegmentList();
  readonly #options: KeeperOptions;
  readonly #readers: ReadonlyMap<string, ReaderState>;
  #header: Header;
  /** Bytes on their way to the disk, by reader. */
  readonly #onTheWay = new Map<string, number>();
  #changed: (() => void)[] = [];
  #collecting: Promise<unknown> = Promise.resolve();

  constructor(options: KeeperOptions, header: Header) {
    this.#options = options;
    this.#readers = options.readers;
    this.#header = header;
  }

  /** Resolves when a reader is further, or something went. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#changed.push(resolve));
  }

  tellChanged(): void {
    for (const tell of this.#changed.splice(0)) tell();
  }

  /** The reader is done with all before `place`. */
  advance(reader: ReaderState, place: number, done: number): void {
    if (reader.advance(place, done)) {
      reader.boundary = this.#boundaryOf(place);
      this.collectSoon();
    }
    this.tellChanged();
  }

  /** The segment does not change any more. */
  sealed(segment: JournalSegment): void {
    segment.file = undefined;
    for (const reader of this.#readers.values())
      if (reader.place < segment.end) reader.boundary = Math.min(reader.boundary, segment.end);
    this.collectSoon();
  }

  collectSoon(): void {
    void this.collect().catch(this.#options.onFailure);
  }

  /**
   * Of exits the names; undefined: everybody. A reader that is far behind and drops what is newest is left out: it
   * keeps what it has.
   */
  addressed(
    exits: readonly number[] | undefined,
    { events, bytes }: { readonly events: number; readonly bytes: number },
  ): readonly string[] | undefined {
    let isAll = true;
    const names: string[] = [];
    for (const reader of this.#readers.values()) {
      const isMeant =
        exits === undefined || (reader.options.exits ?? []).some((exit) => exits.includes(exit));
      const isFull = isMeant && this.#isTooFarBehind(reader, bytes);
      if (isFull) this.#drop(reader, events);
      if (isMeant && !isFull) names.push(reader.name);
      else isAll = false;
    }
    for (const name of names) this.#onTheWay.set(name, (this.#onTheWay.get(name) ?? 0) + bytes);
    return isAll ? undefined : names;
  }

  /** What was `addressed` is on the disk, or dropped. */
  settled({ block, to }: Entry): void {
    for (const name of to ?? this.#readers.keys())
      this.#onTheWay.set(name, Math.max(0, (this.#onTheWay.get(name) ?? 0) - block.bytes.length));
  }

  /** A single block of more than its share goes alone. */
  #isTooFarBehind(reader: ReaderState, bytes: number): boolean {
    if (!reader.keepsOldest) return false;
    const heldBytes = this.segments.bytesFor(reader) + (this.#onTheWay.get(reader.name) ?? 0);
    return heldBytes > 0 && heldBytes + bytes > this.shareOf(this.#options.limitBytes);
  }

  /** What a reader that drops what is newest keeps of so much room. Others need some, too. */
  shareOf(limitBytes: number): number {
    const all = [...this.#readers.values()];
    const keeping = all.filter((reader) => reader.keepsOldest).length;
    const isForAll = all.every((reader) => reader.keepsOldest || !reader.options.counts);
    return (isForAll ? limitBytes : limitBytes / 2) / Math.max(1, keeping);
  }

  /** There was no room for these. */
  countDropped(dropped: readonly DroppedEvents[]): void {
    for (const { events, to } of dropped)
      for (const reader of this.#readers.values())
        if (to === undefined || to.includes(reader.name)) this.#drop(reader, events);
  }

  #drop(reader: ReaderState, events: number): void {
    reader.dropped += events;
    this.#options.onDropped(reader, events);
  }

  /** The segment is not for the reader any more; what it has not handed over of it is lost to it. */
  giveUp(reader: ReaderState, segment: JournalSegment): void {
    const before = reader.droppedEver;
    reader.giveUp(segment, this.segments.eventsFrom(reader.name, segment.end));
    this.#options.onDropped(reader, reader.droppedEver - before);
    reader.boundary = Math.min(reader.boundary, segment.end);
  }

  /**
   * The reader goes on at `place`. What waits for it is counted at one moment: segments may come, be given up and go
   * while an index is read.
   */
  async recount(reader: ReaderState, place: number): Promise<void> {
    const from = Math.max(place, reader.from);
    const within = this.segments.behind(from);
    const read =
      within?.file === undefined && within !== undefined ? await commitsOf(this.#options.files, within) : [];
    if (this.segments.behind(from) !== within) return this.recount(reader, place);
    const waiting = within === undefined ? 0 : this.#eventsBehind(reader, within, read, from);
    // What was handed over before, and not stored, of what it has given up.
    if (place === reader.place) reader.dropped += Math.max(0, reader.waiting - waiting);
    reader.moveTo(place, waiting);
  }

  #eventsBehind(
    { name }: ReaderState,
    within: JournalSegment,
    read: readonly Commit[],
    from: number,
  ): number {
    const rest = this.segments.eventsFrom(name, Math.max(from, within.end));
    if (within.givenUpBy.has(name)) return rest;
    const commits = within.file === undefined ? read : within.file.commits.all.slice(0, within.counted);
    return rest + eventsBehind(commits, name, from);
  }

  /** Removes the segments that nobody waits for. True: one went. */
  collect(): Promise<boolean> {
    const run = () => this.#removeUnwanted();
    const result = this.#collecting.then(run, run);
    this.#collecting = result.catch(() => {});
    return result;
  }

  async #removeUnwanted(): Promise<boolean> {
    const readers = [...this.#readers.values()];
    const unwanted = this.segments.all.filter(
      (segment) => segment.file === undefined && !readers.some((reader) => reader.wants(segment)),
    );
    if (unwanted.length === 0) return false;
    let { removed } = this.#header;
    for (const { from, end } of unwanted) removed = withStretch(removed, [from, end]);
    // First: what is gone then is not missed, and addresses and positions are known without it.
    await this.writeHeader({ removed });
    for (const segment of unwanted) {
      this.segments.remove(segment);
      await segment.writer.remove(segment);
    }
    this.tellChanged();
    return true;
  }

  /** Makes it durable, with what has changed. */
  async writeHeader(changes: Partial<Header>): Promise<void> {
    this.#header = {
      ...this.#header,
      ...changes,
      round: this.#header.round + 1,
      readers: [...this.#readers.keys()],
      end: this.#options.readable(),
      positions: [...this.#options.positions.values()],
      positionsAt: this.#options.readable(),
      dropped: this.#droppedEver(),
    };
    await writeHeader(this.#options.files, this.#options.directory, this.#header);
  }

  #droppedEver(): Readonly<Record<string, number>> {
    const counts = [...this.#readers.values()].map(({ name, droppedEver }) => [name, droppedEver] as const);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  /** Where the sealed segment ends that the place is in. */
  #boundaryOf(place: number): number {
    const segment = this.segments.behind(place);
    return segment === undefined || segment.file !== undefined ? Number.POSITIVE_INFINITY : segment.end;
  }
}
