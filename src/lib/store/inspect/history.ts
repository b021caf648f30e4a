/** What each version of a table did. */
import { diskFiles, type Files } from "../../base/files.js";
import type { LogAction } from "../delta/actions.js";
import { commitKey, listLog } from "../delta/listing.js";
import { actionsOf } from "../delta/load.js";
import { readSnapshot, TableLog } from "../delta/snapshot.js";
import { tableFile } from "../delta/table-file.js";
import type { TablePlace } from "../storage/storage.js";

export interface HistoryEntry {
  readonly version: number;
  /** RFC 3339; absent when the commit does not say. */
  readonly time: string | undefined;
  readonly operation: string;
  readonly engine: string | undefined;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly rowsAdded: number;
  /** Undefined when the log no longer says how many rows the removed files had. */
  readonly rowsRemoved: number | undefined;
  readonly bytesAdded: number;
}

/** The last `limit` versions that the log still has, newest first. */
export async function tableHistory(
  table: TablePlace | string,
  limit: number,
  files: Files = diskFiles,
): Promise<HistoryEntry[]> {
  const log = new TableLog(table, files);
  const { directory, storage } = log;
  const { commits } = await listLog(storage);
  const wanted = commits.slice(-limit);
  const rows = await rowsBefore(log, wanted[0]);
  const entries: HistoryEntry[] = [];
  for (const version of wanted) {
    const bytes = await storage.read(commitKey(version));
    // Cleaned away since it was listed.
    if (bytes === undefined) continue;
    entries.push(entryOf(version, actionsOf(bytes, storage.name, version), rows, directory));
  }
  return entries.reverse();
}

/** Rows of every file that the table had before `version`, by `add.path`; files nothing is known of are not in it. */
async function rowsBefore(table: TablePlace, version: number | undefined): Promise<Map<string, number>> {
  if (version === undefined || version === 0) return new Map();
  const before = await readSnapshot(table, table.files, { version: version - 1 }).catch(() => undefined);
  return new Map(
    (before?.files ?? []).flatMap(({ add, rows }) => (rows === undefined ? [] : [[add.path, rows]])),
  );
}

function entryOf(
  version: number,
  actions: readonly LogAction[],
  rows: Map<string, number>,
  tableDirectory: string,
): HistoryEntry {
  const info = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo ?? {};
  const removed = actions.flatMap(({ remove }) => (remove === undefined ? [] : [remove.path]));
  const lost = removed.map((path) => rows.get(path));
  const added = actions.flatMap(({ add }) => (add === undefined ? [] : [tableFile(tableDirectory, add)]));
  for (const file of added) if (file.rows !== undefined) rows.set(file.add.path, file.rows);
  const ms = info["inCommitTimestamp"] ?? info["timestamp"];
  return {
    version,
    time: typeof ms === "number" ? new Date(ms).toISOString() : undefined,
    operation: typeof info["operation"] === "string" ? info["operation"] : "unknown",
    engine: typeof info["engineInfo"] === "string" ? info["engineInfo"] : undefined,
    filesAdded: added.length,
    filesRemoved: removed.length,
    rowsAdded: added.reduce((sum, file) => sum + (file.rows ?? 0), 0),
    rowsRemoved: lost.some((count) => count === undefined)
      ? undefined
      : lost.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    bytesAdded: added.reduce((sum, file) => sum + file.bytes, 0),
  };
}
