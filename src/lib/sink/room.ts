import { failure, reasonOf } from "../base/errors/index.js";
import { isNoRoom } from "../base/files.js";
import type { Entry } from "../wal/segment.js";
import type { Room, Verdict } from "../wal/writer.js";
import type { Backlog, Dropped } from "./backlog.js";
import type { Fullness } from "./fullness.js";

/** What gives way when the log has reached its limit or the disk is full: the sender, what is oldest, or what is newest. */
export type OnFull = "block" | "drop-oldest" | "drop-newest";

export interface RoomOptions {
  /** The directory of the table, for messages. */
  readonly path: string;
  readonly onFull: OnFull;
  /** What this writer's log may take: the open segment and those not stored yet. */
  readonly limitBytes: number;
  readonly backlog: Backlog;
  readonly fullness: Fullness;
}

/** Keeps the log of one writer within its limit. */
export class LogRoom implements Room {
  /** What came and was thrown away. */
  readonly refusedTotal: Dropped = { events: 0, asideLines: 0, bytes: 0 };
  readonly #options: RoomOptions;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  async admit(bytes: number, openBytes: number): Promise<Verdict> {
    const { onFull, limitBytes, backlog } = this.#options;
    for (;;) {
      const usedBytes = backlog.bytes + openBytes;
      // A single block of more than the limit goes alone.
      if (usedBytes === 0 || usedBytes + bytes <= limitBytes) return "write";
      backlog.throwIfFailed();
      if (openBytes > 0 && backlog.bytes === 0) return "seal";
      if (onFull === "drop-newest") return "drop";
      if (onFull === "drop-oldest" && (await backlog.dropOldest())) continue;
      if (onFull === "drop-oldest" && openBytes > 0) return "seal";
      await this.#waitForBacklog();
    }
  }

  async refused(error: unknown): Promise<Verdict> {
    const { onFull, backlog, fullness } = this.#options;
    if (!isNoRoom(error)) throw error;
    backlog.throwIfFailed();
    if (onFull === "drop-newest") return "drop";
    if (onFull === "drop-oldest") return (await backlog.dropOldest()) ? "write" : "drop";
    if (fullness.isStopped) throw this.#stopped(error);
    fullness.begin(error);
    await fullness.pause(backlog.changed());
    return "write";
  }

  written(): void {
    this.#options.fullness.end();
  }

  dropped(entries: readonly Entry[]): void {
    const total = this.refusedTotal;
    for (const { block, aside } of entries) {
      total.events += block.summary?.events ?? 0;
      total.asideLines += aside?.lines ?? 0;
      total.bytes += block.bytes.length + (aside?.bytes.length ?? 0);
    }
  }

  /** Storing goes on and makes room; only when that finds no room itself, a stop ends the waiting. */
  async #waitForBacklog(): Promise<void> {
    const { backlog, fullness } = this.#options;
    if (backlog.isStuck && fullness.isStopped) throw this.#stopped(undefined);
    await backlog.changed();
  }

  #stopped(error: unknown): unknown {
    const reason = error === undefined ? "its log is full and cannot be stored" : reasonOf(error);
    return failure("store.full", { path: this.#options.path, reason }, error);
  }
}
