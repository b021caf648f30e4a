// Enter here: where a run left off, in a small file, locked by one process.
/**
 * Where a run left off, kept in a small JSON file: the files by identity and how far each has been made durable. Its
 * `id` goes into the names of streams, so that what a sink knows of a source is of this checkpoint's reading of it and
 * no other's.
 *
 * ```json
 * {"version":1,"id":"0b0c...","table":"/var/lib/logs","files":[{"id":"2049:131138:5f2c9d0e8a31","path":"/var/log/a.log","key":"2049:131138","offset":8192,
 *   "head":{"length":1024,"hash":"..."},"tail":{"length":64,"hash":"..."},"isFinished":false,"isArchive":false}],"crc32c":"5f2c9d0e"}
 * ```
 */
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { failure, LogpipeError, reasonOf } from "../../base/errors/index.js";
import { localName, localPath } from "../../base/local/path.js";
import { makePrivateDirectories } from "../../base/private-files/modes.js";
import { replaceFile } from "../../base/private-files/replacement.js";
import { stateDirectory } from "../../base/private-files/state-directory.js";
import type { Host } from "../../pipeline/contract/host.js";
import { fingerprint } from "../identity/file-identity.js";
import type { Track } from "../identity/tracked-file.js";
import { type Contents, encodeCheckpoint, loadCheckpoint } from "./checkpoint-file.js";
import { type CheckpointLock, lockCheckpoint } from "./checkpoint-lock.js";

/** Finished files are remembered to recognise their compressed copies; this many at most. */
const MOST_FINISHED = 1000;
const WRITE_INTERVAL_MS = 500;

/**
 * The checkpoint of these inputs into that table by default: `$XDG_STATE_HOME/logpipe/checkpoints/<hash>.json`. Two
 * tables that are fed from the same files have one each.
 */
export function defaultCheckpoint(inputs: readonly string[], table: string, host: Host): string {
  const absolute = inputs.map((input) => localPath(host.cwd, input, "the input")).sort();
  const name = fingerprint(Buffer.from(JSON.stringify([absolute, table])));
  return join(checkpointDirectory(host), `${name}.json`);
}

/** Of those that nobody has named. */
export function checkpointDirectory({ cwd, env }: Pick<Host, "cwd" | "env">): string {
  return join(stateDirectory(env) ?? join(cwd, ".local", "state", "logpipe"), "checkpoints");
}

export class Checkpoint {
  readonly path: string;
  readonly id: string;
  private readonly tracks: Map<string, Track>;
  private readonly lock: CheckpointLock;
  /** The directory of the table that was fed last. */
  private table: string | undefined;
  private isDirty: boolean;
  /** The file lacks something that must be in it before a block is handed over: the id, or files that are new. */
  private isUnknown: boolean;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private error: unknown;
  /** Whether a finished file must be remembered, however many there are: it would be taken for a new one. */
  isNeeded: (track: Track) => boolean = () => false;
  /** Runs what opens files, where that can be helped when the process may open no more. */
  withRoom: <T>(action: () => Promise<T>) => Promise<T> = (action) => action();

  /**
   * Opens or begins the checkpoint at `path`. `tell` hears what keeps it waiting, `signal` ends that. Throws
   * checkpoint.locked, checkpoint.unusable, output.unwritable.
   */
  static async open(path: string, tell?: (text: string) => void, signal?: AbortSignal): Promise<Checkpoint> {
    localName(path, "the checkpoint");
    try {
      makePrivateDirectories(dirname(path));
    } catch (error) {
      throw failure("output.unwritable", { path, reason: reasonOf(error) }, error);
    }
    const lock = await lockCheckpoint(path, tell, signal);
    try {
      return new Checkpoint(path, await loadCheckpoint(path), lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  private constructor(path: string, { id, table, files }: Contents, lock: CheckpointLock) {
    this.path = path;
    this.id = id ?? randomUUID();
    this.table = table;
    this.isDirty = this.isUnknown = id === undefined;
    // No table has a cursor of an older format's: it says itself how far each has them.
    const tracks = id === undefined ? files.map(startingWhereItIs) : files;
    this.tracks = new Map(tracks.map((track) => [track.id, track]));
    this.lock = lock;
  }

  /** What was known when it was opened, and has been set since. */
  get files(): readonly Track[] {
    return [...this.tracks.values()];
  }

  /** Throws checkpoint.known when something is remembered, and `option` says to begin elsewhere. */
  refuse(option: string): void {
    if (this.tracks.size > 0) throw failure("checkpoint.known", { path: this.path, option });
  }

  /** Throws output.unwritable or checkpoint.lost once a write has failed. */
  check(): void {
    if (this.error !== undefined) throw this.failed(this.error);
  }

  /** Remembers how far a file is durable. Written within half a second. */
  set(track: Track): void {
    this.tracks.delete(track.id);
    this.tracks.set(track.id, track);
    this.isDirty = true;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.writeNext();
    }, WRITE_INTERVAL_MS);
  }

  /** Remembers the table that is fed, and tells which one was before. */
  usedFor(table: string): string | undefined {
    const before = this.table;
    this.isDirty ||= before !== table;
    this.table = table;
    return before;
  }

  /** The file is not one of its own any more. `known` writes it. */
  forget(id: string): void {
    this.tracks.delete(id);
    this.isDirty = this.isUnknown = true;
  }

  /** Remembers a file of which nothing was handed over yet. `known` writes it. */
  introduce(track: Track): void {
    if (this.tracks.has(track.id)) return;
    this.tracks.set(track.id, track);
    this.isDirty = this.isUnknown = true;
  }

  /** Resolves once the id and every file introduced are durable. */
  async known(): Promise<void> {
    if (!this.isUnknown) return;
    this.isUnknown = false;
    await this.writeNext();
    this.check();
  }

  /** Resolves once all that was set is durable. */
  async saved(): Promise<void> {
    await this.writeNext();
    this.check();
  }

  /** One after the other: all of them write to the same file beside. */
  private writeNext(): Promise<void> {
    this.writing = this.writing
      .then(() => this.write())
      .catch((error) => {
        this.error = error;
      });
    return this.writing;
  }

  /** Writes what is not written yet and gives the lock back. Throws output.unwritable, checkpoint.lost. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
    try {
      await this.write();
    } catch (error) {
      throw this.failed(error);
    } finally {
      await this.lock.release();
    }
  }

  /** Whole or not at all, and for the user alone: it may hold lines of the log. */
  private async write(): Promise<void> {
    if (!this.isDirty) return;
    this.isDirty = false;
    this.forgetOldest();
    const { id, table, files } = this;
    const text = encodeCheckpoint({ id, table, files });
    await this.withRoom(async () => {
      if (await this.lock.isLost()) throw failure("checkpoint.lost", { path: this.path });
      await replaceFile(this.path, text);
    });
  }

  private failed(error: unknown): Error {
    if (error instanceof LogpipeError) return error;
    return failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
  }

  private forgetOldest(): void {
    const finished = this.files.filter((track) => track.isFinished && !this.isNeeded(track));
    for (const { id } of finished.slice(0, -MOST_FINISHED)) this.tracks.delete(id);
  }
}

function startingWhereItIs(track: Track): Track {
  return { ...track, start: { offset: track.offset, tail: track.tail } };
}
