/** What room the rewriting of files takes, said before it begins. */
import { failure, reasonOf } from "../../base/errors/index.js";
import { type Files, isNoRoom } from "../../base/files.js";
import { formatSize } from "../../base/size.js";
import type { TableFile } from "../delta/snapshot.js";
import { RAW_BYTES_TAG } from "../parquet/checksum.js";

/**
 * What DuckDB sorts in the memory it gets; the rest is on the disk meanwhile. Measured: 236 MB of NDJSON spilled
 * nothing, 786 MB spilled 525 MB.
 */
const IN_MEMORY_BYTES = 224 * 1024 * 1024;
/** Rows in memory may be larger than their NDJSON was. */
const ROWS_PER_NDJSON = 1.25;
/** What the commits and locks take beside the files. */
const BESIDE_BYTES = 256 * 1024;
/** Filters of ids take some 2.4 bytes a row and column. */
const FILTER_BYTES = 3;
/** Random text packs no better a second time, and may grow a little. */
const GROWTH = 1.05;

/**
 * The most that is taken while the groups are rewritten one after the other: each leaves a new file of about the size
 * of the old ones, which stay until they are vacuumed; the largest may be sorted on the disk meanwhile.
 */
export function roomFor(groups: readonly (readonly TableFile[])[]): number {
  if (groups.length === 0) return 0;
  const kept = groups
    .flat()
    .reduce((total, file) => total + GROWTH * file.bytes + FILTER_BYTES * (file.rows ?? 0), 0);
  return Math.ceil(kept) + Math.max(...groups.map(spilledBytes)) + BESIDE_BYTES;
}

/** Whether there is room for the ways of rewriting that pack best, which write everything up to three times. */
export async function isRoomy(
  files: Files,
  directory: string,
  inputs: readonly TableFile[],
): Promise<boolean> {
  const free = await files.freeBytes?.(directory).catch(() => undefined);
  const bytes = inputs.reduce((total, file) => total + file.bytes, 0);
  return free === undefined || free >= 3 * bytes + spilledBytes(inputs) + BESIDE_BYTES;
}

/** The failure for work that does not fit the disk; undefined where it does or nobody can say. */
export async function lackOfRoom(
  files: Files,
  directory: string,
  work: string,
  needBytes: number,
): Promise<Error | undefined> {
  const free = await files.freeBytes?.(directory).catch(() => undefined);
  if (free === undefined || free >= needBytes) return undefined;
  return failure("store.no-room", {
    work,
    path: directory,
    need: formatSize(needBytes),
    free: formatSize(free),
  });
}

/** The same for work that found out by itself. Anything else is thrown as it is. */
export function asLackOfRoom(error: unknown, directory: string, work: string): never {
  if (!isNoRoom(error)) throw error;
  const { message } = error as Error;
  const reason = /^[A-Z]+: /.test(message) ? reasonOf(error) : "no space left on the device";
  throw failure("store.no-room", { work, path: directory, need: undefined, free: reason }, error);
}

function spilledBytes(files: readonly TableFile[]): number {
  const raw = files.reduce((total, file) => total + rawBytes(file), 0);
  return Math.max(0, ROWS_PER_NDJSON * raw - IN_MEMORY_BYTES);
}

/** Of the events as NDJSON; ten times the file where nobody has said. */
function rawBytes(file: TableFile): number {
  const known = Number(file.tags[RAW_BYTES_TAG] ?? Number.NaN);
  return Number.isFinite(known) ? known : 10 * file.bytes;
}
