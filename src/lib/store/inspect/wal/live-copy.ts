import { join } from "node:path";
import type { Files } from "../../../base/files.js";
import { QUARANTINE_DIRECTORY } from "../../delta/quarantine-transactions.js";
import type { ParquetOrigin } from "../../parquet/origin.js";
import { entryFileName } from "../../quarantine/quarantine-file.js";
import { logsOf } from "../../wal/feed/logs.js";
import { segmentName, WAL_DIRECTORY, writerOfTransaction } from "../../wal/segment.js";

/**
 * Whether the rows are still where they came from: in a segment of the write-ahead log, or in the quarantine. Then they
 * will be stored from there, or were and nobody has removed it yet.
 */
export async function isStoredInLog(
  files: Files,
  tableDirectory: string,
  { appId, version }: ParquetOrigin,
): Promise<boolean> {
  const writer = writerOfTransaction(appId);
  if (writer === undefined) {
    const name = entryFileName(appId.replace(/^quarantine:/, ""), version - 1);
    return (await files.stat(join(tableDirectory, QUARANTINE_DIRECTORY, name))) !== undefined;
  }
  const { logs } = await logsOf(files, tableDirectory);
  const log = logs.find(({ name }) => name === writer);
  const directory = log?.directory ?? join(tableDirectory, WAL_DIRECTORY, writer);
  return (await files.stat(join(directory, `${segmentName(version)}.ndjson`))) !== undefined;
}
