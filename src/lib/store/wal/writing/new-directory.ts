import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { isSystemError, makeDurableDirectory } from "../../../base/files.js";
import { type Lock, takeLock } from "../lock.js";
import type { WalOptions } from "../options.js";
import { removeDirectoryIfDone } from "../remove.js";
import { WAL_DIRECTORY } from "../segment.js";

/** Makes a directory for a new writer in the table's `_wal`, and takes its lock. */
export async function lockNewDirectory({
  files,
  tableDirectory,
  onNotice,
}: Pick<WalOptions, "files" | "tableDirectory" | "onNotice">): Promise<{
  readonly writer: string;
  readonly directory: string;
  readonly lock: Lock;
}> {
  const parent = join(tableDirectory, WAL_DIRECTORY);
  await makeDurableDirectory(files, parent);
  for (;;) {
    const writer = randomUUID();
    const directory = join(parent, writer);
    await makeDurableDirectory(files, directory);
    const lock = await takeLock(files, directory, onNotice).catch(async (error) => {
      // Another process cleaned the still empty directory away.
      if (isSystemError(error, "ENOENT")) return undefined;
      await removeDirectoryIfDone(files, directory).catch(() => {});
      throw error;
    });
    if (lock !== undefined) return { writer, directory, lock };
  }
}
