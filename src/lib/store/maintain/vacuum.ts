/**
 * Removes files that no version needs any more: those that were taken out of the table longer ago than the grace
 * period, and those that never got into it. Data is removed here and nowhere else.
 */
import { basename, join, relative } from "node:path";
import { type Files, isNoRoom } from "../../base/files.js";
import { logProperties } from "../delta/properties.js";
import type { Snapshot, TableLog } from "../delta/snapshot.js";
import { keyOfAdd, pathOfAdd } from "../delta/table-file.js";
import { bloomKey, INDEX_DIRECTORY } from "../parquet/bloom.js";
import type { StoredObject, TableStorage } from "../storage/storage.js";
import { keepReserve, withReserve } from "../write/reserve.js";
import { tierRoot } from "./rewrite/output-path.js";
import { removeDeadWorkspaces } from "./rewrite/workspace.js";
import { tiersOf } from "./tier-links.js";
import { tierOwner } from "./tiers.js";

export interface VacuumOptions {
  readonly files: Files;
  readonly log: TableLog;
  readonly nowMs: () => number;
  /** How long files stay after they were taken out of the table: so long older versions can be asked. */
  readonly graceMs: number;
  /** True: only say what would be removed. */
  readonly isDry?: boolean;
}

export interface VacuumReport {
  files: number;
  bytes: number;
  /** Directories of processes that died. */
  workspaces: number;
  /** Of what a dry run would remove. */
  paths?: string[];
}

/**
 * How long the table remembers files that were taken out of it, in milliseconds: `delta.deletedFileRetentionDuration`.
 */
export function graceOf({ metadata }: Snapshot): number {
  return logProperties(metadata).removedFileRetentionMs;
}

/**
 * A file that no version names may be one that is about to be committed: whatever the grace period, it gets this long.
 */
const ORPHAN_MS = 3_600_000;

export async function vacuumTable(options: VacuumOptions): Promise<VacuumReport> {
  const { files, log, nowMs, isDry = false } = options;
  const { storage } = log;
  const report: VacuumReport = { files: 0, bytes: 0, workspaces: 0 };
  // First the listing, then the snapshot: what is committed between the two is in the snapshot.
  const tiers = await tiersOf(files, tierOwner(await log.refresh()));
  const roots = [null, ...tiers].map(tierRoot);
  const found: StoredObject[] = [];
  for (const root of roots) found.push(...(await dataFilesIn(storage, root)));
  const blooms = await filtersIn(storage);
  const snapshot = await log.refresh();
  const needed = neededFiles(snapshot, nowMs() - options.graceMs);
  const doomed = found.filter(({ key, modifiedMs }) => {
    if (needed.has(key) || needed.has(basename(key))) return false;
    return needed.removed.has(key) || modifiedMs < nowMs() - Math.max(options.graceMs, ORPHAN_MS);
  });
  report.files = doomed.length;
  report.bytes = doomed.reduce((sum, { bytes }) => sum + bytes, 0);
  if (isDry) return { ...report, paths: doomed.map(({ key }) => storage.localPath(key)) };
  await storage.remove(doomed.map(({ key }) => key));
  const stray = blooms.filter(({ key, modifiedMs }) => !needed.has(key) && modifiedMs < nowMs() - ORPHAN_MS);
  await storage.remove(stray.map(({ key }) => key));
  for (const root of roots) report.workspaces += await sweepWorkspaces(files, log.directory, root);
  await keepReserve(files, snapshot);
  return report;
}

/** To lock one takes a little room; where there is none it waits for the next time. */
async function sweepWorkspaces(files: Files, tableDirectory: string, root: string): Promise<number> {
  const sweep = () => removeDeadWorkspaces(files, join(tableDirectory, root));
  return withReserve(files, tableDirectory, 0, sweep).catch((error: unknown) => {
    if (isNoRoom(error)) return 0;
    throw error;
  });
}

interface Needed {
  has(key: string): boolean;
  /** Keys that the log says were taken out of the table. */
  readonly removed: ReadonlySet<string>;
}

/** Keys that the newest version has or one within the grace period may have, with their filters. */
function neededFiles({ directory, files, removed }: Snapshot, sinceMs: number): Needed {
  const needed = new Set<string>();
  const need = (addPath: string) => {
    const key = keyOfAdd(addPath);
    // An absolute path may lead here by another way; names of data files are unique.
    needed.add(key ?? basename(pathOfAdd(directory, addPath))).add(bloomKey(addPath));
  };
  for (const { addPath } of files) need(addPath);
  for (const { path, deletionTimestamp = 0 } of removed.values())
    if (deletionTimestamp >= sinceMs) need(path);
  const gone = new Set(
    [...removed.keys()].map((path) => keyOfAdd(path) ?? relative(directory, pathOfAdd(directory, path))),
  );
  return { has: (key) => needed.has(key), removed: gone };
}

const ENDING = ".parquet";

/**
 * Parts of keys that begin with `_` or `.` are not the data's, but for partitions of a column with such a name. What is
 * called like a data file and holds others is no part of a table.
 */
async function dataFilesIn(storage: TableStorage, root: string): Promise<StoredObject[]> {
  const prefix = root === "" ? "" : `${root}/`;
  const isWanted = (part: string) => part.endsWith(ENDING) || !/^[._]/.test(part) || part.includes("=");
  const found: StoredObject[] = [];
  for await (const object of storage.list(prefix, isWanted))
    if (object.key.indexOf(ENDING, prefix.length) === object.key.length - ENDING.length) found.push(object);
  return found;
}

async function filtersIn(storage: TableStorage): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of storage.list(`${INDEX_DIRECTORY}/`))
    if (object.key.endsWith(".bloom")) found.push(object);
  return found;
}
