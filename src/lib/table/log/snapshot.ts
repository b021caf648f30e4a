import { join } from "node:path";
import { failure } from "../../base/errors/index.js";
import { diskFiles, type Files } from "../../base/files.js";
import type { Position } from "../../event/position.js";
import { decodeSchema, EMPTY_SCHEMA, type TableSchema } from "../schema/schema.js";
import {
  type Action,
  type Add,
  decodeActions,
  type Metadata,
  type Protocol,
  type Statistics,
} from "./actions.js";
import { positionsIn } from "./positions.js";

/** One Parquet file of the table. */
export interface TableFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Undefined when the writer of the file gave no statistics. */
  readonly rows: number | undefined;
  /** Value of the partition column: the UTC day of its events. */
  readonly date: string | undefined;
  /** RFC 3339, when the statistics say. */
  readonly minTimestamp: string | undefined;
  readonly maxTimestamp: string | undefined;
  readonly stats: Statistics | undefined;
  readonly add: Add;
}

/** A table as of one version. Immutable. */
export interface Snapshot {
  readonly directory: string;
  /** -1: the table has no commit yet. */
  readonly version: number;
  readonly schema: TableSchema;
  readonly metadata: Metadata | undefined;
  readonly protocol: Protocol | undefined;
  readonly files: readonly TableFile[];
  /** Application id to the last version it committed. */
  readonly txns: ReadonlyMap<string, number>;
  /** The newest position of each source whose events the table has. */
  readonly positions: ReadonlyMap<string, Position>;
}

export const LOG_DIRECTORY = "_delta_log";

export function commitName(version: number): string {
  return `${version.toString().padStart(20, "0")}.json`;
}

/** The table's newest state. A directory without a log is a table without rows. */
export async function readSnapshot(tableDirectory: string, files: Files = diskFiles): Promise<Snapshot> {
  return new TableLog(tableDirectory, files).refresh();
}

/** A log that is read once and then followed: `refresh` reads only the commits that came since. */
export class TableLog {
  readonly directory: string;
  readonly #files: Files;
  readonly #adds = new Map<string, TableFile>();
  readonly #txns = new Map<string, number>();
  readonly #positions = new Map<string, Position>();
  #version = -1;
  #metadata: Metadata | undefined;
  #protocol: Protocol | undefined;
  #snapshot: Snapshot | undefined;

  constructor(tableDirectory: string, files: Files = diskFiles) {
    this.directory = tableDirectory;
    this.#files = files;
  }

  async refresh(): Promise<Snapshot> {
    if (this.#version < 0) await this.#readListed();
    while (await this.#readVersion(this.#version + 1));
    this.#snapshot ??= this.#freeze();
    return this.#snapshot;
  }

  /** The first time: the listing says how many there are, so that they can be read side by side. */
  async #readListed(): Promise<void> {
    const names = await this.#files.list(join(this.directory, LOG_DIRECTORY));
    if (names.some((name) => name.includes(".checkpoint."))) await this.#refuseIfCut(names);
    const count = names.filter((name) => /^\d{20}\.json$/.test(name)).length;
    for (let first = 0; first < count; first += READ_AT_ONCE) {
      const versions = Array.from({ length: Math.min(READ_AT_ONCE, count - first) }, (_, i) => first + i);
      const commits = await Promise.all(versions.map((version) => this.#files.read(this.#pathOf(version))));
      for (const bytes of commits) {
        if (bytes === undefined) return;
        this.#apply(decodeActions(bytes));
      }
    }
  }

  /** Commits older than a checkpoint may have been cleaned away by another engine. */
  async #refuseIfCut(names: readonly string[]): Promise<void> {
    if (names.includes(commitName(0))) return;
    const reason = "the first commits of its log are gone and reading checkpoints is not supported yet";
    throw failure("store.unreadable", { path: this.directory, reason });
  }

  async #readVersion(version: number): Promise<boolean> {
    const bytes = await this.#files.read(this.#pathOf(version));
    if (bytes !== undefined) this.#apply(decodeActions(bytes));
    return bytes !== undefined;
  }

  #pathOf(version: number): string {
    return join(this.directory, LOG_DIRECTORY, commitName(version));
  }

  #apply(actions: readonly Action[]): void {
    for (const position of positionsIn(actions)) {
      const known = this.#positions.get(position.source);
      if (known === undefined || known.offset <= position.offset)
        this.#positions.set(position.source, position);
    }
    for (const { protocol, metaData, add, remove, txn } of actions) {
      if (protocol !== undefined) this.#protocol = checkProtocol(protocol, this.directory);
      if (metaData !== undefined) this.#metadata = metaData;
      if (remove !== undefined) this.#adds.delete(remove.path);
      if (add !== undefined) this.#adds.set(add.path, tableFile(this.directory, add));
      if (txn !== undefined) this.#txns.set(txn.appId, txn.version);
    }
    this.#version++;
    this.#snapshot = undefined;
  }

  #freeze(): Snapshot {
    return {
      directory: this.directory,
      version: this.#version,
      schema: this.#metadata === undefined ? EMPTY_SCHEMA : decodeSchema(this.#metadata.schemaString),
      metadata: this.#metadata,
      protocol: this.#protocol,
      files: [...this.#adds.values()],
      txns: new Map(this.#txns),
      positions: new Map(this.#positions),
    };
  }
}

const READ_AT_ONCE = 64;

function checkProtocol(protocol: Protocol, path: string): Protocol {
  if (protocol.minReaderVersion <= 1) return protocol;
  const reason = `it asks for Delta reader version ${protocol.minReaderVersion}; this logpipe reads version 1`;
  throw failure("store.unreadable", { path, reason });
}

function tableFile(directory: string, add: Add): TableFile {
  const stats = add.stats === undefined ? undefined : (JSON.parse(add.stats) as Statistics);
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    path: join(directory, decodeURIComponent(add.path)),
    bytes: add.size,
    rows: stats?.numRecords,
    date: add.partitionValues["date"] ?? undefined,
    minTimestamp: text(stats?.minValues?.["timestamp"]),
    maxTimestamp: text(stats?.maxValues?.["timestamp"]),
    stats,
    add,
  };
}
