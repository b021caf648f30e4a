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
import { StateFiles } from "../store/wal/progress/state-files.js";
import type { Losses, Writable } from "../store/wal/recovery/recover.js";
import { DiskFullRetry } from "../store/wal/room/disk-full-retry.js";
import { isAside } from "../store/wal/segment.js";
import { Wal } from "../store/wal/writer.js";
import type { Core } from "./core.js";
import type { DirectoryLock } from "./directory-lock.js";
import { DropNotices } from "./drop-notices.js";
import { SegmentFeed, segmentBytesOf } from "./feed.js";
import { Intake } from "./intake.js";
import { joinSmall } from "./join.js";
import { type Opened, openDirectory } from "./opening.js";
import { asidePlaceOf, ReaderPlaces } from "./places/places.js";
import type { ReaderState } from "./places/reader-state.js";
import { QueueReader } from "./reader.js";
import { JournalRoom } from "./room.js";
import { Keeper } from "./segments/keeper.js";
import { mendSegment } from "./segments/mend.js";
import type { Recovered } from "./segments/recovery.js";
import { bytesBehind, type JournalSegment, type SegmentList } from "./segments/segments.js";
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
  ReaderOptions,
  ReaderStats,
} from "./types.js";

const LIMIT_BYTES = 1024 * 1024 * 1024;
/** Their index is read at once. */
const SEGMENT_COMMITS = 16 * 1024;
const TAIL_BYTES = 16 * 1024 * 1024;
const SYNC_DELAY_MS = 2;

export class Journal implements Core {
  readonly id: string;
  readonly directory: string;
  readonly files: Files;
  readonly sink: JournalSink;
  readonly segments: SegmentList;
  readonly tail: Tail;
  readonly #options: JournalOptions;
  readonly #limitBytes: number;
  readonly #lock: DirectoryLock;
  readonly #recovered: Recovered;
  readonly #losses: Writable<Losses>;
  readonly #missingBytes: number;
  readonly #readers: ReadonlyMap<string, ReaderState>;
  readonly #places: ReaderPlaces;
  readonly #sink: JournalSink;
  #wal!: Wal;
  readonly #keeper: Keeper;
  readonly #positions: Map<string, Position>;
  readonly #intake: Intake;
  readonly #notices: DropNotices;
  #room!: JournalRoom;
  #isFinished = false;
  #isClosing = false;
  #failure: { readonly error: unknown } | undefined;
  #waiting: (() => void)[] = [];
  readonly #open = new Map<string, JournalReader>();
  readonly #feeds = new Set<JournalFeed>();

  private constructor(options: JournalOptions, opened: Opened) {
    this.#options = options;
    this.directory = options.directory;
    this.files = options.files ?? diskFiles;
    this.#limitBytes = options.limitBytes ?? LIMIT_BYTES;
    this.id = opened.header.id;
    this.#lock = opened.lock;
    this.#recovered = opened.recovered;
    this.#losses = opened.recovered.losses;
    this.#missingBytes = opened.missingBytes;
    this.#readers = opened.readers;
    this.#positions = opened.positions;
    const { readers, positions } = opened;
    const { files, directory } = this;
    const readable = () => this.readable;
    const onFailure = (error: unknown) => this.#fail(error);
    const limitBytes = this.#limitBytes;
    const { onNotice, onWarning = onNotice, signal } = options;
    this.#notices = new DropNotices({ directory, signal, onWarning: (text) => onWarning?.(text) });
    const onDropped = (reader: ReaderState, events: number) => {
      this.#places.later(reader);
      this.#notices.note(reader, events);
    };
    this.#keeper = new Keeper(
      { files, directory, limitBytes, readers, positions, readable, onFailure, onDropped },
      opened.header,
    );
    this.segments = this.#keeper.segments;
    for (const segment of opened.recovered.segments) this.segments.add(segment);
    this.#places = new ReaderPlaces(this.id, this.files, opened.lock, (error) => this.#fail(error));
    this.tail = new Tail(TAIL_BYTES, (block) => this.#sink.onReleased?.(block));
    const wal = () => this.#wal;
    const onMore = () => this.#wakeAll();
    this.#intake = new Intake(
      { wal, keeper: this.#keeper, tail: this.tail, readers, positions, onMore },
      opened.header.end,
    );
    const states = new StateFiles(this.files, this.directory, (write) => this.#attempt(write));
    // The log is there before anything is written.
    const journal = this;
    this.#sink = new JournalSink({
      get wal() {
        return journal.#wal;
      },
      states,
      addressed: (exits, block) => this.#keeper.addressed(exits, block),
      asideAt: (exits) => asidePlaceOf(this.#readers.values(), exits),
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
    return this.#intake.readable;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  get isTight(): boolean {
    return this.#room.isTight;
  }

  /** What is for the reader, from its place on. One reads at a time: an earlier one of the name is closed. */
  reader(name: string): JournalReader {
    this.#open
      .get(name)
      ?.close()
      .catch((error) => this.#fail(error));
    const reader = new QueueReader(this, this.#state(name));
    this.#open.set(name, reader);
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
    const steps: (() => Promise<unknown>)[] = [
      ...[...this.#open.values()].map((reader) => () => reader.close()),
      () => this.#wal.close(),
      ...[...this.#readers.values()].map((reader) => () => this.save(reader)),
      () => this.#keeper.collect(),
      () => this.#keeper.writeHeader({ isClosed: this.#failure === undefined }),
    ];
    try {
      for (const step of steps) await this.#attempt(step).catch((error) => this.#fail(error));
      this.throwIfFailed();
    } finally {
      await this.#letGo();
    }
  }

  stats(): JournalStats {
    const { damagedBytes, damagedEvents, lostEvents } = this.#losses;
    return {
      bytes: this.segments.bytes,
      limitBytes: this.#limitBytes,
      segments: this.segments.all.length,
      events: this.#intake.events,
      readers: [...this.#readers.values()].map(({ name, waiting, place, dropped, droppedBefore }) => ({
        name,
        waitingEvents: waiting,
        lagBytes: bytesBehind(this.segments.all, place, this.readable),
        droppedEvents: dropped,
        droppedEver: droppedBefore + dropped,
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
    this.#keeper.advance(reader, place, done);
    this.#places.later(reader);
  }

  save(reader: ReaderState): Promise<void> {
    return this.#attempt(() => this.#places.save(reader));
  }

  async recount(reader: ReaderState, place: number): Promise<void> {
    await this.#attempt(() => this.#keeper.recount(reader, place));
  }

  noteAhead(place: number): void {
    if (place <= this.readable) return;
    const { directory, onWarning = this.#options.onNotice } = this.#options;
    onWarning?.(`a sink has stored more than there ever was in the journal ${directory}: it is another's`);
  }

  async mend(segment: JournalSegment): Promise<void> {
    if (segment.file !== undefined) await this.#wal.roll({ isLast: this.#isFinished });
    await this.#attempt(() => mendSegment(this.files, segment, this.#losses, this.#options));
  }

  lost(text: string, isForGood: boolean): void {
    const { onNotice, onWarning = onNotice, onLost = onWarning } = this.#options;
    (isForGood ? onLost : onWarning)?.(text);
  }

  async roll(): Promise<void> {
    await this.#attempt(() => this.#wal.roll({ isLast: this.#isFinished }));
  }

  async #begin(): Promise<void> {
    const { nowMs, syncDelayMs = SYNC_DELAY_MS, onNotice, signal } = this.#options;
    const { onWarning = onNotice } = this.#options;
    const fullness = new DiskFullRetry(this.directory, (text) => onWarning?.(text), signal);
    const room = (this.#room = new JournalRoom({
      directory: this.directory,
      limitBytes: this.#limitBytes,
      segments: this.segments,
      readers: () => [...this.#readers.values()],
      fullness,
      freeBytes: async () => this.files.freeBytes?.(this.directory),
      collect: () => this.#keeper.collect(),
      giveUp: (reader, segment) => this.#keeper.giveUp(reader, segment),
      shareOf: (bytes) => this.#keeper.shareOf(bytes),
      changed: () => this.#keeper.changed(),
      dropped: (events) => this.#keeper.countDropped(events),
      onWarning: (text) => onWarning?.(text),
      signal,
    }));
    await room.look();
    await this.#places.open(this.directory, this.#readers.values());
    await this.#keeper.writeHeader({ isClosed: false });
    const journal = this;
    this.#wal = await Wal.open({
      files: this.files,
      tableDirectory: this.directory,
      get segmentBytes() {
        return segmentBytesOf(journal.#options, room.mostBytes, journal.#feeds.size > 0);
      },
      syncDelayMs,
      nowMs,
      onSettled: (entry) => {
        if (!isAside(entry)) this.#keeper.settled(entry);
        if (this.#intake.isFree(entry)) this.#sink.onReleased?.(entry.block);
      },
      onSealed: (segment) => this.#intake.sealed(segment),
      ...(onNotice === undefined ? {} : { onNotice }),
      room,
      queue: {
        id: this.id,
        from: this.readable,
        segmentCommits: SEGMENT_COMMITS,
        join: joinSmall,
        onRound: (file, commits, entries) => this.#intake.written(file, commits, entries),
        onTakenBack: (file) => this.#intake.takenBack(file),
      },
    });
    for (const segment of this.#recovered.segments) this.#keeper.sealed(segment);
    await this.#keeper.collect();
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

  #fail(error: unknown): void {
    this.#failure ??= { error: explained(this.directory, error) };
    this.#wakeAll();
    this.#keeper.tellChanged();
  }

  async #attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw explained(this.directory, error);
    }
  }

  async #letGo(): Promise<void> {
    this.tail.clear();
    this.#notices.close();
    // Not there when opening has failed.
    const wal = this.#wal as Wal | undefined;
    await wal?.close().catch(() => {});
    await wal?.release().catch(() => {});
    await this.#places.close().catch(() => {});
    await this.#recovered.release();
    await this.#lock.release().catch(() => {});
  }
}

/** Failed system calls, said in terms of the journal. */
function explained(directory: string, error: unknown): unknown {
  if (error instanceof LogpipeError || (error instanceof Error && error.name === "AssertionFailure"))
    return error;
  return failure("journal.unwritable", { path: directory, reason: reasonOf(error) }, error);
}
