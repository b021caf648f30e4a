/** What a table's log says so far: commits are applied one after the other, snapshots are taken between. */
import { failure } from "../../base/errors/index.js";
import type { Position } from "../../event/position.js";
import { decodeSchema, EMPTY_SCHEMA, type TableSchema } from "../columns/schema.js";
import type { LogAction, Metadata, Protocol, Remove, Txn } from "./actions.js";
import { type CommitNote, isSameCommit, LinkFault, type OpenedCommit } from "./guard/seal.js";
import { positionsIn } from "./positions.js";
import { type TableFile, tableFile } from "./table-file.js";

/** A table as of one version. Immutable. */
export interface Snapshot {
  readonly directory: string;
  /** -1: the table has no commit yet. */
  readonly version: number;
  /** What is to be remembered of that version's commit; undefined where its file was not looked at. */
  readonly commit: CommitNote | undefined;
  readonly schema: TableSchema;
  readonly metadata: Metadata | undefined;
  readonly protocol: Protocol | undefined;
  readonly files: readonly TableFile[];
  /** Application id to the last version it committed. */
  readonly txns: ReadonlyMap<string, number>;
  /** The same with the time of that commit. */
  readonly transactions: ReadonlyMap<string, Txn>;
  /** The newest position of each source whose events the table has. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Files that are no longer of the table but may still be read by older snapshots, by their `path` in the log. */
  readonly removed: ReadonlyMap<string, Remove>;
}

/** A state to begin with: read from a checkpoint or a cache. */
export interface LogStart {
  readonly version: number;
  readonly commit?: CommitNote | undefined;
  readonly metadata: Metadata | undefined;
  readonly protocol: Protocol | undefined;
  readonly files: readonly TableFile[];
  readonly transactions: readonly Txn[];
  readonly positions: readonly Position[];
  /** Asked for when someone needs them: after a compaction they are many. */
  readonly removed: () => readonly Remove[];
}

export const EMPTY_START: LogStart = {
  version: -1,
  metadata: undefined,
  protocol: undefined,
  files: [],
  transactions: [],
  positions: [],
  removed: () => [],
};

export class LogState {
  readonly directory: string;
  readonly #start: readonly TableFile[];
  /** By `add.path`. Made when the first commit changes the files: for 100 000 it takes as long as reading a cache. */
  #files: Map<string, TableFile> | undefined;
  readonly #transactions: Map<string, Txn>;
  readonly #positions: Map<string, Position>;
  #startRemoved: LogStart["removed"];
  #removed: Map<string, Remove> | undefined;
  #version: number;
  #commit: CommitNote | undefined;
  #metadata: Metadata | undefined;
  #protocol: Protocol | undefined;
  #snapshot: Snapshot | undefined;

  constructor(directory: string, start: LogStart = EMPTY_START) {
    this.directory = directory;
    this.#start = start.files;
    this.#version = start.version;
    this.#commit = start.commit;
    this.#metadata = start.metadata;
    this.#protocol = start.protocol === undefined ? undefined : checkProtocol(start.protocol, directory);
    this.#transactions = new Map(start.transactions.map((txn) => [txn.appId, txn]));
    this.#positions = new Map(start.positions.map((position) => [position.source, position]));
    this.#startRemoved = start.removed;
  }

  get version(): number {
    return this.#version;
  }

  get commit(): CommitNote | undefined {
    return this.#commit;
  }

  /** Applies the next version. Throws LinkFault when it follows another commit than the one that was applied. */
  applyCommit({ actions, note, previous }: OpenedCommit): void {
    const last = this.#commit;
    if (last !== undefined && previous !== undefined && !isSameCommit(last, previous)) throw new LinkFault();
    this.apply(actions, note);
  }

  /** Applies the next version. */
  apply(actions: readonly LogAction[], commit?: CommitNote): void {
    for (const position of positionsIn(actions)) {
      const known = this.#positions.get(position.source);
      if (known === undefined || known.offset <= position.offset)
        this.#positions.set(position.source, position);
    }
    for (const { protocol, metaData, add, remove, txn } of actions) {
      if (protocol !== undefined) this.#protocol = checkProtocol(protocol, this.directory);
      if (metaData !== undefined) this.#metadata = metaData;
      if (txn !== undefined) this.#transactions.set(txn.appId, txn);
      if (add === undefined && remove === undefined) continue;
      this.#files ??= new Map(this.#start.map((file) => [file.add.path, file]));
      const removed = this.#removedFiles();
      if (remove !== undefined) {
        this.#files.delete(remove.path);
        removed.set(remove.path, remove);
      }
      if (add === undefined) continue;
      this.#files.set(add.path, tableFile(this.directory, add));
      removed.delete(add.path);
    }
    this.#version++;
    this.#commit = commit;
    this.#snapshot = undefined;
  }

  #removedFiles(): Map<string, Remove> {
    this.#removed ??= new Map(this.#startRemoved().map((remove) => [remove.path, remove]));
    this.#startRemoved = () => [];
    return this.#removed;
  }

  snapshot(): Snapshot {
    this.#snapshot ??= this.#freeze();
    return this.#snapshot;
  }

  #freeze(): Snapshot {
    const known = this.#removed === undefined ? undefined : new Map(this.#removed);
    const later = this.#startRemoved;
    return {
      directory: this.directory,
      version: this.#version,
      commit: this.#commit,
      schema: this.#metadata === undefined ? EMPTY_SCHEMA : decodeSchema(this.#metadata.schemaString),
      metadata: this.#metadata,
      protocol: this.#protocol,
      files: this.#files === undefined ? this.#start : [...this.#files.values()],
      txns: new Map([...this.#transactions.values()].map((txn) => [txn.appId, txn.version])),
      transactions: new Map(this.#transactions),
      positions: new Map(this.#positions),
      get removed() {
        return known ?? new Map(later().map((remove) => [remove.path, remove]));
      },
    };
  }
}

function checkProtocol(protocol: Protocol, path: string): Protocol {
  if (protocol.minReaderVersion <= 1) return protocol;
  const features = protocol.readerFeatures?.join(", ") ?? "";
  const named = features === "" ? "" : ` (${features})`;
  const reason = `it asks for Delta reader version ${protocol.minReaderVersion}${named}; this logpipe reads version 1`;
  throw failure("store.unreadable", { path, reason });
}
