// Enter here: a durable queue that several readers read from, each at its own place; types.ts says what it is given.
/**
 * What the write-ahead log does for one table, for several readers: appended once, synced once, read at many places.
 * Everything ever appended has an address, in bytes, that never goes back; no clock decides anything. See
 * docs/decisions/0062-journal.md.
 */
import { assert } from "../base/assert.js";
import { failure, LogpipeError, reasonOf } from "../base/errors/index.js";
import { diskFiles, type Files } from "../base/files.js";
import type { Position } from "../event/position.js";
import type { Sink } from "../pipeline/contract/sink.js";
import type { Lock } from "../store/wal/lock.js";
import { StateFiles } from "../store/wal/progress/state-files.js";
import type { Losses, Writable } from "../store/wal/recovery/recover.js";
import { DiskFullRetry } from "../store/wal/room/disk-full-retry.js";
import { type Commit, type Entry, isFor } from "../store/wal/segment.js";
import { type SealedSegment, type SegmentFile, sealedSegment } from "../store/wal/segment-writer.js";
import { Wal } from "../store/wal/writer.js";
import type { Core } from "./core.js";
import { SegmentFeed } from "./feed.js";
import { type Header, withStretch, writeHeader } from "./header.js";
import { mendSegment } from "./mend.js";
import { type Opened, openDirectory } from "./opening.js";
import { Places } from "./places.js";
import { QueueReader } from "./reader.js";
import type { ReaderState } from "./reader-state.js";
import type { Recovered } from "./recovery.js";
import { JournalRoom } from "./room.js";
import { addCommit, commitsOf, eventsBehind, newSegment, type Segment, SegmentList } from "./segments.js";
import { JournalSink } from "./sink.js";
import { Tail } from "./tail.js";
import type { JournalFeed, JournalOptions, JournalReader, JournalStats } from "./types.js";

export type {
  FeedSegment,
  JournalFeed,
  JournalLosses,
  JournalOptions,
  JournalReader,
  JournalStats,
  OnFull,
  ReaderOptions,
  ReaderStats,
} from "./types.js";

const LIMIT_BYTES = 1024 * 1024 * 1024;
const SEGMENT_BYTES = 16 * 1024 * 1024;
const SEGMENTS_IN_LIMIT = 8;
/** Their index is read at once. */
const SEGMENT_COMMITS = 16 * 1024;
const TAIL_BYTES = 16 * 1024 * 1024;
const SYNC_DELAY_MS = 2;

export class Journal implements Core {
  readonly id: string;
  readonly directory: string;
  readonly files: Files;
  readonly sink: Sink;
  readonly segments = new SegmentList();
  readonly tail: Tail;
  readonly #options: JournalOptions;
  readonly #limitBytes: number;
  readonly #lock: Lock;
  readonly #recovered: Recovered;
  readonly #losses: Writable<Losses>;
  readonly #missingBytes: number;
  readonly #readers: ReadonlyMap<string, ReaderState>;
  readonly #places: Places;
  readonly #sink: JournalSink;
  #wal!: Wal;
  #header: Header;
  readonly #positions: Map<string, Position>;
  #openPositions: Position[] = [];
  #readable: number;
  #isFinished = false;
  #isClosing = false;
  #events = 0;
  #failure: { readonly error: unknown } | undefined;
  #waiting: (() => void)[] = [];
  #changed: (() => void)[] = [];
  readonly #open = new Set<JournalReader>();
  readonly #feeds = new Set<JournalFeed>();
  #collecting: Promise<unknown> = Promise.resolve();

  private constructor(options: JournalOptions, opened: Opened) {
    this.#options = options;
    this.directory = options.directory;
    this.files = options.files ?? diskFiles;
    this.#limitBytes = options.limitBytes ?? LIMIT_BYTES;
    this.id = opened.header.id;
    this.#header = opened.header;
    this.#lock = opened.lock;
    this.#recovered = opened.recovered;
    this.#losses = opened.recovered.losses;
    this.#missingBytes = opened.missingBytes;
    this.#readers = opened.readers;
    this.#positions = opened.positions;
    this.#readable = opened.header.end;
    for (const segment of opened.recovered.segments) this.segments.add(segment);
    this.#places = new Places(this.id, this.files, opened.lock, (error) => this.#fail(error));
    this.tail = new Tail(TAIL_BYTES, (block) => this.#sink.onReleased?.(block));
    const states = new StateFiles(this.files, this.directory, (write) => this.#attempt(write));
    // The log is there before anything is written.
    const journal = this;
    this.#sink = new JournalSink({
      get wal() {
        return journal.#wal;
      },
      states,
      addressed: (exits, events) => this.#addressed(exits, events),
      positions: () => [...this.#positions.values()],
      attempt: (action) => this.#attempt(action),
      finish: () => this.finish(),
      counts: () => this.#counts(),
    });
    this.sink = this.#sink;
  }

  /**
   * Opens the journal; takes over what runs before have left. Throws journal.locked while another process has it,
   * journal.version, journal.unwritable.
   */
  static async open(options: JournalOptions): Promise<Journal> {
    const opened = await openDirectory(options).catch((error) => {
      throw explained(options.directory, error);
    });
    const journal = new Journal(options, opened);
    try {
      await journal.#attempt(() => journal.#begin());
    } catch (error) {
      await journal.#letGo();
      throw error;
    }
    return journal;
  }

  get readable(): number {
    return this.#readable;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** What is for the reader, from its place on. One reads at a time: an earlier one of the name has been closed. */
  reader(name: string): JournalReader {
    const reader = new QueueReader(this, this.#state(name));
    this.#open.add(reader);
    return reader;
  }

  /** Whole segments for a reader that stores them as they are. */
  feed(name: string): JournalFeed {
    const feed = new SegmentFeed(this, this.#state(name));
    this.#feeds.add(feed);
    return feed;
  }

  /** Nothing more is appended: readers end once they have read all. */
  async finish(): Promise<void> {
    this.#isFinished = true;
    this.#wakeAll();
  }

  /** Seals what is open, saves all places, lets go of the directory. What waits is read by the next run. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    await this.finish();
    for (const feed of this.#feeds) feed.stop();
    try {
      await this.#attempt(async () => {
        for (const reader of this.#open) await reader.close();
        await this.#wal.close();
        for (const reader of this.#readers.values()) await this.save(reader);
        await this.#collect();
        await this.#writeHeader({ isClosed: this.#failure === undefined });
      });
    } finally {
      this.tail.clear();
      await this.#wal.release().catch(() => {});
      await this.#letGo();
    }
  }

  stats(): JournalStats {
    const { damagedBytes, damagedEvents, lostEvents } = this.#losses;
    return {
      bytes: this.segments.bytes,
      limitBytes: this.#limitBytes,
      segments: this.segments.all.length,
      events: this.#events,
      readers: [...this.#readers.values()].map(({ name, waiting, place, dropped }) => ({
        name,
        waitingEvents: waiting,
        lagBytes: Math.max(0, this.#readable - place),
        droppedEvents: dropped,
      })),
      losses: { damagedBytes, damagedEvents, lostEvents, missingBytes: this.#missingBytes },
    };
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  whenMore(wake: () => void): void {
    this.#waiting.push(wake);
  }

  advance(reader: ReaderState, place: number, done: number): void {
    if (reader.advance(place, done)) {
      reader.boundary = this.#boundaryOf(place);
      void this.#collect().catch((error) => this.#fail(error));
    }
    this.#places.later(reader);
    this.#tellChanged();
  }

  save(reader: ReaderState): Promise<void> {
    return this.#attempt(() => this.#places.save(reader));
  }

  async eventsFrom({ name, from }: ReaderState, place: number): Promise<number> {
    const first = Math.max(place, from);
    const within = this.segments.behind(first);
    if (within === undefined) return 0;
    const rest = this.segments.eventsFrom(name, Math.max(first, within.end));
    return rest + eventsBehind(await commitsOf(this.files, within), name, first);
  }

  noteAhead(place: number): void {
    if (place <= this.#readable) return;
    const { directory, onWarning = this.#options.onNotice } = this.#options;
    onWarning?.(`a sink has stored more than there ever was in the journal ${directory}: it is another's`);
  }

  async mend(segment: Segment): Promise<void> {
    if (segment.file !== undefined) await this.#wal.roll();
    await this.#attempt(() => mendSegment(this.files, segment, this.#losses, this.#options));
  }

  async roll(): Promise<void> {
    await this.#attempt(() => this.#wal.roll());
  }

  async #begin(): Promise<void> {
    const { nowMs, syncDelayMs = SYNC_DELAY_MS, onNotice, signal } = this.#options;
    const { onWarning = onNotice } = this.#options;
    const fullness = new DiskFullRetry(this.directory, (text) => onWarning?.(text), signal);
    const room = new JournalRoom({
      directory: this.directory,
      limitBytes: this.#limitBytes,
      segments: this.segments,
      readers: () => [...this.#readers.values()],
      fullness,
      freeBytes: async () => this.files.freeBytes?.(this.directory),
      collect: () => this.#collect(),
      skip: (reader, segment) => this.#skip(reader, segment),
      changed: () => new Promise((resolve) => this.#changed.push(resolve)),
      dropped: (entries) => this.#countDropped(entries),
      onWarning: (text) => onWarning?.(text),
      signal,
    });
    await this.#places.open(this.directory, this.#readers.values());
    await this.#writeHeader({ isClosed: false });
    const asked = this.#options.segmentBytes ?? SEGMENT_BYTES;
    this.#wal = await Wal.open({
      files: this.files,
      tableDirectory: this.directory,
      segmentBytes: Math.min(asked, this.#limitBytes / SEGMENTS_IN_LIMIT),
      syncDelayMs,
      nowMs,
      onSettled: (entry) => this.#release(entry),
      onSealed: (segment) => this.#sealed(segment),
      ...(onNotice === undefined ? {} : { onNotice }),
      room,
      queue: {
        id: this.id,
        from: this.#readable,
        segmentCommits: SEGMENT_COMMITS,
        onRound: (file, commits, entries) => this.#written(file, commits, entries),
      },
    });
    for (const reader of this.#readers.values()) reader.boundary = this.#boundaryOf(reader.place);
    await this.#collect();
  }

  /** Where the sealed segment ends that the place is in. */
  #boundaryOf(place: number): number {
    const segment = this.segments.behind(place);
    return segment === undefined || segment.file !== undefined ? Number.POSITIVE_INFINITY : segment.end;
  }

  readonly #kept = new WeakSet<Entry>();

  /** A round is on the disk: readers may have what counts of it. */
  #written(file: SegmentFile, commits: readonly Commit[], entries: readonly Entry[]): void {
    const segment = this.#segmentOf(file);
    for (const [i, commit] of commits.entries()) {
      const { block } = entries[i]!;
      if (commit.length > 0 && this.tail.add(commit, block)) this.#kept.add(entries[i]!);
      const { position, positions = [] } = commit;
      this.#openPositions.push(...(position === undefined ? positions : [position, ...positions]));
    }
    segment.bytes = file.length + file.indexLength;
    if (file.isOpen) return;
    this.#close(segment, file);
  }

  /** All that was written to the open segment counts now. */
  #close(segment: Segment, file: SegmentFile): void {
    for (const position of this.#openPositions.splice(0)) {
      this.#positions.delete(position.source);
      this.#positions.set(position.source, position);
    }
    const { all, count } = file.commits;
    for (let i = segment.counted; i < count; i++) this.#count(segment, all[i]!);
    segment.counted = count;
    segment.end = file.end;
    this.#readable = file.end;
    this.#wakeAll();
  }

  #count(segment: Segment, commit: Commit): void {
    addCommit(segment, commit);
    this.#events += commit.events;
    for (const reader of this.#readers.values())
      if (isFor(commit, reader.name)) reader.addressed += commit.events;
  }

  #segmentOf(file: SegmentFile): Segment {
    const last = this.segments.all.at(-1);
    if (last?.file === file) return last;
    // All of it belongs to a transaction that went on in the next.
    if (last?.file !== undefined) this.segments.remove(last);
    const wal = this.#wal;
    const writer = {
      name: wal.writer,
      directory: wal.directory,
      remove: ({ base, sequence }: Segment) => wal.drop(sealedSegment(base, sequence, [])),
    };
    const segment = newSegment(writer, file, file);
    this.segments.add(segment);
    return segment;
  }

  #sealed({ sequence, length }: SealedSegment): void {
    const segment = this.segments.all.find(({ file }) => file?.sequence === sequence);
    if (segment?.file === undefined) return;
    segment.bytes = length + segment.file.indexLength;
    segment.file = undefined;
    for (const reader of this.#readers.values())
      if (reader.place < segment.end) reader.boundary = Math.min(reader.boundary, segment.end);
    this.#wakeAll();
    void this.#collect().catch((error) => this.#fail(error));
  }

  /** The block is not looked at any more, unless the tail has it. */
  #release(entry: Entry): void {
    if (entry.block.bytes.length > 0 && !this.#kept.has(entry)) this.#sink.onReleased?.(entry.block);
  }

  /** Of exits the names; undefined: everybody. A reader that is far behind and drops what is newest is left out. */
  #addressed(exits: readonly number[] | undefined, events: number): readonly string[] | undefined {
    let isAll = true;
    const names: string[] = [];
    for (const reader of this.#readers.values()) {
      const isMeant =
        exits === undefined || (reader.options.exits ?? []).some((exit) => exits.includes(exit));
      const isFull = isMeant && this.#isTooFarBehind(reader);
      if (isFull) reader.dropped += events;
      if (isMeant && !isFull) names.push(reader.name);
      else isAll = false;
    }
    return isAll ? undefined : names;
  }

  /** Others need room, too: of a reader like that no more than half of the journal waits. */
  #isTooFarBehind(reader: ReaderState): boolean {
    if (reader.options.onFull !== "drop-newest" || !reader.options.counts) return false;
    const isAlone = [...this.#readers.values()].every(
      ({ options }) => !options.counts || options.onFull === "drop-newest",
    );
    let heldBytes = 0;
    for (const segment of this.segments.all) if (reader.wants(segment)) heldBytes += segment.bytes;
    return heldBytes >= (isAlone ? this.#limitBytes : this.#limitBytes / 2);
  }

  #countDropped(entries: readonly Entry[]): void {
    for (const { block, to } of entries)
      for (const reader of this.#readers.values())
        if (to === undefined || to.includes(reader.name)) reader.dropped += block.summary?.events ?? 0;
  }

  /** The reader goes on behind the segment; what it has not handed over of it is lost to it. */
  #skip(reader: ReaderState, segment: Segment): void {
    const before = reader.addressed - this.segments.eventsFrom(reader.name, segment.end);
    reader.dropped += Math.max(0, before - (reader.handed?.events ?? reader.done));
    this.advance(reader, segment.end, before);
  }

  /** Removes the segments that nobody waits for. True: one went. */
  #collect(): Promise<boolean> {
    const run = () => this.#attempt(() => this.#removeUnwanted());
    const result = this.#collecting.then(run, run);
    this.#collecting = result.catch(() => {});
    return result;
  }

  async #removeUnwanted(): Promise<boolean> {
    const readers = [...this.#readers.values()];
    const counting = readers.filter(({ options }) => options.counts);
    const unwanted = this.segments.all.filter(
      (segment) => segment.file === undefined && !counting.some((reader) => reader.wants(segment)),
    );
    if (unwanted.length === 0) return false;
    let { removed } = this.#header;
    for (const { from, end } of unwanted) removed = withStretch(removed, [from, end]);
    // First: what is gone then is not missed, and addresses and positions are known without it.
    await this.#writeHeader({ removed });
    for (const segment of unwanted) {
      for (const reader of readers) if (reader.wants(segment)) this.#skip(reader, segment);
      this.segments.remove(segment);
      await segment.writer.remove(segment);
    }
    this.#tellChanged();
    return true;
  }

  async #writeHeader(changes: Partial<Header>): Promise<void> {
    this.#header = {
      ...this.#header,
      ...changes,
      round: this.#header.round + 1,
      readers: [...this.#readers.keys()],
      end: this.#readable,
      positions: [...this.#positions.values()],
      positionsAt: this.#readable,
    };
    await writeHeader(this.files, this.directory, this.#header);
  }

  #state(name: string): ReaderState {
    const state = this.#readers.get(name);
    assert(state !== undefined, `the journal has no reader ${name}`);
    return state;
  }

  #counts(): Readonly<Record<string, number>> {
    const { readers, bytes, losses } = this.stats();
    const counts: [string, number][] = [["journal: bytes", bytes]];
    for (const { name, waitingEvents, droppedEvents } of readers) {
      counts.push([`journal: waiting for ${name}`, waitingEvents]);
      if (droppedEvents > 0) counts.push([`journal: dropped for ${name}`, droppedEvents]);
    }
    if (losses.damagedEvents > 0) counts.push(["journal: damaged", losses.damagedEvents]);
    return Object.fromEntries(counts);
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #tellChanged(): void {
    for (const tell of this.#changed.splice(0)) tell();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error: explained(this.directory, error) };
    this.#wakeAll();
    this.#tellChanged();
  }

  async #attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw explained(this.directory, error);
    }
  }

  async #letGo(): Promise<void> {
    await this.#places.close().catch(() => {});
    await this.#recovered.release();
    this.#lock.release();
  }
}

/** Failed system calls, said in terms of the journal. */
function explained(directory: string, error: unknown): unknown {
  if (error instanceof LogpipeError || (error instanceof Error && error.name === "AssertionFailure"))
    return error;
  return failure("journal.unwritable", { path: directory, reason: reasonOf(error) }, error);
}
