import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { assert } from "../base/assert.js";
import { type Files, isSystemError, makeDurableDirectory } from "../base/files.js";
import type { Block } from "../event/block.js";
import type { Position } from "../event/position.js";
import { type Lock, takeLock } from "./lock.js";
import { removeDirectoryIfDone } from "./remove.js";
import { WAL_DIRECTORY } from "./segment.js";
import { type SealedSegment, SegmentFile } from "./segment_file.js";

/** Blocks that wait for the disk are kept in memory up to this many bytes; then `append` waits. */
const PENDING_BYTES = 4 * 1024 * 1024;

export interface WalOptions {
  readonly files: Files;
  readonly tableDirectory: string;
  readonly segmentBytes: number;
  readonly nowMs: () => number;
  /** Called with the newest position of each group of blocks that became durable, in order. */
  readonly onDurable: (position: Position) => void;
  /** Called for each block once its bytes are on the disk and not looked at any more. */
  readonly onReleased?: (block: Block) => void;
  /** Takes a segment that is full. Resolves when the next one may be begun. */
  readonly onSealed: (segment: SealedSegment) => Promise<void>;
}

/**
 * The write-ahead log of one writer: blocks go to the open segment, and one round of fdatasync covers all that came
 * while the round before was under way. So acknowledgement takes one round of the disk when it is idle and never more
 * than two. The first failed write or sync ends the log: nothing is acknowledged after it.
 */
export class Wal {
  readonly writer: string;
  readonly directory: string;
  readonly #options: WalOptions;
  readonly #lock: Lock;
  #segment: SegmentFile | undefined;
  #nextSequence = 1;
  #pending: Block[] = [];
  #pendingBytes = 0;
  #round: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  private constructor(options: WalOptions, writer: string, lock: Lock) {
    this.#options = options;
    this.writer = writer;
    this.directory = join(options.tableDirectory, WAL_DIRECTORY, writer);
    this.#lock = lock;
  }

  /** Begins a writer directory of its own. */
  static async open(options: WalOptions): Promise<Wal> {
    const parent = join(options.tableDirectory, WAL_DIRECTORY);
    await makeDurableDirectory(options.files, parent);
    for (;;) {
      const writer = randomUUID();
      const directory = join(parent, writer);
      await makeDurableDirectory(options.files, directory);
      const lock = await takeLock(options.files, directory).catch((error) => {
        // Another process cleaned the still empty directory away.
        if (isSystemError(error, "ENOENT")) return undefined;
        throw error;
      });
      if (lock !== undefined) return new Wal(options, writer, lock);
    }
  }

  /** Takes a checked block. Resolves when the next may come; `flush` tells when it is durable. */
  async append(block: Block): Promise<void> {
    this.#throwIfFailed();
    assert(
      block.bytes.length === 0 || block.summary !== undefined,
      "a block for the write-ahead log was not checked",
    );
    this.#pending.push(block);
    this.#pendingBytes += block.bytes.length;
    this.#round ??= this.#work();
    while (this.#pendingBytes >= PENDING_BYTES && this.#round !== undefined) await this.#round;
    this.#throwIfFailed();
  }

  /** Resolves once everything appended is durable. */
  async flush(): Promise<void> {
    while (this.#round !== undefined) await this.#round;
    this.#throwIfFailed();
  }

  /** How long the open segment has held its first events, in milliseconds; 0 when there is none. */
  ageMs(): number {
    return this.#segment === undefined ? 0 : this.#options.nowMs() - this.#segment.openedMs;
  }

  /** Hands the open segment over, if there is one. */
  async roll(): Promise<void> {
    while (this.#round !== undefined) await this.#round;
    // As a round of its own, so that appends that come meanwhile wait their turn.
    this.#round = Promise.resolve()
      .then(() => this.#seal())
      .catch((error) => this.#fail(error))
      .finally(() => this.#endRound());
    await this.#round;
    this.#throwIfFailed();
  }

  /** Seals what is left, even after a failure, so that what was acknowledged can be stored. Files stay. */
  async close(): Promise<void> {
    while (this.#round !== undefined) await this.#round;
    const segment = this.#segment;
    this.#segment = undefined;
    if (segment !== undefined) await this.#options.onSealed(await segment.seal());
  }

  /** Gives the directory up: away with it when nothing is left in it, else for the next process to recover. */
  async release(): Promise<void> {
    await removeDirectoryIfDone(this.#options.files, this.directory);
    this.#lock.release();
  }

  /** One call runs at a time: writes and syncs whatever is pending until nothing is. */
  async #work(): Promise<void> {
    // Never done before the caller has kept the promise in #round.
    await Promise.resolve();
    try {
      while (this.#pending.length > 0 && this.#failure === undefined) await this.#commitPending();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#endRound();
    }
  }

  #endRound(): void {
    this.#round = this.#pending.length > 0 && this.#failure === undefined ? this.#work() : undefined;
  }

  async #commitPending(): Promise<void> {
    const { files, nowMs, segmentBytes } = this.#options;
    if (!this.#pending.some(hasBytes)) return this.#acknowledge(this.#pending.splice(0));
    if (this.#segment !== undefined && this.#segment.length + this.#pending[0]!.bytes.length > segmentBytes) {
      await this.#seal();
    }
    this.#segment ??= await SegmentFile.create(files, this.directory, this.#nextSequence++, nowMs());
    const group = this.#takeGroup(segmentBytes - this.#segment.length);
    await this.#segment.commit(group.filter(hasBytes), nowMs());
    for (const block of group) {
      this.#pendingBytes -= block.bytes.length;
      this.#options.onReleased?.(block);
    }
    this.#acknowledge(group);
  }

  /** A block without events (all set aside) has a position all the same. */
  #acknowledge(blocks: readonly Block[]): void {
    for (const position of newestPositions(blocks)) this.#options.onDurable(position);
  }

  /** The first pending block, and those after it that still fit the segment. */
  #takeGroup(room: number): Block[] {
    let count = 1;
    let bytes = this.#pending[0]!.bytes.length;
    while (count < this.#pending.length && bytes + this.#pending[count]!.bytes.length <= room) {
      bytes += this.#pending[count++]!.bytes.length;
    }
    return this.#pending.splice(0, count);
  }

  async #seal(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    if (segment !== undefined) await this.#options.onSealed(await segment.seal());
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** The last position of each source, in the order they came. */
function newestPositions(blocks: readonly Block[]): Position[] {
  const bySource = new Map<string, Position>();
  for (const { position } of blocks) {
    if (position === undefined) continue;
    bySource.delete(position.source);
    bySource.set(position.source, position);
  }
  return [...bySource.values()];
}

function hasBytes(block: Block): boolean {
  return block.bytes.length > 0;
}
