/** Everything that keeps a table in shape, in the order in which it saves most work. */
import type { Files } from "../../base/files.js";
import { maybeCheckpoint } from "../log/checkpoint.js";
import type { TableLog } from "../log/snapshot.js";
import { type CompactProgress, type CompactReport, compactFiles } from "./compact.js";
import type { EraseReport } from "./erase.js";
import { applyRetention } from "./retention.js";
import { withMaintenance } from "./session.js";
import { applyTiers, type TierReport } from "./tiers.js";
import { graceOf, type VacuumReport, vacuumTable } from "./vacuum.js";

export interface MaintainOptions {
  readonly files: Files;
  readonly log: TableLog;
  readonly nowMs: () => number;
  readonly targetBytes: number;
  /** Asked between files: true ends the work early. */
  readonly isStopped?: () => boolean;
  readonly onProgress?: (progress: CompactProgress) => void;
}

export interface MaintainReport {
  readonly retention: EraseReport;
  readonly compaction: CompactReport;
  readonly tiers: TierReport;
  readonly vacuum: VacuumReport;
  /** Why the log got no checkpoint, if one was due. */
  readonly checkpointFailure: string | undefined;
}

/**
 * Applies the retention rules, merges and sorts files, moves old ones to their tier, shortens the log, and removes what no version needs any more. May be
 * killed anywhere and run by several at once; what is left undone the next run does.
 */
export async function maintainTable(options: MaintainOptions): Promise<MaintainReport> {
  const { files, log, nowMs } = options;
  return withMaintenance(files, log.directory, async (session) => {
    const retention = await applyRetention({ ...options, session, onProgress: () => {} });
    const compaction = await compactFiles({ ...options, session });
    const tiers = await applyTiers({ ...options, session });
    const checkpoint = await maybeCheckpoint({ files, session, log, nowMs: nowMs() });
    const checkpointFailure =
      checkpoint !== undefined && "failed" in checkpoint ? checkpoint.failed : undefined;
    const vacuum =
      options.isStopped?.() === true
        ? { files: 0, bytes: 0, workspaces: 0 }
        : await vacuumTable({ files, log, nowMs, graceMs: graceOf(await log.refresh()) });
    return { retention, compaction, tiers, vacuum, checkpointFailure };
  });
}
