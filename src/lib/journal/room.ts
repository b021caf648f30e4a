/** Keeps a journal within its limit, and from filling the disk. */
import { failure, reasonOf } from "../base/errors/index.js";
import { isNoRoom } from "../base/files.js";
import { countOf } from "../base/size.js";
import type { DroppedEvents, Room, RoomVerdict } from "../store/wal/options.js";
import type { DiskFullRetry } from "../store/wal/room/disk-full-retry.js";
import type { Commit, Entry } from "../store/wal/segment.js";
import type { ReaderState } from "./places/reader-state.js";
import type { JournalSegment, SegmentList } from "./segments/segments.js";

export interface JournalRoomOptions {
  readonly directory: string;
  readonly limitBytes: number;
  readonly segments: SegmentList;
  readonly readers: () => readonly ReaderState[];
  readonly fullness: DiskFullRetry;
  readonly freeBytes: () => Promise<number | undefined>;
  /** Removes what nobody wants. True: something went. */
  readonly collect: () => Promise<boolean>;
  /** The segment is not for the reader any more. */
  readonly giveUp: (reader: ReaderState, segment: JournalSegment) => void;
  /** What a reader that drops what is newest keeps of so many bytes. */
  readonly shareOf: (bytes: number) => number;
  /** Resolves when a reader is further. */
  readonly changed: () => Promise<void>;
  readonly dropped: (events: readonly DroppedEvents[]) => void;
  readonly onWarning: (text: string) => void;
  readonly signal: AbortSignal | undefined;
}

interface Held {
  readonly segment: JournalSegment;
  readonly holders: readonly ReaderState[];
}

/** Left free for the small files beside the segments; and when nothing else can make room. */
const RESERVE_BYTES = 1024 * 1024;
const LEAST_RESERVE_BYTES = 64 * 1024;
const LOOK_MS = 1000;
/** While so much was free at the last look, nothing waits for the next one. */
const PLENTY_BYTES = 256 * 1024 * 1024;
/** A wait shorter than this is no news. */
const SILENT_MS = 1000;

export class JournalRoom implements Room {
  readonly #options: JournalRoomOptions;
  #freeBytes = Number.POSITIVE_INFINITY;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #waitsSinceMs: number | undefined;
  #isSaid = false;
  #isWaiting = false;

  constructor(options: JournalRoomOptions) {
    this.#options = options;
  }

  /** What it may take of the disk, as far as is known: its limit, or what it has and what is free. */
  get mostBytes(): number {
    const { segments, limitBytes } = this.#options;
    return Math.min(limitBytes, segments.bytes + this.#freeBytes);
  }

  /** Whoever holds what is there is to hurry: more than half of the room is in use, or something waits for some. */
  get isTight(): boolean {
    return this.#isWaiting || this.#options.segments.bytes * 2 >= this.mostBytes;
  }

  async admit(bytes: number, openBytes: number, isSingle: boolean): Promise<RoomVerdict> {
    try {
      return await this.#admit(bytes, openBytes, isSingle);
    } finally {
      this.#isWaiting = false;
    }
  }

  async #admit(bytes: number, openBytes: number, isSingle: boolean): Promise<RoomVerdict> {
    const { segments, limitBytes, collect } = this.#options;
    for (;;) {
      // A single block of more than the limit goes alone.
      const isOver = segments.all.length > 0 && segments.bytes + bytes > limitBytes;
      if (!isOver && (await this.#isFree(bytes))) {
        this.#freeBytes -= bytes;
        this.#goOn();
        return "write";
      }
      if (await collect()) continue;
      if (!isSingle) return "fewer";
      const verdict = await this.#giveWay(openBytes, isOver);
      if (verdict !== "again") return verdict;
    }
  }

  async refused(error: unknown): Promise<RoomVerdict> {
    if (!isNoRoom(error)) throw error;
    const { fullness, collect, changed } = this.#options;
    this.#lookedMs = Number.NEGATIVE_INFINITY;
    this.#freeBytes = 0;
    if (await collect()) return "write";
    const verdict = this.#dropSomething(false);
    if (verdict !== undefined) return verdict === "again" ? "write" : verdict;
    this.#throwIfStopped(error);
    fullness.begin(error);
    this.#isWaiting = true;
    await fullness.pause(changed());
    this.#isWaiting = false;
    this.#throwIfStopped(error);
    return "write";
  }

  written(): void {
    this.#options.fullness.end();
  }

  dropped(entries: readonly Entry[], takenBack: readonly Commit[]): void {
    const given = entries.map(({ block, to }) => ({ events: block.summary?.events ?? 0, to }));
    this.#options.dropped([...given, ...takenBack]);
  }

  async #giveWay(openBytes: number, isOver: boolean): Promise<RoomVerdict | "again"> {
    const { segments, fullness, changed } = this.#options;
    // So that it can go: readers may have passed it all.
    if (openBytes > 0 && !this.#isHeldBy(() => true, segments.all.slice(-1))) return "seal";
    if (openBytes > 0 && segments.all.every(({ file }) => file !== undefined)) return "seal";
    const verdict = this.#dropSomething(isOver);
    if (verdict === "again") return "again";
    // Then it goes as soon as it is passed, or can be given up.
    if (openBytes > 0) return "seal";
    if (verdict !== undefined) return verdict;
    // What is there is kept for who drops what is newest, or belongs to a transaction: its commit may wait for this,
    // and nobody can have any of it before.
    if (isOver && !this.#isHeldBy((reader) => !reader.yields)) return "write";
    this.#throwIfStopped(isOver ? new Error("it is at its limit") : DISK_IS_FULL);
    this.#isWaiting = true;
    if (isOver) await this.#waitForReaders();
    else {
      fullness.begin(DISK_IS_FULL);
      await fullness.pause(changed());
    }
    return "again";
  }

  /**
   * "again": a reader has given way. "drop": what comes is to. Undefined: neither is allowed. What a reader that blocks
   * has not passed stays, and so does what comes for it; and what was first of a reader that drops what is newest,
   * unless the disk has no other room.
   */
  #dropSomething(isOver: boolean): "again" | "drop" | undefined {
    const { segments, giveUp } = this.#options;
    const readers = this.#options.readers();
    const held = segments.all
      .filter(({ file }) => file === undefined)
      .map((segment) => ({ segment, holders: readers.filter((reader) => reader.wants(segment)) }))
      .filter(({ holders }) => holders.length > 0 && holders.every((reader) => reader.yields));
    const isAllNewest = readers.every(({ options }) => options.onFull === "drop-newest");
    if (isAllNewest && readers.length > 0) return "drop";
    const oldest = held.find(({ holders }) => holders.every((reader) => reader.yieldsOldest));
    const share = this.#options.shareOf(this.mostBytes);
    const isSpare = ({ segment, holders }: Held) =>
      holders.every((one) => !one.keepsOldest || segments.bytesFor(one) - segment.bytes >= share);
    const gone = oldest ?? held.findLast(isSpare) ?? (isOver ? undefined : held.at(-1));
    if (gone === undefined) return undefined;
    for (const reader of gone.holders) giveUp(reader, gone.segment);
    return "again";
  }

  #isHeldBy(isMeant: (reader: ReaderState) => boolean, all = this.#options.segments.all): boolean {
    const readers = this.#options.readers().filter(isMeant);
    return all.some((segment) => readers.some((reader) => reader.wants(segment)));
  }

  async #waitForReaders(): Promise<void> {
    const { directory, onWarning, signal, changed } = this.#options;
    this.#waitsSinceMs ??= performance.now();
    // Before the wait: whoever ends it holds nothing any more.
    const holders = this.#holders();
    let timer: NodeJS.Timeout | undefined;
    let stop = () => {};
    const pause = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SILENT_MS);
      stop = resolve;
    });
    signal?.addEventListener("abort", stop, { once: true });
    await Promise.race([pause, changed()]);
    signal?.removeEventListener("abort", stop);
    clearTimeout(timer);
    if (this.#isSaid || holders === "" || performance.now() - this.#waitsSinceMs < SILENT_MS) return;
    this.#isSaid = true;
    onWarning(`the journal ${directory} is full: waiting for ${holders}; nothing is lost`);
  }

  /** Whoever has not passed what is there, with how much each still has to take. */
  #holders(): string {
    const { readers, segments } = this.#options;
    const all = readers().filter((reader) => !reader.yields);
    const behind = all.filter((reader) => segments.all.some((segment) => reader.wants(segment)));
    return behind
      .map(({ name, waiting, options }) => {
        const doing = options.doing?.();
        return `${name} (${countOf(waiting, "event")}${doing === undefined ? "" : `, ${doing}`})`;
      })
      .join(", ");
  }

  #goOn(): void {
    if (this.#isSaid)
      this.#options.onWarning(`there is room in the journal ${this.#options.directory} again`);
    this.#waitsSinceMs = undefined;
    this.#isSaid = false;
  }

  #throwIfStopped(error: unknown): void {
    const { signal, directory } = this.#options;
    if (signal?.aborted === true)
      throw failure("journal.full", { path: directory, reason: reasonOf(error) }, error);
  }

  async #isFree(bytes: number): Promise<boolean> {
    // Where nothing is left that could go, no more room will come of itself.
    const isEmpty = this.#options.segments.bytes === 0;
    const wanted = bytes + (isEmpty ? LEAST_RESERVE_BYTES : RESERVE_BYTES);
    if (performance.now() - this.#lookedMs < LOOK_MS && this.#freeBytes >= wanted) return true;
    this.#looking ??= this.#look();
    if (this.#freeBytes < wanted + PLENTY_BYTES) await this.#looking;
    return this.#freeBytes >= wanted;
  }

  /** Asks how much is free. */
  async look(): Promise<void> {
    this.#looking ??= this.#look();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const freeBytes = await this.#options.freeBytes().catch(() => undefined);
    this.#freeBytes = freeBytes ?? Number.POSITIVE_INFINITY;
    this.#lookedMs = performance.now();
    this.#looking = undefined;
  }
}

/** As the system would say it a little later. */
const DISK_IS_FULL = Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
