/** The Parquet files of a table's snapshot, one row each. */
import type { Snapshot, TableFile } from "../delta/snapshot.js";

export interface ListedFile {
  /** As in the table's log: relative to the table, URL-encoded. */
  readonly path: string;
  readonly partition: Readonly<Record<string, string | null>>;
  /** Undefined when the writer of the file gave no statistics. */
  readonly rows: number | undefined;
  readonly bytes: number;
  /** RFC 3339: bounds of `timestamp`. */
  readonly oldest: string | undefined;
  readonly newest: string | undefined;
  /** The directory it is kept in when that is not the table's own: see docs/store.md, "Tiers". */
  readonly tier: string | undefined;
  /** When it came into the table: RFC 3339. */
  readonly written: string;
}

/** By partition, then oldest event first. */
export function listFiles(snapshot: Snapshot): ListedFile[] {
  return snapshot.files.map(listed).sort((a, b) => compare(keyOf(a), keyOf(b)));
}

function listed(file: TableFile): ListedFile {
  return {
    path: file.add.path,
    partition: file.partition,
    rows: file.rows,
    bytes: file.bytes,
    oldest: file.minTimestamp,
    newest: file.maxTimestamp,
    tier: tierOfFile(file),
    written: new Date(file.add.modificationTime).toISOString(),
  };
}

/** `_tiers/cold/date=...` is of the tier `cold`. */
export function tierOfFile(file: TableFile): string | undefined {
  return /^_tiers\/([^/]+)\//.exec(decodeURIComponent(file.add.path))?.[1];
}

function keyOf(file: ListedFile): string {
  return `${Object.values(file.partition).join("/")} ${file.oldest ?? ""} ${file.path}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
