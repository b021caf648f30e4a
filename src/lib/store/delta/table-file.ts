/** A Parquet file of the table, as the log describes it. Statistics are parsed when someone asks. */
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { failure } from "../../base/errors/index.js";
import { visitMembers } from "../../json/visit-members.js";
import type { TablePlace } from "../storage/storage.js";
import type { Add, Statistics } from "./actions.js";

/** What the statistics say of one column of one file. Bounds may be wider than the values, never narrower. */
export interface FileBounds {
  /** As in JSON: numbers, strings, RFC 3339 times. Undefined: not known. */
  readonly min: unknown;
  readonly max: unknown;
  /** Rows without a value. Undefined: not known. */
  readonly nulls: number | undefined;
}

export interface TableFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** When it came into the table: milliseconds since the epoch. Cheap. */
  readonly modifiedMs: number;
  /** Undefined when the writer of the file gave no statistics. */
  readonly rows: number | undefined;
  /** Value of each partition column, in the serialization of the Delta protocol; null stands for NULL and for "". */
  readonly partition: Readonly<Record<string, string | null>>;
  /** Value of the partition column `date`: the UTC day of its events. */
  readonly date: string | undefined;
  /** RFC 3339, when the statistics say. */
  readonly minTimestamp: string | undefined;
  readonly maxTimestamp: string | undefined;
  /** The same in milliseconds since the epoch, cut: the true maximum is less than one above. Cheap. */
  readonly minTimestampMs: number | undefined;
  readonly maxTimestampMs: number | undefined;
  /** Numbers beyond 2^53 are left out. Costs a parse of all columns: to look at one over many files, ask `bounds`. */
  readonly stats: Statistics | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** `path` of the `add`. Cheap, as `add` is not for files out of a snapshot cache. */
  readonly addPath: string;
  readonly add: Add;
  /**
   * What the statistics say of a top-level column, by its name in the file. Cheap for files out of a snapshot cache.
   */
  bounds(column: string): FileBounds;
}

/** The file that an `add` names. Throws store.unreadable for what we cannot read. */
export function tableFile(directory: string, add: Add): TableFile {
  const reason = refusal(add);
  if (reason !== undefined) throw failure("store.unreadable", { path: directory, reason });
  return new LoggedFile(directory, add);
}

/** Where the file of an `add.path` is: relative to the table, or a URI of its own. */
export function pathOfAdd(directory: string, path: string): string {
  if (!HAS_SCHEME.test(path)) {
    const plain = decodeURIComponent(path);
    return plain.startsWith("/") ? plain : join(directory, plain);
  }
  return fileURLToPath(path.replace(/^file:\/*/i, "file:///"));
}

/** The key of an `add.path` in the table's storage; undefined: it is a file of this machine outside of it. */
export function keyOfAdd(path: string): string | undefined {
  if (HAS_SCHEME.test(path)) return undefined;
  const plain = decodeURIComponent(path);
  return plain.startsWith("/") ? undefined : posix.normalize(plain);
}

/** What is there of the file of an `add.path`; undefined: nothing. */
export async function factsOf(
  { directory, files, storage }: TablePlace,
  path: string,
): Promise<{ readonly bytes: number; readonly modifiedMs: number } | undefined> {
  const key = keyOfAdd(path);
  return key === undefined ? files.stat(pathOfAdd(directory, path)) : storage.facts(key);
}

/** Sees to it that files of the table can be read at their `path`: see TableStorage.fetch. */
export async function fetchFiles({ storage }: TablePlace, wanted: readonly TableFile[]): Promise<void> {
  // Where they are files already, ten thousand keys would be made for nothing.
  if (storage.hasFiles) return;
  await storage.fetch(wanted.flatMap(({ addPath }) => keyOfAdd(addPath) ?? []));
}

const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:/i;

function refusal({ path, deletionVector }: Add): string | undefined {
  if (deletionVector !== undefined && deletionVector !== null)
    return `rows of its file ${path} are deleted by a deletion vector, which logpipe does not read; rewrite the table without them`;
  if (HAS_SCHEME.test(path) && !/^file:/i.test(path))
    return `its file ${path} is not in a file system of this machine`;
  return undefined;
}

/**
 * Statistics of `add.stats`. A bound that float64 cannot hold exactly is left out: rounded, it might rule out a match.
 */
export function parseStatistics(text: string): Statistics | undefined {
  const parsed = JSON.parse(text) as Partial<Statistics> | null;
  if (parsed === null || typeof parsed.numRecords !== "number") return undefined;
  const { numRecords, minValues = {}, maxValues = {}, nullCount = {} } = parsed;
  const hasLong = LONG_NUMBER.test(text);
  const exact = (values: Readonly<Record<string, unknown>>) => (hasLong ? withoutInexact(values) : values);
  return { numRecords, minValues: exact(minValues), maxValues: exact(maxValues), nullCount };
}

const LONG_NUMBER = /\d{16}/;

function withoutInexact(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => isExact(value)));
}

/** The bound, unless float64 may have bent it. */
export function exactly(value: unknown): unknown {
  return value !== null && isExact(value) ? value : undefined;
}

/** Whether a bound parsed from JSON is surely what was written; of nested ones nobody looked. */
function isExact(value: unknown): boolean {
  if (typeof value === "object") return false;
  return typeof value !== "number" || Math.abs(value) < Number.MAX_SAFE_INTEGER;
}

/** The members of a JSON object with their values as they are written; empty for anything else. */
export function rawMembers(text: string | undefined): Map<string, string> {
  const members = new Map<string, string>();
  if (text?.trimStart().startsWith("{"))
    visitMembers(text, (key, value) => members.set(JSON.parse(key) as string, value));
  return members;
}

class LoggedFile implements TableFile {
  readonly add: Add;
  readonly #directory: string;
  #stats: Statistics | undefined;
  #isParsed = false;

  constructor(directory: string, add: Add) {
    this.#directory = directory;
    this.add = add;
  }

  get path(): string {
    return pathOfAdd(this.#directory, this.add.path);
  }

  get addPath(): string {
    return this.add.path;
  }

  get bytes(): number {
    return this.add.size;
  }

  get modifiedMs(): number {
    return this.add.modificationTime;
  }

  get rows(): number | undefined {
    return this.stats?.numRecords;
  }

  get partition(): Readonly<Record<string, string | null>> {
    return this.add.partitionValues;
  }

  get date(): string | undefined {
    return this.add.partitionValues["date"] ?? undefined;
  }

  get minTimestamp(): string | undefined {
    return textOf(this.bounds("timestamp").min);
  }

  get maxTimestamp(): string | undefined {
    return textOf(this.bounds("timestamp").max);
  }

  get minTimestampMs(): number | undefined {
    return millisecondsOf(this.minTimestamp);
  }

  get maxTimestampMs(): number | undefined {
    return millisecondsOf(this.maxTimestamp);
  }

  get stats(): Statistics | undefined {
    if (!this.#isParsed) {
      this.#stats = this.add.stats === undefined ? undefined : parseStatistics(this.add.stats);
      this.#isParsed = true;
    }
    return this.#stats;
  }

  get tags(): Readonly<Record<string, string>> {
    return this.add.tags ?? {};
  }

  bounds(column: string): FileBounds {
    return boundsIn(this.stats, column);
  }
}

/** What parsed statistics say of a column. */
export function boundsIn(stats: Statistics | undefined, column: string): FileBounds {
  const nulls = own(stats?.nullCount, column);
  return {
    min: exactly(own(stats?.minValues, column)),
    max: exactly(own(stats?.maxValues, column)),
    nulls: typeof nulls === "number" ? nulls : undefined,
  };
}

/** A column may be called `constructor`. */
function own(values: Readonly<Record<string, unknown>> | undefined, name: string): unknown {
  return values !== undefined && Object.hasOwn(values, name) ? (values[name] ?? undefined) : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Milliseconds since the epoch of an RFC 3339 time of the log. */
export function millisecondsOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
