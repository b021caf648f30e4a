/** What a version of a table's log adds to it. */
import { failure } from "../../base/errors/index.js";
import { commitKey, listLog, newestVersion } from "../../store/delta/listing.js";
import { actionsOf } from "../../store/delta/load.js";
import type { TableFile } from "../../store/delta/snapshot.js";
import { factsOf, fetchFiles, tableFile } from "../../store/delta/table-file.js";
import { checkFilesUnchanged } from "../../store/parquet/unchanged.js";
import type { TablePlace } from "../../store/storage/storage.js";
import { writerOfTransaction } from "../../store/wal/segment.js";

/** What a version adds. */
export interface AppendedVersion {
  /** The files with its rows, in the order of its commit: none where files take the place of others. */
  readonly files: readonly TableFile[];
  /** The segments of the log that it covers, with all before them: by writer, as transactions name it. */
  readonly covered: readonly { readonly writer: string; readonly sequence: number }[];
}

/**
 * Files that take the place of others are of compaction, deletion or moves. Undefined when there is no such version
 * yet.
 */
export async function appendedBy(
  { directory, storage }: TablePlace,
  version: number,
): Promise<AppendedVersion | undefined> {
  const bytes = await storage.read(commitKey(version));
  if (bytes === undefined) return undefined;
  const actions = actionsOf(bytes, storage.name, version);
  const covered = actions.flatMap(({ txn }) => {
    const writer = txn && writerOfTransaction(txn.appId);
    return writer === undefined ? [] : [{ writer, sequence: txn!.version }];
  });
  if (actions.some(({ remove }) => remove !== undefined)) return { files: [], covered };
  const files = actions.flatMap(({ add }) => (add?.dataChange === true ? [tableFile(directory, add)] : []));
  return { files, covered };
}

/** Whether the table has the version. */
export async function isCommitted({ storage }: TablePlace, version: number): Promise<boolean> {
  return (await storage.facts(commitKey(version))) !== undefined;
}

/**
 * Throws store.stream-gone when the version does not come any more: the log was cleaned past it, or put back to an
 * earlier state.
 */
export async function checkComing(table: TablePlace, version: number): Promise<void> {
  const { storage } = table;
  const newest = newestVersion(await listLog(storage));
  if (newest === version - 1) return;
  // It may have come since.
  if (await isCommitted(table, version)) return;
  const reason =
    newest < version
      ? `its log ends with version ${newest} and was read up to ${version - 1} before`
      : `version ${version} was cleaned out of its log`;
  throw failure("store.stream-gone", { path: storage.name, reason });
}

/**
 * Throws store.stream-gone when one of the files is no longer there, store.file-unreadable for one that has changed.
 */
export async function checkFiles(
  table: TablePlace,
  version: number,
  files: readonly TableFile[],
): Promise<void> {
  const isThere = await Promise.all(
    files.map(async ({ addPath }) => (await factsOf(table, addPath)) !== undefined),
  );
  if (isThere.includes(false)) throw goneFile(table.storage.name, version);
  await fetchFiles(table, files);
  await checkFilesUnchanged(table.files, table.directory, files);
}

export function goneFile(path: string, version: number, cause?: unknown): Error {
  const reason = `files of version ${version} were replaced or deleted, and then vacuumed`;
  return failure("store.stream-gone", { path, reason }, cause);
}
