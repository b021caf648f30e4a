// Enter here: events appended to a file, exactly once.
/**
 * Appends NDJSON to a file. Its length, the cursors of what is in it and the number of the saved state stand beside it,
 * in `FILE.logpipe`; a restart cuts the file back to that length. See docs/decisions/0066-append.md.
 *
 *     data appended -> fdatasync -> length and cursors appended to `progress` -> fdatasync -> deliveries settled
 */
import { realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { failure, LogpipeError, reasonOf } from "../../base/errors/index.js";
import { diskFiles, type Files, isNoRoom, makeDurableDirectory } from "../../base/files.js";
import type { Block } from "../../event/block.js";
import { type Delivery, STORED } from "../../event/delivery/delivery.js";
import { type Position, positionOf } from "../../event/position.js";
import type { CheckpointStore, Sink } from "../../pipeline/contract/sink.js";
import { type CheckpointLock, lockCheckpoint } from "../../sources/checkpoint/checkpoint-lock.js";
import { positionsOf, progressOf } from "../../store/wal/progress/progress.js";
import { StateFiles } from "../../store/wal/progress/state-files.js";
import { DiskFullRetry } from "../../store/wal/room/disk-full-retry.js";
import { AppendedFile, type AppendedOptions } from "./appended-file.js";
import { ProgressFile } from "./progress-file.js";

export interface AppendOptions {
  /** Absolute. Made where it is not there, in a directory that is. */
  readonly path: string;
  /** Begins a sync at most this often, so that more blocks share it; in milliseconds. */
  readonly syncDelayMs: number;
  readonly files?: Files;
  /** Aborted when the user asks to stop: then nothing waits for room any more. */
  readonly signal?: AbortSignal;
  readonly onNotice?: (text: string) => void;
  readonly onWarning?: (text: string) => void;
}

/** How often it is asked whether the lock is still ours, and the name still the file's, while something is written. */
const LOOK_MS = 250;

/** What has been written and is not known to be durable. */
interface Group {
  readonly deliveries: Delivery[];
  readonly positions: Map<string, Position>;
}

export class AppendSink implements Sink {
  onReleased?: (block: Block) => void;
  readonly checkpoints: CheckpointStore;
  private readonly path: string;
  private readonly options: AppendOptions;
  private readonly progress: ProgressFile;
  private readonly fullness: DiskFullRetry;
  private readonly opening: AppendedOptions;
  private file!: AppendedFile;
  private lock!: CheckpointLock;
  private saved: readonly Position[] = [];
  private group: Group = newGroup();
  /** The length that the progress file has. */
  private whole = 0;
  private hasTransactions = false;
  /** The last block is no whole: nothing counts before the rest of it has come. */
  private isInParts = false;
  private timer: NodeJS.Timeout | undefined;
  private lookedMs = 0;
  private turn: Promise<unknown> = Promise.resolve();
  private failed: { readonly error: unknown } | undefined;

  /** Throws output.unwritable, output.locked, output.progress. */
  static async open(options: AppendOptions): Promise<AppendSink> {
    const path = await realPath(options.path);
    const sink = new AppendSink({ ...options, path });
    await sink.attempt(() => sink.open());
    return sink;
  }

  private constructor(options: AppendOptions) {
    const { path, files = diskFiles, onNotice = () => {}, onWarning = onNotice, signal } = options;
    this.options = options;
    this.path = path;
    this.opening = { files, path, onNotice, onWarning };
    this.progress = new ProgressFile(files, this.directory);
    this.fullness = new DiskFullRetry(path, onWarning, signal);
    this.checkpoints = {
      resume: async () => progressOf(this.saved),
      begin: () => {
        this.hasTransactions = true;
      },
      commit: (checkpoint) => this.inTurn(() => this.commit(positionsOf(checkpoint))).then(() => true),
      states: new StateFiles(files, this.directory, (write) =>
        this.attempt(() => this.whenThereIsRoom(write)),
      ),
    };
  }

  private get directory(): string {
    return `${this.path}.logpipe`;
  }

  async write(block: Block): Promise<boolean> {
    if (this.failed !== undefined) throw this.failed.error;
    const { bytes, delivery, cursor, held, knownBehind: known, isPart = false } = block;
    await this.inTurn(async () => {
      if (!this.isDirty) await this.lookAround();
      this.isInParts = isPart;
      if (bytes.length > 0) await this.whenThereIsRoom(() => this.file.write(bytes));
      if (delivery !== undefined) this.group.deliveries.push(delivery);
      if (cursor !== undefined) this.group.positions.set(cursor.stream, positionOf({ cursor, held, known }));
    });
    this.onReleased?.(block);
    this.schedule();
    return true;
  }

  async flush(): Promise<void> {
    if (this.failed !== undefined) throw this.failed.error;
    if (!this.hasTransactions) await this.inTurn(() => this.commit());
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    try {
      await this.inTurn(async () => {
        if (this.failed === undefined && !this.hasTransactions) await this.commit();
        // What no checkpoint has counts nowhere: the next run makes it again.
        else await this.file.cut(Math.min(this.file.length, this.whole));
        if (this.failed === undefined) await this.record([], true);
      }, "end");
    } finally {
      await Promise.all([this.file.close(), this.progress.close()]).catch(() => {});
      await this.lock.release();
    }
  }

  private async open(): Promise<void> {
    const { files, path } = this.opening;
    if ((await files.stat(dirname(path))) === undefined)
      throw Object.assign(new Error(path), { code: "ENOENT" });
    if ((await stat(path).catch(() => undefined))?.isFile() === false)
      throw new Error("only a file can be cut back after a crash, and this is none");
    await makeDurableDirectory(files, this.directory);
    this.lock = await this.locked();
    try {
      const known = await this.known();
      this.file = await AppendedFile.open(this.opening, known);
      this.saved = known?.positions ?? [];
      await this.whenThereIsRoom(() => this.record([]));
    } catch (error) {
      await this.file?.close();
      await this.progress.close();
      await this.lock.release();
      throw error;
    }
  }

  private async known() {
    try {
      return await this.progress.read();
    } catch (error) {
      const { path, directory } = this;
      throw failure("output.progress", { path, directory, reason: reasonOf(error) }, error);
    }
  }

  private async locked(): Promise<CheckpointLock> {
    const { onNotice } = this.opening;
    try {
      return await lockCheckpoint(join(this.directory, "progress"), onNotice, this.options.signal);
    } catch (error) {
      if (!(error instanceof LogpipeError) || error.code !== "checkpoint.locked") throw error;
      const by = /in use by (.*)$/.exec(error.message)?.[1] ?? "another process";
      throw failure("output.locked", { path: this.path, by }, error);
    }
  }

  private schedule(): void {
    if (this.timer !== undefined || this.hasTransactions) return;
    this.timer = setTimeout(() => {
      void this.inTurn(() => this.commit())
        .catch(() => {})
        .finally(() => {
          this.timer = undefined;
          if (this.failed === undefined && this.isDirty) this.schedule();
        });
    }, this.options.syncDelayMs);
  }

  private get isDirty(): boolean {
    const { deliveries, positions } = this.group;
    return deliveries.length > 0 || positions.size > 0 || this.file.length !== this.whole;
  }

  /** All that was written is durable with these positions, and settled. */
  private async commit(positions: readonly Position[] = []): Promise<void> {
    if (this.isInParts || (positions.length === 0 && !this.isDirty)) return;
    const { group } = this;
    await this.file.look();
    await this.file.sync();
    await this.whenThereIsRoom(() => this.record([...group.positions.values(), ...positions]));
    this.group = newGroup();
    for (const delivery of group.deliveries) delivery.settle(STORED);
    await this.lookAround();
  }

  private async record(positions: readonly Position[], isClosed = false): Promise<void> {
    const { identity: file, length } = this.file;
    await this.progress.write({ file, length, print: await this.file.print(length), isClosed, positions });
    this.whole = length;
  }

  /** Goes on in the file that has the name now, once all that is in the other one counts. */
  private async lookAround(): Promise<void> {
    if (performance.now() - this.lookedMs < LOOK_MS) return;
    this.lookedMs = performance.now();
    if (await this.lock.isLost()) throw failure("output.locked", { path: this.path, by: "another process" });
    if (!(await this.file.hasMoved())) return;
    const next = await AppendedFile.open(this.opening);
    await this.file.close();
    this.file = next;
    await this.whenThereIsRoom(() => this.record([]));
  }

  /**
   * One after the other, and nothing but the `end` after a failure: after a sync that failed the next one may say that
   * all is well, and it is not.
   */
  private inTurn<T>(action: () => Promise<T>, end?: "end"): Promise<T> {
    const result = this.turn.then(() => {
      if (this.failed !== undefined && end === undefined) throw this.failed.error;
      return this.attempt(action);
    });
    this.turn = result.catch((error: unknown) => (this.failed ??= { error }));
    return result;
  }

  private async whenThereIsRoom<T>(action: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const result = await action();
        this.fullness.end();
        return result;
      } catch (error) {
        if (!isNoRoom(error) || this.fullness.isStopped) throw error;
        this.fullness.begin(error);
        await this.fullness.pause(new Promise(() => {}));
      }
    }
  }

  private async attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (error instanceof LogpipeError) throw error;
      throw failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
    }
  }
}

function newGroup(): Group {
  return { deliveries: [], positions: new Map() };
}

/** A file of several names has one lock. */
function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
