import { countOf } from "../base/size.js";
import type { Position } from "../event/position.js";
import { ELSEWHERE_PREFIX, STATE_PREFIX } from "../pipeline/contract/state/sealed-state.js";
import { type Commit, isAside, isFor, segmentId } from "../store/wal/segment.js";
import { sealedSegment } from "../store/wal/segment-writer.js";
import type { Core } from "./core.js";
import type { ReaderState } from "./places/reader-state.js";
import { rememberedAt, type StoredSegment, storedPath, writeStored } from "./places/stored.js";
import { commitsOf, eventsFor, type JournalSegment } from "./segments/segments.js";
import type { FeedSegment, JournalFeed, JournalOptions } from "./types.js";

const SEGMENT_BYTES = 32 * 1024 * 1024;
/** One that a table stores as it is makes a Parquet file: small ones would have to be copied together. */
const FED_SEGMENT_BYTES = 128 * 1024 * 1024;
const SEGMENTS_IN_LIMIT = 8;

/** Where a segment ends, unless a commit of many blocks, a roll or a sink ends it before. `limitBytes`: of the disk. */
export function segmentBytesOf(
  { segmentBytes }: Pick<JournalOptions, "segmentBytes">,
  limitBytes: number,
  isFeeding: boolean,
): number {
  const wanted = segmentBytes ?? (isFeeding ? FED_SEGMENT_BYTES : SEGMENT_BYTES);
  return Math.min(wanted, limitBytes / SEGMENTS_IN_LIMIT);
}

export class SegmentFeed implements JournalFeed {
  readonly reader: string;
  readonly journal: JournalFeed["journal"];
  from: number;
  readonly #core: Core;
  readonly #state: ReaderState;
  /** Where the next segment begins, or ends. */
  #next: number;
  #isStopped = false;
  #wake: (() => void) | undefined;
  readonly #given = new Map<FeedSegment, JournalSegment>();

  constructor(core: Core, state: ReaderState) {
    this.#core = core;
    this.#state = state;
    this.#next = state.place;
    this.reader = state.name;
    this.journal = { directory: core.directory, id: core.id };
    this.from = Math.max(state.from, state.place);
  }

  async next(): Promise<FeedSegment | undefined> {
    for (;;) {
      if (this.#isStopped) return undefined;
      this.#core.throwIfFailed();
      this.#next = Math.max(this.#next, this.#state.place);
      const segment = this.#core.segments.behind(this.#next);
      if (segment !== undefined && segment.file === undefined) {
        this.#next = segment.end;
        if (eventsFor(segment, this.#state.name) === 0) continue;
        return await this.#take(segment);
      }
      if (this.#core.isFinished) {
        if (segment === undefined || eventsFor(segment, this.#state.name) === 0) return undefined;
        await this.#core.roll();
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#core.whenMore(resolve);
      });
    }
  }

  isGone(given: FeedSegment): boolean {
    return this.#given.get(given)?.givenUpBy.has(this.#state.name) === true;
  }

  async done(given: FeedSegment): Promise<void> {
    const segment = this.#given.get(given);
    if (segment === undefined) return;
    this.#given.delete(given);
    const { name } = this.#state;
    // It went while it was being stored: it is stored all the same.
    if (segment.givenUpBy.has(name)) this.#state.takeBack(given.events + given.asideLines);
    await this.#noteStored(segment, given.commits.at(-1)?.observedMs ?? 0);
    const { addressed } = this.#state;
    const before = addressed - this.#core.segments.eventsFrom(name, segment.end);
    this.#core.advance(this.#state, segment.end, before);
    await this.#core.save(this.#state);
  }

  checkStored(table: string, coveredOf: (writer: string) => number, nowMs: number): void {
    const state = this.#state;
    const last = this.#lastStored(nowMs);
    const known = rememberedAt(last === undefined ? state.stored : [...state.stored, last], nowMs);
    const lacking = known.filter(({ writer, sequence }) => coveredOf(writer) < sequence);
    if (lacking.length === 0) return;
    const whole = new Set(known.filter((one) => !lacking.includes(one)).map(({ writer }) => writer));
    const { segments, directory } = this.#core;
    const there = segments.all.filter(
      (one) =>
        one.file === undefined &&
        one.end <= state.place &&
        !whole.has(one.writer.name) &&
        one.sequence > coveredOf(one.writer.name),
    );
    const again = there.filter((one) => eventsFor(one, state.name) > 0);
    const events = again.reduce((sum, one) => sum + eventsFor(one, state.name), 0);
    const [first] = again;
    if (first !== undefined) {
      state.moveTo(first.from, segments.eventsFrom(state.name, first.from));
      state.boundary = first.end;
      this.#next = first.from;
      this.from = Math.min(this.from, Math.max(state.from, first.from));
    }
    const has = lacking.map(
      ({ writer, sequence }) => `segments up to ${coveredOf(writer)} of ${writer}, and had up to ${sequence}`,
    );
    const gone = lacking.reduce((sum, { writer, sequence }) => {
      const own = there.filter((one) => one.writer.name === writer && one.sequence <= sequence);
      return sum + sequence - coveredOf(writer) - own.length;
    }, 0);
    this.#core.lost(
      `the table ${table} has less than was stored in it from the journal ${directory}, as an older copy of it would: ` +
        `it has ${has.join("; ")}; ` +
        `${countOf(events, "event")} of them come again, ${gone === 0 ? "nothing is missing" : `what ${countOf(gone, "segment")} held for it is missing`}`,
      gone > 0,
    );
  }

  async forgetStored(): Promise<boolean> {
    const state = this.#state;
    const { files, directory, id } = this.#core;
    if (state.last === undefined && state.stored.length === 0) return false;
    Object.assign(state, { last: undefined, lastMs: undefined, stored: [], savedPlace: -1 });
    const forgotten = { journal: id, from: state.from, stored: [] };
    await writeStored(files, storedPath(directory, state.name), forgotten);
    await this.#core.save(state);
    return true;
  }

  async mended(given: FeedSegment): Promise<FeedSegment> {
    const segment = this.#given.get(given);
    if (segment === undefined) return given;
    await this.#core.mend(segment);
    this.#given.delete(given);
    return this.#take(segment);
  }

  roll(): Promise<void> {
    return this.#core.roll();
  }

  ageMs(): number {
    const open = this.#core.segments.all.at(-1);
    if (open?.file === undefined || eventsFor(open, this.#state.name) === 0) return 0;
    return performance.now() - open.sinceMs;
  }

  openBytes(): number {
    const open = this.#core.segments.all.at(-1);
    return open?.file === undefined ? 0 : open.bytes;
  }

  isUrgent(): boolean {
    return this.#core.isTight;
  }

  isFinished(): boolean {
    return this.#core.isFinished && this.#state.waiting === 0;
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake?.();
  }

  /** `unknownMs`: its time where a journal of an earlier version does not say it. */
  #lastStored(unknownMs: number): StoredSegment | undefined {
    const { last, lastMs = unknownMs } = this.#state;
    const [writer, sequence] = (last ?? "").split("/");
    return writer === undefined || sequence === undefined
      ? undefined
      : { writer, sequence: Number(sequence), atMs: lastMs };
  }

  /** The first of another writer: what was stored of the one before is kept beside the place, before that changes. */
  async #noteStored(segment: JournalSegment, atMs: number): Promise<void> {
    const { files, directory, id } = this.#core;
    const state = this.#state;
    const before = this.#lastStored(atMs);
    const { name } = segment.writer;
    if (before !== undefined && before.writer !== name) {
      const others = state.stored.filter(({ writer }) => writer !== before.writer && writer !== name);
      state.stored = rememberedAt([...others, before], atMs);
      await writeStored(files, storedPath(directory, state.name), {
        ...{ journal: id, from: state.from, stored: state.stored },
      });
    }
    state.last = segmentId(name, segment.sequence);
    state.lastMs = atMs;
  }

  async #take(segment: JournalSegment): Promise<FeedSegment> {
    const { base, sequence, writer, isChecked } = segment;
    const all = segment.sound ?? (await commitsOf(this.#core.files, segment));
    const own = all.filter(
      (one) => isFor(one, this.#state.name) && one.events > 0 && (one.at ?? 0) >= this.from,
    );
    const asides = own.filter(isAside);
    const rows = own.filter((one) => !isAside(one));
    // Where there are no rows an empty one has the positions.
    const carriers = rows.length > 0 ? rows : asides.slice(-1).map(emptied);
    const commits: Commit[] = carriers.map(({ position: _, positions: __, aside: ___, ...one }) => one);
    // With them the table has all that was for it of what the sources had read by the end of the segment.
    const last = commits.at(-1);
    if (last !== undefined) commits[commits.length - 1] = { ...last, positions: positionsIn(all) };
    const given: FeedSegment = {
      ...sealedSegment(base, sequence, commits),
      asides,
      asideLength: asides.reduce((sum, { length }) => sum + length, 0),
      asideLines: asides.reduce((sum, { events }) => sum + events, 0),
      writer: writer.name,
      directory: writer.directory,
      isChecked,
    };
    this.#given.set(given, segment);
    return given;
  }
}

function emptied({ offset, observedMs, at }: Commit): Commit {
  return {
    offset,
    length: 0,
    crc32c: 0,
    events: 0,
    observedMs,
    ...(at === undefined ? {} : { at }),
    columns: [],
  };
}

/** The newest of each source. */
function positionsIn(commits: readonly Commit[]): readonly Position[] {
  const newest = new Map<string, Position>();
  for (const { position, positions = [] } of commits)
    for (const one of position === undefined ? positions : [position, ...positions])
      newest.set(one.source, one);
  return [...newest.values()].map(asOfJournal);
}

/** What stages remember is the journal's: the table has no file of it, and knows that there is one. */
function asOfJournal(position: Position): Position {
  const { source } = position;
  if (!source.startsWith(STATE_PREFIX)) return position;
  return { ...position, source: `${ELSEWHERE_PREFIX}${source.slice(STATE_PREFIX.length)}` };
}
