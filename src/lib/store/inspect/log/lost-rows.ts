/**
 * Files whose line in the log is gone though the log says that their rows are stored: a commit without a checksum has
 * lost it. With one, the commit itself is found to be broken.
 */
import { basename, join } from "node:path";
import type { Files } from "../../../base/files.js";
import { countOf } from "../../../base/size.js";
import { CommitFault, openCommit } from "../../delta/guard/seal.js";
import { commitPath, listLog } from "../../delta/listing.js";
import { QUARANTINE_DIRECTORY } from "../../delta/quarantine-transactions.js";
import { parseStatistics } from "../../delta/table-file.js";
import type { Session } from "../../duckdb/duckdb.js";
import { LocalStorage } from "../../storage/local.js";
import { writerOfTransaction } from "../../wal/segment.js";
import { measureFile } from "../files/measure.js";
import type { Stray } from "../files/strays.js";
import { REPAIR_HELP, type TableFinding } from "../finding.js";

export interface LostRows {
  /** All files of one try to store a segment that the commit of the segment does not name. */
  readonly strays: readonly Stray[];
  readonly version: number;
  readonly rows: number;
}

export async function findLostRows(
  files: Files,
  session: Session,
  directory: string,
  strays: readonly Stray[],
): Promise<LostRows[]> {
  const tries = new Map<string, Stray[]>();
  for (const stray of strays)
    if (stray.origin !== undefined)
      tries.set(stray.origin.attempt, [...(tries.get(stray.origin.attempt) ?? []), stray]);
  if (tries.size === 0) return [];
  const commits = await commitsOfSegments(files, directory);
  const found: LostRows[] = [];
  for (const group of tries.values()) {
    const { appId, version, events } = group[0]!.origin!;
    const commit = commits.get(`${appId} ${version}`);
    if (commit === undefined || commit.rows >= events) continue;
    if (await isHeld(files, directory, appId, version)) continue;
    let rows = 0;
    for (const { path } of group) rows += (await measureFile(session, join(directory, path), [])).rows;
    if (commit.rows + rows === events) found.push({ strays: group, version: commit.version, rows });
  }
  return found;
}

export function lostRowsFinding({ strays, version, rows }: LostRows): TableFinding {
  return {
    kind: "log-rows-missing",
    isDamage: true,
    path: strays[0]!.path,
    what: `version ${version} says that the rows are stored, and does not name the file: ${countOf(rows, "row")} missing from the table`,
    advice: `${REPAIR_HELP}: it adds the file`,
    rows,
  };
}

interface SegmentCommit {
  readonly version: number;
  /** Rows of the files that it names. */
  readonly rows: number;
}

/** By transaction; only those of commits that nothing else vouches for, and that add what they say is stored. */
async function commitsOfSegments(files: Files, directory: string): Promise<Map<string, SegmentCommit>> {
  const found = new Map<string, SegmentCommit>();
  for (const version of (await listLog(new LocalStorage(directory, files))).commits) {
    const bytes = await files.read(commitPath(directory, version));
    if (bytes === undefined) continue;
    try {
      const { actions, isSealed } = openCommit(bytes, version);
      if (isSealed || actions.some(({ remove }) => remove !== undefined)) continue;
      const rows = actions.reduce((sum, { add }) => sum + rowsOf(add?.stats), 0);
      for (const { txn } of actions)
        if (txn !== undefined) found.set(`${txn.appId} ${txn.version}`, { version, rows });
    } catch (error) {
      if (!(error instanceof CommitFault)) throw error;
    }
  }
  return found;
}

function rowsOf(stats: string | undefined): number {
  return stats === undefined ? 0 : (parseStatistics(stats)?.numRecords ?? 0);
}

/** A segment that could not be stored is in the quarantine as a whole, and files of an earlier try may lie about. */
async function isHeld(files: Files, directory: string, appId: string, version: number): Promise<boolean> {
  const writer = writerOfTransaction(appId);
  if (writer === undefined) return true;
  const names = await files.list(join(directory, QUARANTINE_DIRECTORY));
  return names.some((name) => basename(name).startsWith(`${writer}-${version}.`));
}
