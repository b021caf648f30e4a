/** Files in a table's directory that its log does not name. */
import { join } from "node:path";
import { type Files, isSystemError } from "../../../base/files.js";
import { countOf } from "../../../base/size.js";
import { readSnapshot, type Snapshot } from "../../delta/snapshot.js";
import type { Session } from "../../duckdb/duckdb.js";
import { type ParquetOrigin, readOrigin } from "../../parquet/origin.js";
import { REPAIR_HELP, type TableFinding } from "../finding.js";
import { isStoredInLog } from "../wal/live-copy.js";

/** A Parquet file in the place of the table's files that no version of the log names. */
export interface Stray {
  /** Relative to the table. */
  readonly path: string;
  readonly modifiedMs: number;
  /** Undefined: it does not say, or cannot be read. */
  readonly origin: ParquetOrigin | undefined;
}

/** Rubbish of a crash is left alone until it is this old: a writer may be about to commit it. */
export const STRAY_AGE_MS = 24 * 3_600_000;

/**
 * All files below the table that are none of its bookkeeping, relative to it. Symbolic links are not followed out of
 * it.
 */
export async function listDataFiles(files: Files, directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await files.list(directory)) {
    if (!name.startsWith("_")) await listBelow(files, directory, name, found);
  }
  return found.sort();
}

async function listBelow(files: Files, directory: string, path: string, found: string[]): Promise<void> {
  const names = await files.list(join(directory, path)).catch((error) => {
    if (isSystemError(error, "ENOTDIR")) return undefined;
    throw error;
  });
  if (names === undefined) found.push(path);
  else for (const name of names) await listBelow(files, directory, join(path, name), found);
}

/** The Parquet files among `paths` that the snapshot neither has nor has had. */
export async function findStrays(
  files: Files,
  session: Session,
  snapshot: Snapshot,
  paths: readonly string[],
): Promise<Stray[]> {
  const known = new Set(snapshot.files.map((file) => file.path));
  const removed = new Set([...snapshot.removed.keys()].map((path) => decodeURIComponent(path)));
  const strays: Stray[] = [];
  for (const path of paths) {
    const absolute = join(snapshot.directory, path);
    if (!path.endsWith(".parquet") || known.has(absolute) || removed.has(path)) continue;
    const facts = await files.stat(absolute);
    if (facts === undefined) continue;
    const origin = await readOrigin(session, absolute).catch(() => undefined);
    strays.push({ path, modifiedMs: facts.modifiedMs, origin });
  }
  return strays;
}

/** The log forgets that a segment was stored some days after its writer has gone; until then it is sure to know. */
const SURE_MS = 6 * 24 * 3_600_000;

/**
 * The strays that hold acknowledged events which are nowhere else: the table does not have their segment, and the
 * write-ahead log does not, either. An old one may be what a compaction replaced, unless there is no table log at all.
 */
export async function onlyCopies(
  files: Files,
  snapshot: Snapshot,
  strays: readonly Stray[],
  nowMs: number,
): Promise<readonly Stray[]> {
  const found: Stray[] = [];
  for (const stray of strays) if (await isOnlyCopy(files, snapshot, stray, nowMs)) found.push(stray);
  if (found.length === 0) return found;
  // Its writer may have committed it meanwhile, and only then removed the segment.
  const newest = await readSnapshot(snapshot.directory, files);
  return found.filter(({ origin }) => !isCovered(newest, origin!));
}

function isCovered({ txns }: Snapshot, { appId, version }: ParquetOrigin): boolean {
  return (txns.get(appId) ?? 0) >= version;
}

async function isOnlyCopy(
  files: Files,
  snapshot: Snapshot,
  { origin }: Stray,
  nowMs: number,
): Promise<boolean> {
  if (origin === undefined) return false;
  const writtenMs = origin.txns[0]?.txn?.lastUpdated ?? 0;
  if (snapshot.version >= 0 && nowMs - writtenMs > SURE_MS) return false;
  return !isCovered(snapshot, origin) && !(await isStoredInLog(files, snapshot.directory, origin));
}

export async function strayFindings(
  files: Files,
  snapshot: Snapshot,
  strays: readonly Stray[],
  nowMs: number,
): Promise<TableFinding[]> {
  const findings: TableFinding[] = [];
  const only = new Set(await onlyCopies(files, snapshot, strays, nowMs));
  for (const stray of strays) {
    if (only.has(stray)) findings.push(unstored(stray));
    // Young ones may be a writer's that is about to commit them.
    else if (nowMs - stray.modifiedMs >= STRAY_AGE_MS || stray.origin === undefined)
      findings.push(orphan(stray));
  }
  return findings;
}

function unstored({ path, origin }: Stray): TableFinding {
  return {
    kind: "orphan-unstored",
    isDamage: true,
    path,
    what: `no version of the table names the file, and the log that its rows were in is gone: ${countOf(origin!.events, "acknowledged event")} missing from the table`,
    advice: `${REPAIR_HELP}: it commits the file`,
    rows: origin!.events,
  };
}

function orphan({ path, origin }: Stray): TableFinding {
  const whose =
    origin === undefined
      ? "it may be of another program, or left by a crash of one that rewrites files"
      : "a writer crashed before it could commit it, and its rows were stored again";
  return {
    kind: "orphan",
    isDamage: false,
    path,
    what: `no version of the table names the file: ${whose}`,
    advice: "nothing reads it; `logpipe store vacuum` removes it after its grace period",
  };
}
