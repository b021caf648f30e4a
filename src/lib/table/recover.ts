import { type Adopted, adoptDead } from "../wal/recover.js";
import { removeDirectoryIfDone } from "../wal/remove.js";
import { nothingStored, type Stored, Storing, type StoringOptions } from "./storing.js";

/** What writers that died had left. */
export interface Recovery {
  /** Writer directories that were taken over. */
  writers: number;
  /** What was stored of theirs. */
  readonly stored: Stored;
  /** Bytes that had never been acknowledged and were cut off. */
  tornBytes: number;
  /** Bytes whose checksum fails, set aside in `.damaged` files beside the log. */
  damagedBytes: number;
}

/**
 * Takes over the write-ahead logs of writers that died and stores what they hold, without being a writer. Live writers are
 * left alone. Safe beside other processes that do the same, and harmless when there is nothing to do. Rejects with the
 * errors of the file system and of DuckDB; what was not stored stays where it is.
 */
export async function recoverTable(options: StoringOptions): Promise<Recovery> {
  const recovery: Recovery = { writers: 0, stored: nothingStored(), tornBytes: 0, damagedBytes: 0 };
  const adopted = await adoptDead(options.files, options.log.directory);
  try {
    for (const one of adopted) await storeAdopted(options, one, recovery);
  } finally {
    for (const { lock } of adopted) lock.release();
  }
  return recovery;
}

async function storeAdopted(options: StoringOptions, adopted: Adopted, recovery: Recovery): Promise<void> {
  recovery.writers++;
  recovery.tornBytes += adopted.tornBytes;
  recovery.damagedBytes += adopted.damagedBytes;
  const storing = new Storing(options, adopted.writer, adopted.directory, recovery.stored);
  try {
    // In order: a commit of a later segment covers the earlier ones.
    for (const segment of adopted.segments) await storing.store(segment);
  } finally {
    storing.close();
  }
  await removeDirectoryIfDone(options.files, adopted.directory);
}
