// Enter here: where the table log and the data files of a table are kept: local.ts is the file system, an object store
// can be another.
/**
 * What the table log and the data files ask of the place where they are kept: nothing that an object store cannot do.
 * No rename, no append, no directories, no locks, and one write that only the first of several wins. All else of a
 * table (write-ahead log, quarantine, locks, saved state, caches, files that are being written) is in a directory of
 * this machine, which the other half of `TablePlace` is. See docs/decisions/0060-table-storage.md.
 *
 * Keys are names below the table, with "/" between their parts, as they are in the file system: `_delta_log/..01.json`,
 * `date=2026-11-21/part-x.parquet`.
 */
import type { Files } from "../../base/files.js";

/** A table: its log and data files in a storage, all else of it in a directory of this machine. */
export interface TablePlace {
  /** Absolute. */
  readonly directory: string;
  readonly files: Files;
  readonly storage: TableStorage;
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
}

/**
 * "durable": survives a power cut once the call resolves. "hint": may be lost, old or cut after one, or be seen half
 * written, so that it must have a checksum.
 */
export type PutMode = "durable" | "hint";

export interface TableStorage {
  /** The table as messages name it: a directory, a URL. */
  readonly name: string;
  /** True: objects are files of this machine already, and `fetch` has nothing to do. */
  readonly hasFiles: boolean;
  /**
   * What is right below `prefix`, which is "" or ends with "/": the rest of the keys up to the next "/", once each, in
   * any order; none when there is nothing. Whatever was there before the call began is in it.
   */
  names(prefix: string): Promise<readonly string[]>;
  /**
   * All objects below `prefix`, in any order. `isWanted`: asked for each part of a key behind the prefix; an object is
   * left out when one is refused. What comes or goes meanwhile may be in it or not.
   */
  list(prefix: string, isWanted?: (part: string) => boolean): AsyncIterable<StoredObject>;
  /** Undefined when it is not there. */
  facts(key: string): Promise<StoredObject | undefined>;
  /** All of it, as one `put` had it; undefined when it is not there. */
  read(key: string): Promise<Buffer | undefined>;
  /** Bytes from `offset` on, fewer at the end; undefined when it is not there. */
  readRange(key: string, offset: number, length: number): Promise<Buffer | undefined>;
  /**
   * Makes the object, whole and durable, unless there is one: then false. Of several at once one gets true; one whose
   * answer was lost and that tries again must not take its own object for another's. When it rejects, the object may be
   * there or not. link(2), or a PUT with `If-None-Match: *`.
   */
  putIfAbsent(key: string, bytes: Buffer): Promise<boolean>;
  /** Makes or replaces the object; who reads it meanwhile has the old one or the new one ("durable"). */
  put(key: string, bytes: Buffer, mode: PutMode): Promise<void>;
  /**
   * Makes the object, durably, of a synced file of this machine, which then is at `localPath(key)` and nowhere else.
   * One that is there is replaced.
   */
  publish(path: string, key: string): Promise<void>;
  /**
   * Removes objects in their order; those that are not there are passed over. Tries all, then rejects with the first
   * error. Copies on this machine go with them.
   */
  remove(keys: readonly string[]): Promise<void>;
  /** Where the object is once `fetch` or `publish` has resolved: `TablePlace.directory` and the key. */
  localPath(key: string): string;
  /**
   * Sees to it that the objects are files of this machine, for DuckDB to read. Rejects with ENOENT and the path for one
   * that is not there; a storage whose objects are files already leaves that to whoever opens them. A copy is whole,
   * has the time of change of the file that was published, and stays for an hour at least after it was last fetched.
   */
  fetch(keys: readonly string[]): Promise<void>;
  /** Bytes that can still be written, where that can be known. */
  freeBytes(): Promise<number | undefined>;
}
