/** What a table holds, how big it is and how fresh. */
import { diskFiles, type Files } from "../../base/files.js";
import { readSnapshot, type Snapshot, type TableFile } from "../delta/snapshot.js";
import { RAW_BYTES_TAG } from "../parquet/checksum.js";
import { keepUncovered, type LiveSegment, listSegments } from "../wal/unflushed-segments.js";
import { tierOfFile } from "./list.js";

export interface TableInfo {
  readonly version: number;
  readonly columns: number;
  readonly files: number;
  readonly bytes: number;
  /** Rows in Parquet; files whose writer gave no count are left out and counted in `filesWithoutRows`. */
  readonly rows: number;
  readonly filesWithoutRows: number;
  /** Bytes of the NDJSON lines that the files' rows came from, of the files that say. */
  readonly rawBytes: number;
  /** Bytes of the files that say so. */
  readonly rawFileBytes: number;
  /** Files and bytes of each tier; "" is the table's own directory. */
  readonly tiers: Readonly<Record<string, { readonly files: number; readonly bytes: number }>>;
  /** Values of the partition `date`. */
  readonly days: number;
  readonly mostFilesADay: number;
  /** RFC 3339: bounds of `timestamp`, the live end included. */
  readonly oldest: string | undefined;
  readonly newest: string | undefined;
  /** When the newest file came into the table: milliseconds since the epoch. */
  readonly lastWriteMs: number | undefined;
  /** Acknowledged events that are in the write-ahead log only. */
  readonly liveEvents: number;
  readonly liveBytes: number;
  readonly liveSegments: number;
}

export async function tableInfo(tableDirectory: string, files: Files = diskFiles): Promise<TableInfo> {
  // First the live end, then the snapshot: see wal/live.ts.
  const listed = await listSegments(tableDirectory);
  let live: readonly LiveSegment[] = listed;
  try {
    const snapshot = await readSnapshot(tableDirectory, files);
    live = await keepUncovered(listed, snapshot.txns);
    return { ...snapshotInfo(snapshot), ...liveInfo(live), ...boundsOf(snapshot.files, live) };
  } finally {
    await Promise.all(live.map((segment) => segment.close()));
  }
}

function snapshotInfo({ version, schema, files }: Snapshot) {
  const perDay = new Map<string, number>();
  for (const { date } of files) if (date !== undefined) perDay.set(date, (perDay.get(date) ?? 0) + 1);
  const written = files.map(({ add }) => add.modificationTime);
  return {
    version,
    columns: schema.columns.length,
    files: files.length,
    bytes: sum(files, (file) => file.bytes),
    rows: sum(files, (file) => file.rows ?? 0),
    ...rawInfo(files),
    tiers: tiersOf(files),
    filesWithoutRows: files.filter((file) => file.rows === undefined).length,
    days: perDay.size,
    mostFilesADay: greatest([...perDay.values()]) ?? 0,
    lastWriteMs: greatest(written),
  };
}

function rawInfo(files: readonly TableFile[]) {
  const told = files.filter((file) => file.tags[RAW_BYTES_TAG] !== undefined);
  return {
    rawBytes: sum(told, (file) => Number(file.tags[RAW_BYTES_TAG])),
    rawFileBytes: sum(told, (file) => file.bytes),
  };
}

function tiersOf(files: readonly TableFile[]): TableInfo["tiers"] {
  const tiers: Record<string, { files: number; bytes: number }> = {};
  for (const file of files) {
    const name = tierOfFile(file) ?? "";
    tiers[name] ??= { files: 0, bytes: 0 };
    tiers[name].files++;
    tiers[name].bytes += file.bytes;
  }
  return tiers;
}

function liveInfo(live: readonly LiveSegment[]) {
  return {
    liveEvents: sum(live, (segment) => segment.events),
    liveBytes: sum(live, (segment) => segment.length),
    liveSegments: live.length,
  };
}

function boundsOf(files: readonly TableFile[], live: readonly LiveSegment[]) {
  const commits = live.flatMap((segment) => segment.commits);
  const lows = [...files.map((file) => file.minTimestamp), ...commits.map((c) => c.firstTimestamp)];
  const highs = [...files.map((file) => file.maxTimestamp), ...commits.map((c) => c.lastTimestamp)];
  const least = greatest(lows.flatMap(msOf).map((ms) => -ms));
  return {
    oldest: isoOf(least === undefined ? undefined : -least),
    newest: isoOf(greatest(highs.flatMap(msOf))),
  };
}

function msOf(text: string | undefined): number[] {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? [] : [ms];
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/** Without spreading: a table can have more files than a call can have arguments. */
function greatest(numbers: readonly number[]): number | undefined {
  let most: number | undefined;
  for (const n of numbers) if (most === undefined || n > most) most = n;
  return most;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
