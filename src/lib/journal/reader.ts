import { takeBuffer } from "../base/buffers.js";
import { failure, reasonOf } from "../base/errors/index.js";
import { isSystemError } from "../base/files.js";
import { Block, type Labels, type Origin } from "../event/block.js";
import type { Cursor } from "../event/delivery/cursor.js";
import { CursorTracker } from "../event/delivery/cursor-tracker.js";
import { JOURNAL_PREFIX } from "../event/position.js";
import type { Summary } from "../event/summary.js";
import type { Replay } from "../pipeline/contract/source.js";
import { type Commit, isAside, isFor } from "../store/wal/segment.js";
import type { Core } from "./core.js";
import type { ReaderState } from "./places/reader-state.js";
import { DamagedError, SegmentReader } from "./segments/segment-reader.js";
import { endOfCommit, eventsFor, type JournalSegment } from "./segments/segments.js";
import type { JournalReader } from "./types.js";

interface Mark {
  readonly place: number;
  readonly done: number;
}

/** A segment that is damaged again each time it was mended is on a disk that cannot be read from. */
const MENDS_MAX = 3;
/** After so many bytes of others' blocks the place counts as reached. */
const SKIPPED_BYTES = 1024 * 1024;

/** One reading of what is for a reader: begins at its place, and moves it. */
export class QueueReader implements JournalReader {
  readonly replay: Replay;
  readonly isPassive = false;
  readonly #core: Core;
  readonly #state: ReaderState;
  readonly #stream: string;
  readonly #tracker: CursorTracker<Mark>;
  /** Where the next block begins that was not looked at. */
  #next: number;
  #reached: number;
  /** Events handed over, counted as `ReaderState.done`. */
  readonly #handed: { events: number };
  /** The number of the next block in the tail. */
  #number: number | undefined;
  #disk: SegmentReader | undefined;
  #isStopped = false;
  #hasBegun = false;
  #wake: (() => void) | undefined;

  constructor(core: Core, state: ReaderState) {
    this.#core = core;
    this.#state = state;
    const id = `${JOURNAL_PREFIX}${core.id}`;
    this.#stream = `${id}/${state.name}`;
    this.#next = state.place;
    this.#reached = state.place;
    this.#handed = { events: state.done };
    state.handed = this.#handed;
    this.#tracker = new CursorTracker(({ place, done }) => core.advance(state, place, done));
    this.replay = {
      id,
      resume: (cursors) => this.#resume(cursors),
      waiting: (held) => this.#waiting(held),
    };
  }

  async read(): Promise<Block | undefined> {
    await this.#begin();
    for (;;) {
      if (this.#isStopped) return undefined;
      this.#core.throwIfFailed();
      this.#followSkips();
      const found = this.#next < this.#core.readable ? await this.#step() : "idle";
      if (found instanceof Block) return found;
      if (found !== "idle") continue;
      this.#sayReached();
      if (this.#core.isFinished && this.#next >= this.#core.readable) return undefined;
      await this.#more();
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake?.();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#closeDisk();
    if (this.#state.handed === this.#handed) {
      this.#state.handed = undefined;
      this.#state.loseAfloat();
    }
    await this.#core.save(this.#state);
  }

  #resume(cursors: readonly Cursor[]): void {
    const own = cursors.filter(
      ({ stream }) => stream === this.#stream || stream.startsWith(`${this.#stream}/`),
    );
    // One reader reads all streams in order: what is durable of one is so of all before it.
    this.#next = own.reduce((most, { offset }) => Math.max(most, offset), this.#state.from);
    this.#core.noteAhead(this.#next);
    this.#reached = this.#next;
    this.#number = undefined;
    for (const { stream, print } of own) this.#prints.set(stream, print);
  }

  readonly #prints = new Map<string, string | undefined>();

  #waiting(held: ReadonlyMap<string, Buffer> | undefined): readonly Block[] {
    const blocks: Block[] = [];
    for (const [stream, bytes] of held ?? []) {
      if (stream !== this.#stream && !stream.startsWith(`${this.#stream}/`)) continue;
      const { labels, origin, entry } = factsIn(this.#prints.get(stream));
      const block = new Block(bytes, labels);
      block.origin = origin;
      block.entry = entry;
      block.cursor = { stream, offset: this.#next, print: this.#prints.get(stream) };
      block.delivery = this.#tracker.handedOver("", { place: this.#next, done: this.#handed.events });
      blocks.push(block);
    }
    return blocks;
  }

  /** Where the sink's place is not the one that was saved here, what waits is counted again. */
  async #begin(): Promise<void> {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const state = this.#state;
    if (this.#next === state.place && !state.hasGivenUpBehind(state.place)) return;
    await this.#core.recount(state, this.#next);
  }

  /** The journal was full, and this reader gave way. */
  #followSkips(): void {
    const { place } = this.#state;
    if (place <= this.#next) return;
    this.#next = place;
    this.#reached = place;
    this.#number = undefined;
    this.#handed.events = Math.max(this.#handed.events, this.#state.done);
  }

  async #step(): Promise<Block | "again" | "idle"> {
    const fromTail = this.#fromTail();
    if (fromTail !== undefined) {
      if (this.#disk !== undefined) await this.#closeDisk();
      return fromTail;
    }
    return this.#fromDisk();
  }

  #fromTail(): Block | "again" | undefined {
    const { tail, readable } = this.#core;
    const number = this.#number ?? tail.find(this.#next);
    const entry = number === undefined ? "gone" : tail.get(number);
    this.#number = entry === "gone" ? undefined : number;
    if (number === undefined || entry === "gone" || entry === undefined || entry.end > readable)
      return undefined;
    this.#number = number + 1;
    this.#next = entry.end;
    const { name, from } = this.#state;
    if (!isFor(entry.commit, name) || entry.at < from || this.#state.hasGivenUp(entry.at))
      return this.#skipped();
    return this.#blockOf(entry.commit, entry.bytes);
  }

  async #fromDisk(): Promise<Block | "again"> {
    const { segments } = this.#core;
    const segment = segments.behind(this.#next);
    if (segment === undefined) {
      this.#next = this.#core.readable;
      return "again";
    }
    if (segment.from > this.#next) this.#pass(segment.from);
    if (segment.file === undefined && eventsFor(segment, this.#state.name) === 0) {
      this.#pass(segment.end);
      return "again";
    }
    try {
      return await this.#fromSegment(segment);
    } catch (error) {
      await this.#closeDisk();
      if (error instanceof DamagedError) await this.#mend(segment);
      else if (!this.#isGone(segment, error))
        throw failure("journal.unreadable", { path: this.#core.directory, reason: reasonOf(error) }, error);
      return "again";
    }
  }

  async #fromSegment(segment: JournalSegment): Promise<Block | "again"> {
    let disk = this.#disk;
    if (disk?.segment !== segment || disk.next !== this.#next) {
      await this.#closeDisk();
      disk = await SegmentReader.open(this.#core.files, segment, this.#state.name, this.#next);
      this.#disk = disk;
    }
    const found = await disk.read();
    if (found !== undefined) {
      this.#next = disk.next;
      if (this.#state.hasGivenUp(found.commit.at ?? 0)) return this.#skipped();
      return this.#blockOf(found.commit, found.bytes);
    }
    await this.#closeDisk();
    // What a recovery has taken out of it does not come any more.
    if (segment.file === undefined) this.#pass(Math.max(disk.end, segment.end));
    else this.#next = Math.max(this.#next, disk.end);
    return "again";
  }

  /** Behind a segment it is known again how many events were before. */
  #pass(place: number): void {
    this.#next = place;
    const before = this.#state.addressed - this.#core.segments.eventsFrom(this.#state.name, place);
    this.#handed.events = Math.max(this.#handed.events, before);
    this.#sayReached();
  }

  /** It went because it does not wait for this reader. */
  #isGone(segment: JournalSegment, error: unknown): boolean {
    return isSystemError(error, "ENOENT") && !this.#core.segments.all.includes(segment);
  }

  async #mend(segment: JournalSegment): Promise<void> {
    if (segment.mends >= MENDS_MAX)
      throw failure("journal.unreadable", {
        path: this.#core.directory,
        reason: `${segment.base} changes each time it is read`,
      });
    await this.#core.mend(segment);
  }

  #skipped(): "again" {
    if (this.#next - this.#reached > SKIPPED_BYTES) this.#sayReached();
    return "again";
  }

  #sayReached(): void {
    if (this.#reached === this.#next) return;
    this.#reached = this.#next;
    this.#tracker.reached("", { place: this.#next, done: this.#handed.events });
  }

  #blockOf(commit: Commit, bytes: Buffer): Block {
    const { facts = {}, events } = commit;
    const own = takeBuffer(isAside(commit) ? 0 : bytes.length);
    if (!isAside(commit)) own.set(bytes);
    const block = new Block(own, facts.labels, facts.isText === true ? undefined : summaryOf(commit));
    block.origin = facts.origin;
    block.entry = facts.entry;
    if (isAside(commit)) block.aside = { bytes: Buffer.from(bytes), lines: events };
    this.#handed.events += events;
    const end = endOfCommit(commit);
    this.#reached = end;
    const stream = [this.#stream, facts.entry, facts.stream].filter((part) => part !== undefined).join("/");
    block.cursor = { stream, offset: end, ...printOf(commit) };
    block.delivery = this.#tracker.handedOver("", { place: end, done: this.#handed.events });
    return block;
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#core.whenMore(resolve);
    });
    this.#wake = undefined;
  }

  async #closeDisk(): Promise<void> {
    const disk = this.#disk;
    this.#disk = undefined;
    await disk?.close();
  }
}

function summaryOf({ events, columns, crc32c, firstTimestamp, lastTimestamp }: Commit): Summary {
  return {
    events,
    columns,
    crc32c,
    ...(firstTimestamp === undefined ? {} : { firstTimestamp }),
    ...(lastTimestamp === undefined ? {} : { lastTimestamp }),
  };
}

interface Facts {
  readonly labels?: Labels;
  readonly origin?: Origin;
  readonly entry?: number;
}

/** What lines that are held back need besides, with the cursor that they are saved with. */
function printOf({ facts }: Commit): { readonly print?: string } {
  if (facts?.isText !== true) return {};
  const { labels, origin, entry } = facts;
  return { print: JSON.stringify({ labels, origin, entry }) };
}

function factsIn(print: string | undefined): Facts {
  if (print === undefined) return {};
  try {
    return JSON.parse(print) as Facts;
  } catch {
    return {};
  }
}
