/**
 * Removes files that no version needs any more: those that were taken out of the table longer ago than the grace
 * period, and those that never got into it. Data is removed here and nowhere else.
 */
import { basename, join } from "node:path";
import { type Files, isNoRoom, isSystemError } from "../../base/files.js";
import { logProperties } from "../delta/properties.js";
import type { Snapshot, TableLog } from "../delta/snapshot.js";
import { pathOfAdd } from "../delta/table-file.js";
import { bloomPath, INDEX_DIRECTORY } from "../parquet/bloom.js";
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
  const report: VacuumReport = { files: 0, bytes: 0, workspaces: 0 };
  // First the listing, then the snapshot: what is committed between the two is in the snapshot.
  const tiers = await tiersOf(files, tierOwner(await log.refresh()));
  const roots = [null, ...tiers].map(tierRoot);
  const found: FoundFile[] = [];
  for (const root of roots) await walk(files, join(log.directory, root), ".parquet", found);
  const blooms: FoundFile[] = [];
  await walk(files, join(log.directory, INDEX_DIRECTORY), ".bloom", blooms);
  const snapshot = await log.refresh();
  const needed = neededFiles(snapshot, nowMs() - options.graceMs);
  for (const file of found) {
    if (needed.has(file.path) || needed.has(basename(file.path))) continue;
    const isRemoved = needed.removed.has(file.path);
    if (!isRemoved && file.modifiedMs >= nowMs() - Math.max(options.graceMs, ORPHAN_MS)) continue;
    report.files++;
    report.bytes += file.bytes;
    if (!isDry) await removeIfThere(files, file.path);
    else (report.paths ??= []).push(file.path);
  }
  if (isDry) return report;
  for (const { path, modifiedMs } of blooms)
    if (!needed.has(path) && modifiedMs < nowMs() - ORPHAN_MS) await removeIfThere(files, path);
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

interface FoundFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

interface Needed {
  has(path: string): boolean;
  /** Paths that the log says were taken out of the table. */
  readonly removed: ReadonlySet<string>;
}

/** Paths that the newest version has or one within the grace period may have, with their filters. */
function neededFiles({ directory, files, removed }: Snapshot, sinceMs: number): Needed {
  const needed = new Set<string>();
  const need = (addPath: string) => {
    needed.add(pathOfAdd(directory, addPath)).add(bloomPath(directory, addPath));
    // An absolute path may lead here by another way; names of data files are unique.
    if (isAbsolutePath(addPath)) needed.add(basename(pathOfAdd(directory, addPath)));
  };
  for (const { add } of files) need(add.path);
  for (const { path, deletionTimestamp = 0 } of removed.values())
    if (deletionTimestamp >= sinceMs) need(path);
  const gone = new Set([...removed.keys()].map((path) => pathOfAdd(directory, path)));
  return { has: (path) => needed.has(path), removed: gone };
}

function isAbsolutePath(addPath: string): boolean {
  return /^([a-z][a-z0-9+.-]*:|\/)/i.test(addPath);
}

/**
 * Files below a directory whose names end so. Directories of the table whose names begin with `_` or `.` are not the
 * data's, but for partitions of a column with such a name. Symbolic links are not followed: what is behind them is not
 * ours to remove.
 */
async function walk(
  files: Files,
  directory: string,
  ending: ".parquet" | ".bloom",
  found: FoundFile[],
): Promise<void> {
  for (const name of await files.list(directory)) {
    const path = join(directory, name);
    if (name.endsWith(ending)) {
      const facts = await files.stat(path);
      if (facts !== undefined && !facts.isDirectory) found.push({ ...facts, path });
      continue;
    }
    const isHidden = ending === ".parquet" && /^[._]/.test(name) && !name.includes("=");
    if (isHidden || (await files.linkTarget(path)) !== undefined) continue;
    if ((await files.stat(path))?.isDirectory === true) await walk(files, path, ending, found);
  }
}

async function removeIfThere(files: Files, path: string): Promise<void> {
  await files.remove(path).catch((error) => {
    if (!isSystemError(error, "ENOENT")) throw error;
  });
}
