import { join } from "node:path";
import type { Files } from "../../base/files.js";
import { segmentName, WAL_DIRECTORY } from "../../wal/segment.js";
import type { Origin } from "../file/origin.js";

/** Whether the segment is still in the write-ahead log: its writer, or who recovers it, will store it. */
export async function isStoredInLog(files: Files, tableDirectory: string, origin: Origin): Promise<boolean> {
  const path = join(tableDirectory, WAL_DIRECTORY, origin.writer, `${segmentName(origin.sequence)}.ndjson`);
  return (await files.stat(path)) !== undefined;
}
