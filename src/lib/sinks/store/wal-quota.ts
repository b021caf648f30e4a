import { failure, reasonOf } from "../../base/errors/index.js";
import { isNoRoom } from "../../base/files.js";
import type { OnFull } from "../../pipeline/contract/graph.js";
import type { DiskFullRetry } from "../../store/wal/room/disk-full-retry.js";
import type { Commit, Entry } from "../../store/wal/segment.js";
import type { Room, RoomVerdict } from "../../store/wal/writer.js";
import type { Backlog, Dropped } from "./backlog.js";

export interface RoomOptions {
  /** The directory of the table, for messages. */
  readonly path: string;
  readonly onFull: OnFull;
  /** What this writer's log may take: the open segment and those not stored yet. */
  readonly limitBytes: number;
  readonly backlog: Backlog;
  readonly fullness: DiskFullRetry;
  /** What the device has left, where that can be known. */
  readonly freeBytes: () => Promise<number | undefined>;
  /** Told once when what is left cannot be asked for: then the log fills the disk before it waits. */
  readonly onNotice?: (text: string) => void;
}

/** The log leaves this part of a segment's size free, so that the segment can become Parquet and make room. */
const RESERVE = 0.5;
const LEAST_RESERVE_BYTES = 256 * 1024;
/** How long what was found free counts. */
const LOOK_MS = 1000;

/** Keeps the log of one writer within its limit, and from filling the disk that its own Parquet needs. */
export class WalQuota implements Room {
  /** What came and was thrown away. */
  readonly refusedTotal: Dropped = { events: 0, asideLines: 0, bytes: 0 };
  readonly #options: RoomOptions;
  /** What was free when it was looked at, less what was admitted since. */
  #freeBytes = 0;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #hasTold = false;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  async admit(bytes: number, openBytes: number, isSingle: boolean): Promise<RoomVerdict> {
    const { onFull, backlog } = this.#options;
    for (;;) {
      if (!this.#isOverLimit(bytes, openBytes) && (await this.#isFree(bytes, openBytes))) {
        this.#freeBytes -= bytes;
        return "write";
      }
      backlog.throwIfFailed();
      if (!isSingle) return "fewer";
      if (openBytes > 0 && backlog.bytes === 0) return "seal";
      if (onFull === "drop-newest") return "drop";
      if (onFull === "drop-oldest" && (await backlog.dropOldest())) continue;
      if (onFull === "drop-oldest" && openBytes > 0) return "seal";
      if (backlog.bytes > 0) await this.#waitForBacklog();
      else if (onFull === "drop-oldest") return "drop";
      else await this.#waitForDisk(DISK_IS_FULL);
    }
  }

  async refused(error: unknown): Promise<RoomVerdict> {
    const { onFull, backlog } = this.#options;
    if (!isNoRoom(error)) throw error;
    this.#lookedMs = Number.NEGATIVE_INFINITY;
    backlog.throwIfFailed();
    if (onFull === "drop-newest") return "drop";
    if (onFull === "drop-oldest") return (await backlog.dropOldest()) ? "write" : "drop";
    await this.#waitForDisk(error);
    return "write";
  }

  written(): void {
    this.#options.fullness.end();
  }

  dropped(entries: readonly Entry[], takenBack: readonly Commit[]): void {
    const total = this.refusedTotal;
    for (const { events, length, aside } of takenBack) {
      total.events += events;
      total.asideLines += aside?.lines ?? 0;
      total.bytes += length + (aside?.length ?? 0);
    }
    for (const { block, aside } of entries) {
      total.events += block.summary?.events ?? 0;
      total.asideLines += aside?.lines ?? 0;
      total.bytes += block.bytes.length + (aside?.bytes.length ?? 0);
    }
  }

  #isOverLimit(bytes: number, openBytes: number): boolean {
    const usedBytes = this.#options.backlog.bytes + openBytes;
    // A single block of more than the limit goes alone.
    return usedBytes > 0 && usedBytes + bytes > this.#options.limitBytes;
  }

  async #isFree(bytes: number, openBytes: number): Promise<boolean> {
    const largest = Math.max(openBytes + bytes, this.#options.backlog.largestBytes);
    const wanted = bytes + Math.max(LEAST_RESERVE_BYTES, largest * RESERVE);
    const isFresh = performance.now() - this.#lookedMs < LOOK_MS;
    if (isFresh && this.#freeBytes >= wanted) return true;
    const freeBytes = await this.#options.freeBytes().catch((error) => this.#tellOnce(error));
    this.#freeBytes = freeBytes ?? Number.POSITIVE_INFINITY;
    this.#lookedMs = performance.now();
    return this.#freeBytes >= wanted;
  }

  #tellOnce(error: unknown): undefined {
    const { path, onNotice } = this.#options;
    if (!this.#hasTold)
      onNotice?.(
        `cannot ask how much room there is for ${path}: ${reasonOf(error)}; writing goes on until the disk is full`,
      );
    this.#hasTold = true;
  }

  /** Storing goes on and makes room; only when that finds no room itself, a stop ends the waiting. */
  async #waitForBacklog(): Promise<void> {
    const { backlog, fullness } = this.#options;
    if (backlog.isStuck && fullness.isStopped) throw this.#stopped(DISK_IS_FULL);
    await backlog.changed();
  }

  async #waitForDisk(error: unknown): Promise<void> {
    const { backlog, fullness } = this.#options;
    if (fullness.isStopped) throw this.#stopped(error);
    fullness.begin(error);
    await fullness.pause(backlog.changed());
  }

  #stopped(error: unknown): unknown {
    return failure("store.full", { path: this.#options.path, reason: reasonOf(error) }, error);
  }
}

/** As the system would say it a little later, when nothing at all can be written. */
const DISK_IS_FULL = Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
