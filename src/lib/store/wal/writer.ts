// Enter here: the write-ahead log: append, group commit, sync, then acknowledge; segment.ts draws the format.
import { join } from "node:path";
import type { Block } from "../../event/block.js";
import { STORED } from "../../event/delivery/delivery.js";
import type { Position } from "../../event/position.js";
import {
  bytesOfEntry,
  countWithin,
  entryOf,
  isFull,
  isWritten,
  NO_EVENTS,
  refuse,
  Silent,
  settleDeliveries,
  writtenOf,
} from "./entries.js";
import { type Lock, lossOf } from "./lock.js";
import { MarkFile } from "./mark.js";
import type { WalOptions } from "./options.js";
import { ProgressBarrier } from "./progress-barrier.js";
import { removeDirectoryIfDone, removeSegment } from "./remove.js";
import { type Commit, type Entry, WAL_DIRECTORY } from "./segment.js";
import { type SealedSegment, SegmentFile } from "./segment-writer.js";
import { lockNewDirectory } from "./writing/new-directory.js";
import { RoundPace } from "./writing/round-pace.js";

export type { Room, RoomVerdict, WalOptions } from "./options.js";

/** Blocks that wait for the disk are kept in memory up to this many bytes; then `append` waits. */
const PENDING_BYTES = 4 * 1024 * 1024;

/**
 * The write-ahead log of one writer: blocks go to the open segment, and one round of fdatasync covers all that came
 * while the round before was under way, from however many callers. Acknowledgement takes one round of the disk when it
 * is idle, and never more than `syncDelayMs` and two rounds. A failed write that `room` does not care for ends the log:
 * nothing is acknowledged after it.
 */
export class Wal {
  readonly writer: string;
  readonly directory: string;
  readonly #options: WalOptions;
  readonly #lock: Lock;
  readonly #mark: MarkFile;
  readonly #pace: RoundPace;
  readonly #durable = new ProgressBarrier();
  readonly #sealed = new ProgressBarrier();
  #segment: SegmentFile | undefined;
  #nextSequence = 1;
  #pending: Entry[] = [];
  #pendingBytes = 0;
  readonly #silent = new Silent();
  #rollsWanted = 0;
  #isEnding = false;
  #work: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isLost = false;
  #isTransactional = false;
  /** The open segment's last write failed: it is not to be written to again. */
  #isBroken = false;
  #isCommitted = false;
  /** The first parts of a block were dropped: the others come yet, and go with them. */
  #isWithinDropped = false;
  /** Where the next segment begins in a journal. */
  #end: number;

  private constructor(options: WalOptions, writer: string, lock: Lock, mark: MarkFile) {
    this.#options = options;
    this.#mark = mark;
    this.writer = writer;
    this.directory = join(options.tableDirectory, WAL_DIRECTORY, writer);
    this.#lock = lock;
    this.#pace = new RoundPace(options.syncDelayMs);
    this.#end = options.queue?.from ?? 0;
  }

  /** Begins a writer directory of its own. */
  static async open(options: WalOptions): Promise<Wal> {
    const { writer, directory, lock } = await lockNewDirectory(options);
    try {
      return new Wal(options, writer, lock, await MarkFile.create(options.files, directory, writer));
    } catch (error) {
      await removeDirectoryIfDone(options.files, directory).catch(() => {});
      lock.release();
      throw error;
    }
  }

  /**
   * Takes a checked block, and the records of lines that were set aside before it. Resolves when the next may come; the
   * block's delivery is settled once it is durable, or dropped for want of room. Several may append at once.
   */
  async append(
    block: Block,
    aside?: Entry["aside"],
    queued: Pick<Entry, "to" | "facts"> = {},
  ): Promise<void> {
    this.#throwIfFailed();
    this.#add({ ...entryOf(block, this.#isTransactional), aside, ...queued });
    while (this.#pendingBytes >= PENDING_BYTES) await this.#durable.next();
    this.#throwIfFailed();
  }

  /** From now on what is appended counts only with the `commit` after it. Segments end where a transaction ends. */
  beginTransaction(): void {
    this.#isTransactional = true;
  }

  /**
   * Ends the transaction, and begins the next: everything appended since the last one counts, together with these
   * positions, or nothing of it. Resolves false when there was no room for that and it was dropped: the transaction
   * goes on.
   */
  async commit(positions: readonly Position[]): Promise<boolean> {
    // In a round of its own: when it is on the disk, so is all that it makes count.
    await this.flush();
    this.#isCommitted = false;
    this.#add({ block: NO_EVENTS, positions });
    await this.flush();
    return this.#isCommitted;
  }

  /** Resolves once everything that was appended before the call is durable. */
  async flush(): Promise<void> {
    this.#throwIfFailed();
    await this.#durable.reached();
    if (this.#takeSilent()) await this.#durable.reached();
    this.#throwIfFailed();
  }

  /** How long the open segment has held its first events, in milliseconds; 0 when there is none. */
  ageMs(): number {
    return this.#segment === undefined ? 0 : this.#options.nowMs() - this.#segment.openedMs;
  }

  /**
   * Hands the open segment over, if there is one. What was appended before the call is in it or in one before: it waits
   * for the end of what is open. `isLast`: that does not come any more, and is left out.
   */
  async roll({ isLast = false } = {}): Promise<void> {
    this.#throwIfFailed();
    await this.flush();
    this.#isEnding ||= isLast;
    this.#rollsWanted++;
    this.#sealed.expect(1);
    this.#work ??= this.#run();
    await this.#sealed.reached();
    this.#throwIfFailed();
  }

  /** Seals what is left, even after a failure, so that what was acknowledged can be stored. Files stay. */
  async close(): Promise<void> {
    while (this.#work !== undefined) await this.#work;
    await this.#mark.close();
    if (this.#isLost) await this.#segment?.abandon();
    else await this.#sealWhole();
    this.#sealed.arrive(this.#rollsWanted);
  }

  /** Removes a segment that was handed over and is not wanted any more. */
  async drop(segment: SealedSegment): Promise<void> {
    // First of all: what is gone then is not missed.
    await this.#mark.forget(segment.sequence);
    await removeSegment(this.#options.files, segment);
  }

  /** Gives the directory up: away with it when nothing is left in it, else for the next process to recover. */
  async release(): Promise<void> {
    try {
      if (!this.#isLost) await removeDirectoryIfDone(this.#options.files, this.directory);
    } finally {
      this.#lock.release();
    }
  }

  #add(entry: Entry): void {
    this.#pending.push(entry);
    this.#pendingBytes += bytesOfEntry(entry);
    this.#durable.expect(1);
    if (this.#pendingBytes >= PENDING_BYTES) this.#pace.hurry();
    this.#work ??= this.#run();
  }

  /** One call runs at a time: writes and syncs whatever is pending until nothing is. */
  async #run(): Promise<void> {
    // Never done before the caller has kept the promise in #work.
    await Promise.resolve();
    try {
      for (;;) {
        // In a transaction, or between the parts of a block, a roll waits for the end.
        if (this.#rollsWanted > 0 && (this.#isEnding || this.#segment?.isOpen !== true)) {
          const rolls = this.#rollsWanted;
          this.#rollsWanted = 0;
          await this.#seal();
          this.#sealed.arrive(rolls);
        } else if (this.#pending.length > 0) await this.#commitPending();
        else break;
      }
    } catch (error) {
      this.#failure ??= { error };
      this.#pending = [];
      this.#pendingBytes = 0;
      this.#durable.reject(error);
      this.#sealed.reject(error);
    }
    // Before anything else can run: what is appended from now on begins a new one.
    this.#work = undefined;
  }

  async #commitPending(): Promise<void> {
    const { segmentBytes } = this.#options;
    if (this.#isWithinDropped) {
      const end = this.#pending.findIndex((entry) => entry.isOpen !== true);
      return this.#drop(this.#pending.splice(0, end < 0 ? this.#pending.length : end + 1));
    }
    if (!this.#pending.some(isWritten)) return this.#keepSilent(this.#pending.splice(0));
    this.#takeSilent();
    await this.#pace.next(this.#pendingBytes >= PENDING_BYTES);
    const isOpen = this.#segment?.isOpen === true;
    if (!isOpen && isFull(this.#segment, bytesOfEntry(this.#pending[0]!), this.#options)) await this.#seal();
    const room = isOpen ? PENDING_BYTES : segmentBytes - (this.#segment?.length ?? 0);
    const group = this.#pending.splice(0, countWithin(this.#pending, room));
    if (await this.#write(group)) {
      this.#isCommitted ||= group.some(({ positions }) => positions !== undefined);
      this.#done(group);
      return settleDeliveries(group, STORED);
    }
    await this.#drop(group);
  }

  /** A block goes whole: half of it would count with whatever comes behind it. */
  async #drop(group: readonly Entry[]): Promise<void> {
    const takenBack = await this.#takeBackOpen();
    this.#isWithinDropped = !this.#isTransactional && group.at(-1)?.isOpen === true;
    this.#options.room?.dropped(group, takenBack);
    this.#silent.addAgain(group);
    this.#done(group);
    refuse(group);
  }

  /** The parts of a block that are in the log while others of it are dropped. A transaction goes on. */
  async #takeBackOpen(): Promise<readonly Commit[]> {
    const segment = this.#segment;
    if (segment?.isOpen !== true || this.#isTransactional) return [];
    const open = segment.openCommits;
    await this.#sealWhole();
    this.#options.queue?.onTakenBack(segment);
    return open;
  }

  #create(): Promise<SegmentFile> {
    const { files, nowMs, queue } = this.#options;
    const place = queue && { id: queue.id, from: this.#end };
    return SegmentFile.create(files, this.directory, this.#nextSequence++, nowMs(), place);
  }

  #keepSilent(group: readonly Entry[]): void {
    const settled = this.#silent.add(group);
    this.#done(group);
    for (const delivery of settled) delivery.settle(STORED);
    if (this.#silent.isDue) this.#takeSilent();
  }

  /** Has positions that have waited written before what is pending. False: there are none. */
  #takeSilent(): boolean {
    // Between the parts of a block it would make those count that are there.
    if (this.#segment?.isOpen === true && !this.#isTransactional) return false;
    const entry = this.#silent.take(this.#isTransactional);
    if (entry === undefined) return false;
    this.#pending.unshift(entry);
    this.#durable.expect(1);
    this.#work ??= this.#run();
    return true;
  }

  /**
   * Makes the group durable; what there is no room for now of its end is pending again. False: there is no room, and it
   * is to be dropped.
   */
  async #write(group: Entry[]): Promise<boolean> {
    const { nowMs, room, queue } = this.#options;
    for (;;) {
      const bytes = group.reduce((sum, entry) => sum + bytesOfEntry(entry), 0);
      const openBytes = this.#segment?.closedLength ?? 0;
      let verdict = (await room?.admit(bytes, openBytes, group.length === 1)) ?? "write";
      if (verdict === "fewer") {
        this.#pending.unshift(...group.splice(Math.ceil(group.length / 2)));
        continue;
      }
      if (verdict === "drop") return false;
      try {
        if (verdict === "seal" || this.#isBroken) await this.#seal();
        if (verdict === "seal") continue;
        this.#segment ??= await this.#create();
        const wanted = writtenOf(group, this.#segment.isOpen);
        const written = queue?.join(wanted) ?? wanted;
        const commits = await this.#segment.commit(written, nowMs());
        await Promise.all([
          this.#checkOwned(),
          this.#mark.putOrSay(this.#segment.mark, this.#options.onNotice),
        ]);
        room?.written();
        queue?.onRound(this.#segment, commits, written);
        return true;
      } catch (error) {
        if (room === undefined || this.#isLost || this.#failure !== undefined) throw error;
        // What a failed sync has left of the file is not known: the segment ends where it was durable.
        this.#isBroken = this.#segment !== undefined;
        if (this.#segment?.isOpen !== true) await this.#seal();
        verdict = await room.refused(error);
      }
      if (verdict === "drop") return false;
      this.#isBroken ||= verdict === "seal" && this.#segment !== undefined;
    }
  }

  /** Nothing is acknowledged, nor anything of the directory changed, once another process has it. */
  async #checkOwned(): Promise<void> {
    if (!(await this.#lock.isLost())) return;
    this.#isLost = true;
    throw await lossOf(this.#options.files, this.directory, this.#segment?.base);
  }

  /** The entries are durable, or dropped, or nothing is to be written of them yet but positions. */
  #done(group: readonly Entry[]): void {
    for (const entry of group) {
      this.#pendingBytes -= bytesOfEntry(entry);
      this.#options.onSettled?.(entry);
    }
    this.#durable.arrive(group.length);
  }

  /** Ends the open segment. A transaction that has not ended goes on in the next one. */
  async #seal(): Promise<void> {
    const segment = this.#segment;
    if (segment?.isOpen !== true) return this.#sealWhole();
    this.#end = segment.end;
    const next = await this.#create();
    try {
      await segment.carryTo(next);
    } catch (error) {
      await next.discard().catch(() => {});
      throw error;
    }
    this.#segment = next;
    await this.#handOver(segment);
  }

  /** Ends the open segment, without what no commit has come for. */
  async #sealWhole(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    if (segment !== undefined) await this.#handOver(segment);
  }

  async #handOver(segment: SegmentFile): Promise<void> {
    this.#isBroken = false;
    this.#end = segment.end;
    try {
      const sealed = await segment.seal();
      if (sealed.commits.length > 0) this.#options.onSealed(sealed);
      else await removeSegment(this.#options.files, sealed);
    } catch (error) {
      // Storing a later segment would cover this one: nothing more may follow.
      this.#failure ??= { error };
      throw error;
    }
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
