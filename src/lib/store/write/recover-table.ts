import { reasonOf } from "../../base/errors/index.js";
import { type AdoptedLog, adoptDead, type Losses } from "../wal/recovery/recover.js";
import { removeDirectoryIfDone } from "../wal/remove.js";
import { transactionOf } from "../wal/segment.js";
import { nothingStored, SegmentFlusher, type Stored, type StoringOptions } from "./segment-flusher.js";

/** What writers that died had left. */
export interface Recovery extends Losses {
  /** Writer directories that were taken over. */
  readonly writers: number;
  /** What was stored of theirs. */
  readonly stored: Stored;
  /** Directories that could not be, with the reason: what they hold stays where it is. */
  readonly failures: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Takes over the write-ahead logs of writers that died and stores what they hold, without being a writer. Live writers
 * are left alone. Safe beside other processes that do the same, and harmless when there is nothing to do. Nothing that
 * may have been acknowledged is removed: see `mend`. Rejects with the errors of the file system and of DuckDB; what was
 * not stored stays where it is.
 */
export async function recoverTable(options: StoringOptions): Promise<Recovery> {
  const { files, log } = options;
  const coveredOf = async (writer: string) => (await log.refresh()).txns.get(transactionOf(writer)) ?? 0;
  const { adopted, failures } = await adoptDead(files, log.directory, coveredOf);
  const stored = nothingStored();
  try {
    for (const one of adopted) await storeAdopted(options, one, stored);
  } finally {
    for (const { lock } of adopted) lock.release();
  }
  const sum = (of: (one: Losses) => number) => adopted.reduce((total, one) => total + of(one), 0);
  return {
    writers: adopted.filter(({ isSettled }) => !isSettled).length,
    stored,
    tornBytes: sum((one) => one.tornBytes),
    damagedBytes: sum((one) => one.damagedBytes),
    damagedEvents: sum((one) => one.damagedEvents),
    lostEvents: sum((one) => one.lostEvents),
    damagedLines: sum((one) => one.damagedLines),
    failures: failures.map(({ path, error }) => ({ path, reason: reasonOf(error) })),
  };
}

async function storeAdopted(options: StoringOptions, adopted: AdoptedLog, stored: Stored): Promise<void> {
  const storing = new SegmentFlusher(options, adopted.writer, adopted.directory, stored);
  try {
    // In order: a commit of a later segment covers the earlier ones.
    for (const segment of adopted.segments) await storing.store(segment, "checked");
  } finally {
    storing.close();
  }
  await removeDirectoryIfDone(options.files, adopted.directory);
}
