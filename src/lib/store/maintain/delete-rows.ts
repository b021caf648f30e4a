/**
 * Takes the rows for which a condition is true out of files of a table: whole files by the log alone, others rewritten.
 */
import { type Files, isNoRoom } from "../../base/files.js";
import { identifier } from "../columns/names.js";
import type { TableSchema } from "../columns/schema.js";
import { commitWith } from "../delta/commit.js";
import type { TableFile, TableLog } from "../delta/snapshot.js";
import { fetchFiles } from "../delta/table-file.js";
import type { Session } from "../duckdb/duckdb.js";
import { bloomKey } from "../parquet/bloom.js";
import { CHECKSUM_TAG } from "../parquet/checksum.js";
import type { TableStorage } from "../storage/storage.js";
import { withReserve } from "../write/reserve.js";
import { bytesOfFiles, isCompacted } from "./plan-compaction.js";
import { partitionKey, tierOf } from "./rewrite/output-path.js";
import { removalOf, rewriteFiles } from "./rewrite/rewrite.js";
import { FILE_COLUMN, matchesSql } from "./rewrite/rewrite-sql.js";

export interface EraseOptions {
  readonly files: Files;
  readonly session: Session;
  readonly log: TableLog;
  readonly nowMs: () => number;
  /** For the table's history. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly isStopped?: () => boolean;
}

/** What takes whole files out by the log alone: no DuckDB. */
export type Removing = Omit<EraseOptions, "session">;

export interface EraseReport {
  rows: number;
  filesRemoved: number;
  filesRewritten: number;
  bytesFreed: number;
}

export function nothingErased(): EraseReport {
  return { rows: 0, filesRemoved: 0, filesRewritten: 0, bytesFreed: 0 };
}

/** Files whose matching rows are asked for at once. */
const ASKED_AT_ONCE = 64;
/** Files with fewer bytes than this together are rewritten in one commit. */
const BATCH_BYTES = 256 * 1024 * 1024;

/**
 * Erases the rows of `candidates` for which `condition` (over the columns that `query` shows) is true. Returns the
 * files that were done, by `add.path`: those without such a row, and those that came of rewriting. The others are no
 * longer in the table, as another process rewrote them meanwhile: ask again with a newer snapshot.
 */
export async function eraseRows(
  options: EraseOptions,
  schema: TableSchema,
  candidates: readonly TableFile[],
  condition: string,
  report: EraseReport,
): Promise<string[]> {
  const done: string[] = [];
  // Files of other engines one by one: they may be of any partition, whose values only the log has.
  const atOnce = candidates.every((file) => file.tags[CHECKSUM_TAG] !== undefined) ? ASKED_AT_ONCE : 1;
  for (let i = 0; i < candidates.length; i += atOnce) {
    if (options.isStopped?.() === true) break;
    const asked = candidates.slice(i, i + atOnce);
    const counts = await countMatches(options, schema, asked, condition);
    if (counts === undefined) continue;
    const whole = asked.filter((file) => file.rows !== undefined && counts.get(file.path) === file.rows);
    await removeFiles(options, whole, report);
    const partial = asked.filter((file) => counts.has(file.path) && !whole.includes(file));
    done.push(...asked.filter((file) => !counts.has(file.path)).map((file) => file.add.path));
    for (const inputs of batchesOf(partial)) {
      done.push(...(await rewriteWithout(options, inputs, schema, condition, report)));
    }
  }
  return done;
}

/** Takes whole files out of the table, in one commit. Those that are no longer there are passed over. */
export async function removeFiles(
  options: Removing,
  doomed: readonly TableFile[],
  report: EraseReport,
): Promise<void> {
  if (doomed.length === 0) return;
  const { files, log } = options;
  // What is removed to make room must not need room: the filters of files that go are given up with them.
  const dropFilters = () => removeFilters(log.storage, doomed);
  try {
    const bytes = doomed.length * REMOVAL_BYTES;
    await withReserve(files, log.directory, bytes, () => commitRemoval(options, doomed, report), [
      dropFilters,
    ]);
  } catch (error) {
    if (!isNoRoom(error) || doomed.length <= FEWEST_AT_ONCE) throw error;
    const half = Math.ceil(doomed.length / 2);
    await removeFiles(options, doomed.slice(0, half), report);
    await removeFiles(options, doomed.slice(half), report);
  }
}

/** What a removed file takes in a commit. */
const REMOVAL_BYTES = 400;
/** A commit that does not fit the disk is made smaller, down to so many files. */
const FEWEST_AT_ONCE = 8;

/** True: there may be more room now. */
async function removeFilters(storage: TableStorage, doomed: readonly TableFile[]): Promise<boolean> {
  let hasRemoved = false;
  for (const { add } of doomed) {
    const key = bloomKey(add.path);
    if ((await storage.facts(key).catch(() => undefined)) === undefined) continue;
    hasRemoved ||= await storage.remove([key]).then(
      () => true,
      () => false,
    );
  }
  return hasRemoved;
}

async function commitRemoval(
  options: Removing,
  doomed: readonly TableFile[],
  report: EraseReport,
): Promise<void> {
  const paths = new Set(doomed.map((file) => file.add.path));
  let removed: readonly TableFile[] = [];
  const { log, operation, parameters, nowMs } = options;
  const version = await commitWith(log, (newest) => {
    removed = newest.files.filter((file) => paths.has(file.add.path));
    if (removed.length === 0) return undefined;
    return [
      {
        commitInfo: {
          timestamp: nowMs(),
          operation,
          operationParameters: parameters,
          operationMetrics: {
            numRemovedFiles: String(removed.length),
            numAddedFiles: "0",
            numRemovedBytes: String(bytesOfFiles(removed)),
            numAddedBytes: "0",
            numDeletedRows: String(rowsOf(removed)),
          },
          isBlindAppend: false,
          engineInfo: "logpipe",
        },
      },
      ...removed.map((file) => removalOf(file, true, nowMs())),
    ];
  });
  if (version === undefined) return;
  report.rows += rowsOf(removed);
  report.filesRemoved += removed.length;
  report.bytesFreed += bytesOfFiles(removed);
}

/** Rows that match, by path; files without any are absent. Undefined: a file is gone, because another replaced it. */
async function countMatches(
  { session, log }: EraseOptions,
  schema: TableSchema,
  asked: readonly TableFile[],
  condition: string,
): Promise<Map<string, number> | undefined> {
  const sql = matchesSql(schema, asked, condition);
  const file = identifier(FILE_COLUMN);
  try {
    await fetchFiles(log, asked);
    const rows = await session.rowsJson(`SELECT ${file}, count(*) FROM (${sql}) GROUP BY 1`);
    return new Map(rows.map(([path, count]) => [String(path), Number(count)]));
  } catch (error) {
    const present = new Set((await log.refresh()).files.map(({ add }) => add.path));
    if (asked.every(({ add }) => present.has(add.path))) throw error;
    return undefined;
  }
}

async function rewriteWithout(
  options: EraseOptions,
  inputs: readonly TableFile[],
  schema: TableSchema,
  condition: string,
  report: EraseReport,
): Promise<readonly string[]> {
  const { files, session, log, nowMs, operation, parameters } = options;
  const result = await rewriteFiles({
    files,
    session,
    log,
    nowMs,
    inputs,
    schema,
    keep: `(${condition}\n) IS NOT TRUE`,
    isDataChange: true,
    operation,
    parameters,
  });
  if (result === undefined) return [];
  report.rows += result.rowsIn - result.rowsOut;
  report.filesRewritten += result.filesIn;
  report.bytesFreed += result.bytesIn - result.bytesOut;
  return result.added;
}

/** Compacted files one by one, so that they keep their size; flushed ones of a partition together. */
function batchesOf(files: readonly TableFile[]): TableFile[][] {
  const batches: TableFile[][] = files.filter(isCompacted).map((file) => [file]);
  const open = new Map<string, TableFile[]>();
  for (const file of files) {
    if (isCompacted(file)) continue;
    const key = JSON.stringify([tierOf(file.add.path), partitionKey(file)]);
    const batch = open.get(key);
    if (batch !== undefined && bytesOfFiles(batch) + file.bytes <= BATCH_BYTES) batch.push(file);
    else {
      const fresh = [file];
      open.set(key, fresh);
      batches.push(fresh);
    }
  }
  return batches;
}

function rowsOf(files: readonly TableFile[]): number {
  return files.reduce((total, file) => total + (file.rows ?? 0), 0);
}
