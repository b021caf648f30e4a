/** What every sink into a table begins with, and how it says what the system complains of. */
import { dirname } from "node:path";
import { failure, LogpipeError, reasonOf } from "../../base/errors/index.js";
import { isNoRoom, makeDurableDirectory } from "../../base/files.js";
import { createPartitioned } from "../../store/parquet/partition.js";
import type { DiskFullRetry } from "../../store/wal/room/disk-full-retry.js";
import { type Recovery, recoverTable } from "../../store/write/recover-table.js";
import type { StoringOptions } from "../../store/write/segment-flusher.js";

/** Makes the table where it is not there, and stores what writers of its own that died have left. */
export async function openTable(
  { tableDirectory, partitionBy }: OpenOptions,
  storing: StoringOptions,
): Promise<Recovery> {
  const { files, log, nowMs } = storing;
  // The store goes by the umask, and what is in it by the store.
  await makeDurableDirectory(files, dirname(tableDirectory), "umask");
  await makeDurableDirectory(files, tableDirectory);
  if (partitionBy !== undefined) await createPartitioned(log, partitionBy, nowMs());
  return recoverTable(storing);
}

interface OpenOptions {
  readonly tableDirectory: string;
  readonly partitionBy?: readonly string[];
}

/** Does it again while the disk is full, until a stop is asked for. */
export async function untilThereIsRoom<T>(fullness: DiskFullRetry, action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const result = await action();
      fullness.end();
      return result;
    } catch (error) {
      if (!isNoRoom(error) || fullness.isStopped) throw error;
      fullness.begin(error);
      await fullness.pause(new Promise(() => {}));
    }
  }
}

/** Failed system calls and DuckDB's errors, said in terms of the store. */
export function asStoreFailure(path: string, error: unknown): unknown {
  if (error instanceof LogpipeError || (error instanceof Error && error.name === "AssertionFailure"))
    return error;
  return failure("store.unwritable", { path, reason: reasonOf(error) }, error);
}
