// Enter here: the table log by the Delta Lake protocol: read a snapshot, commit a version.
import { diskFiles, type Files } from "../../base/files.js";
import { type AsOf, versionAt } from "./as-of.js";
import { writeSnapshotCache } from "./cache/cache-write.js";
import { follow, loadState } from "./load.js";
import type { LogState, Snapshot } from "./state.js";

export type { AsOf } from "./as-of.js";
export { commitName, LOG_DIRECTORY } from "./listing.js";
export type { Snapshot } from "./state.js";
export type { FileBounds, TableFile } from "./table-file.js";

/**
 * The table's newest state, or that of a moment. A directory without a log is a table without rows. Throws
 * store.unreadable, or store.no-such-version when the log does not have the moment (any more).
 */
export async function readSnapshot(
  tableDirectory: string,
  files: Files = diskFiles,
  at?: AsOf,
): Promise<Snapshot> {
  if (at === undefined) return new TableLog(tableDirectory, files).refresh();
  const version = await versionAt(files, tableDirectory, at);
  return (await loadState(files, tableDirectory, version)).state.snapshot();
}

/** A log that is read once and then followed: `refresh` reads only the commits that came since. */
export class TableLog {
  readonly directory: string;
  readonly #files: Files;
  #state: LogState | undefined;

  constructor(tableDirectory: string, files: Files = diskFiles) {
    this.directory = tableDirectory;
    this.#files = files;
  }

  /** The newest snapshot; the same object while nothing was committed. */
  async refresh(): Promise<Snapshot> {
    // Not followed: the log was cleaned beyond what we had read, or put back to an earlier state.
    if (this.#state === undefined || !(await follow(this.#files, this.#state)))
      this.#state = await this.#load();
    return this.#state.snapshot();
  }

  async #load(): Promise<LogState> {
    const { state, isCostly } = await loadState(this.#files, this.directory);
    await follow(this.#files, state);
    // A store that cannot be written can still be read.
    if (isCostly) await writeSnapshotCache(this.#files, state.snapshot()).catch(() => {});
    return state;
  }
}
