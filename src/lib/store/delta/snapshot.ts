// Enter here: the table log by the Delta Lake protocol: read a snapshot, commit a version.
import { diskFiles, type Files } from "../../base/files.js";
import { localTable } from "../storage/local.js";
import type { TablePlace, TableStorage } from "../storage/storage.js";
import { type AsOf, versionAt } from "./as-of.js";
import { writeSnapshotCache } from "./cache/cache-write.js";
import { follow, loadState } from "./load.js";
import type { LogState, Snapshot } from "./state.js";

export type { AsOf } from "./as-of.js";
export { commitName, LOG_DIRECTORY } from "./listing.js";
export type { Snapshot } from "./state.js";
export type { FileBounds, TableFile } from "./table-file.js";

/**
 * The table's newest state, or that of a moment; `table`: the directory of one on the local disk, or its place. A table
 * without a log has no rows. Throws store.unreadable, or store.no-such-version when the log does not have the moment
 * (any more).
 */
export async function readSnapshot(
  table: TablePlace | string,
  files: Files = diskFiles,
  at?: AsOf,
): Promise<Snapshot> {
  const place = placeOf(table, files);
  if (at === undefined) return new TableLog(place).refresh();
  const version = await versionAt(place.storage, at);
  return (await loadState(place, version)).state.snapshot();
}

/** A log that is read once and then followed: `refresh` reads only the commits that came since. */
export class TableLog implements TablePlace {
  readonly directory: string;
  readonly files: Files;
  readonly storage: TableStorage;
  #state: LogState | undefined;

  /** `table`: the directory of one on the local disk, or its place. */
  constructor(table: TablePlace | string, files: Files = diskFiles) {
    const place = placeOf(table, files);
    this.directory = place.directory;
    this.files = place.files;
    this.storage = place.storage;
  }

  /** The newest snapshot; the same object while nothing was committed. */
  async refresh(): Promise<Snapshot> {
    // Not followed: the log was cleaned beyond what we had read, or put back to an earlier state.
    if (this.#state === undefined || !(await follow(this.storage, this.#state)))
      this.#state = await this.#load();
    return this.#state.snapshot();
  }

  async #load(): Promise<LogState> {
    const { state, isCostly } = await loadState(this);
    await follow(this.storage, state);
    // A store that cannot be written can still be read.
    if (isCostly) await writeSnapshotCache(this, state.snapshot()).catch(() => {});
    return state;
  }
}

function placeOf(table: TablePlace | string, files: Files): TablePlace {
  return typeof table === "string" ? localTable(table, files) : table;
}
