// Enter here: Delta checkpoints, `_last_checkpoint` and clean-up of the log.
/** Keeps a table's log short and quick to open: checkpoints, the snapshot cache and clean-up, after commits. */
import { reasonOf } from "../../../base/errors/index.js";
import type { Session } from "../../duckdb/duckdb.js";
import { writeSnapshotCache } from "../cache/cache-write.js";
import { logProperties } from "../properties.js";
import type { TableLog } from "../snapshot.js";
import { writeCheckpoint } from "./checkpoint-write.js";
import { cleanUpLog } from "./clean-up.js";
import { readLastCheckpoint } from "./last-checkpoint.js";

export interface CheckpointReport {
  readonly version: number;
  /** Files of the log that were no longer needed. */
  readonly removedFiles: number;
}

export interface CheckpointOptions {
  readonly session: Session;
  readonly log: TableLog;
  readonly nowMs: number;
}

/** Whose turn was missed (it was killed, the disk was full) is looked for every so many versions. */
const LOOK_EVERY = 10;

/**
 * To be called after each commit: every 100th version (`delta.checkpointInterval`) becomes a checkpoint, then the log
 * is cleaned. Undefined: nothing was due. A failure harms nobody, since what is committed stays so and the next one
 * tries again: it is returned as text.
 */
export async function maybeCheckpoint(
  options: CheckpointOptions,
): Promise<CheckpointReport | { readonly failed: string } | undefined> {
  try {
    return (await isDue(options)) ? await checkpoint(options) : undefined;
  } catch (error) {
    return { failed: reasonOf(error) };
  }
}

/** Makes the newest version a checkpoint, whether one is due or not. */
export async function checkpoint({ session, log, nowMs }: CheckpointOptions): Promise<CheckpointReport> {
  const snapshot = await log.refresh();
  const { version } = snapshot;
  if (version < 0) return { version, removedFiles: 0 };
  const written = await writeCheckpoint({ table: log, session, snapshot, nowMs });
  await writeSnapshotCache(log, written).catch(() => {});
  return { version, removedFiles: await cleanUpLog({ table: log, session, snapshot, nowMs }) };
}

async function isDue({ log }: CheckpointOptions): Promise<boolean> {
  const { version, metadata } = await log.refresh();
  const { checkpointInterval } = logProperties(metadata);
  if (version <= 0) return false;
  if (version % checkpointInterval === 0) return true;
  if (version % Math.min(LOOK_EVERY, checkpointInterval) !== 0) return false;
  const last = await readLastCheckpoint(log.storage);
  return version - (last?.version ?? 0) > checkpointInterval;
}
