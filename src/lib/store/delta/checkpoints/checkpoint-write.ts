/** Writes a checkpoint: all that a snapshot knows, in one Parquet file. Source: PROTOCOL.md, "Checkpoints". */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { assert } from "../../../base/assert.js";
import { type Files, makeDurableDirectory } from "../../../base/files.js";
import { table } from "../../../base/table.js";
import { literal } from "../../columns/names.js";
import type { Session } from "../../duckdb/duckdb.js";
import type { TablePlace, TableStorage } from "../../storage/storage.js";
import type { LogAction, Remove } from "../actions.js";
import { checkpointSealOption, sealCheckpoint } from "../guard/checkpoint-seal.js";
import { checkpointKey, LOG_DIRECTORY } from "../listing.js";
import { txnsOfCheckpoint } from "../positions.js";
import { logProperties } from "../properties.js";
import type { Snapshot } from "../state.js";
import { withoutForgotten } from "./forgotten.js";
import { readLastCheckpoint, writeLastCheckpoint } from "./last-checkpoint.js";

export interface CheckpointJob {
  readonly table: TablePlace;
  readonly session: Session;
  readonly snapshot: Snapshot;
  readonly nowMs: number;
}

/**
 * Makes the snapshot's version a checkpoint and names it in `_last_checkpoint`. The file appears whole and durable or
 * not at all; of several who write the same version the last one's stays, and all say the same. Resolves with what it
 * says: the snapshot without transactions that are forgotten.
 */
export async function writeCheckpoint({
  table,
  session,
  snapshot: whole,
  nowMs,
}: CheckpointJob): Promise<Snapshot> {
  const { directory, files, storage } = table;
  const snapshot = await withoutForgotten(table, whole, nowMs);
  const { version } = snapshot;
  assert(snapshot.protocol !== undefined && snapshot.metadata !== undefined, "a checkpoint of no table");
  const log = join(directory, LOG_DIRECTORY);
  const lines = join(log, `.draft-${randomUUID()}`);
  const parquet = join(log, `.draft-${randomUUID()}`);
  if (!storage.hasFiles) await makeDurableDirectory(files, log);
  try {
    const { count, longestLine } = await writeLines(files, lines, actionsOf(snapshot, nowMs));
    await session.withRoom(() => session.run(copySql(lines, parquet, longestLine, version)));
    await sealCheckpoint(files, parquet);
    const bytes = await makeDurable(files, parquet);
    const [[rows] = []] = await session.rows(
      `SELECT num_rows::INTEGER FROM parquet_file_metadata(${literal(parquet)})`,
    );
    assert(rows === count, `a checkpoint of ${count} actions has ${String(rows)} rows`);
    await storage.publish(parquet, checkpointKey(version));
    const last = { version, size: count, sizeInBytes: bytes, numOfAddFiles: snapshot.files.length };
    if (!(await isBehind(storage, version))) await writeLastCheckpoint(storage, last);
    return snapshot;
  } finally {
    await files.remove(lines).catch(() => {});
    await files.remove(parquet).catch(() => {});
  }
}

/** Whether `_last_checkpoint` names a later one that is there. */
async function isBehind(storage: TableStorage, version: number): Promise<boolean> {
  const known = await readLastCheckpoint(storage);
  if (known === undefined || known.version <= version || known.parts !== undefined) return false;
  return (await storage.facts(checkpointKey(known.version))) !== undefined;
}

function* actionsOf(snapshot: Snapshot, nowMs: number): Iterable<LogAction> {
  const { removedFileRetentionMs } = logProperties(snapshot.metadata);
  const isExpired = ({ deletionTimestamp = 0 }: Remove) => nowMs - deletionTimestamp > removedFileRetentionMs;
  if (snapshot.protocol !== undefined) yield { protocol: snapshot.protocol };
  if (snapshot.metadata !== undefined) yield { metaData: snapshot.metadata };
  const { version, transactions, positions } = snapshot;
  for (const txn of txnsOfCheckpoint(version, transactions.values(), positions.values())) yield { txn };
  for (const remove of snapshot.removed.values())
    if (!isExpired(remove)) yield { remove: { ...remove, dataChange: false } };
  for (const file of snapshot.files) yield { add: { ...file.add, dataChange: false } };
}

const BATCH_BYTES = 1024 * 1024;

async function writeLines(
  files: Files,
  path: string,
  actions: Iterable<LogAction>,
): Promise<{ count: number; longestLine: number }> {
  const file = await files.open(path, "create");
  let [count, longestLine, offset] = [0, 0, 0];
  let batch: Buffer[] = [];
  let batchBytes = 0;
  const send = async () => {
    await file.write(batch, offset);
    offset += batchBytes;
    batch = [];
    batchBytes = 0;
  };
  try {
    for (const action of actions) {
      const line = Buffer.from(`${JSON.stringify(action)}\n`, "utf8");
      batch.push(line);
      batchBytes += line.length;
      count++;
      longestLine = Math.max(longestLine, line.length);
      if (batchBytes >= BATCH_BYTES) await send();
    }
    await send();
  } finally {
    await file.close();
  }
  return { count, longestLine };
}

const MAP = "MAP(VARCHAR, VARCHAR)";
const COLUMNS: Readonly<Record<string, string>> = table({
  protocol: "STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER)",
  metaData: `STRUCT(id VARCHAR, "name" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options ${MAP}), schemaString VARCHAR, partitionColumns VARCHAR[], configuration ${MAP}, createdTime BIGINT)`,
  txn: 'STRUCT(appId VARCHAR, "version" BIGINT, lastUpdated BIGINT)',
  remove: `STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues ${MAP}, size BIGINT)`,
  add: `STRUCT(path VARCHAR, partitionValues ${MAP}, size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags ${MAP})`,
});

const USUAL_LINE_BYTES = 16 * 1024 * 1024;

function copySql(lines: string, parquet: string, longestLine: number, version: number): string {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${literal(name)}: ${literal(type)}`);
  const options = [
    "format = 'newline_delimited'",
    `columns = {${columns.join(", ")}}`,
    `maximum_object_size = ${Math.max(USUAL_LINE_BYTES, 2 * longestLine)}`,
  ];
  const source = `read_json(${literal(lines)}, hive_partitioning = false, ${options.join(", ")})`;
  return `COPY (FROM ${source}) TO ${literal(parquet)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480, ${checkpointSealOption(version)})`;
}

async function makeDurable(files: Files, path: string): Promise<number> {
  await files.tighten?.(path);
  const file = await files.open(path, "change");
  try {
    await file.sync();
    return await file.size();
  } finally {
    await file.close();
  }
}
