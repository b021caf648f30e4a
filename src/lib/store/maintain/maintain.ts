// Enter here: compaction, retention, tiers, vacuum and deletes, in the order that saves most work.
/** Everything that keeps a table in shape, in the order in which it saves most work. */
import { join } from "node:path";
import type { Files } from "../../base/files.js";
import { maybeCheckpoint } from "../delta/checkpoints/checkpoint.js";
import type { TableFile, TableLog } from "../delta/snapshot.js";
import type { Session } from "../duckdb/duckdb.js";
import { asLackOfRoom, lackOfRoom, roomFor } from "../write/needed.js";
import { type CompactProgress, type CompactReport, compactFiles } from "./compact.js";
import { type EraseReport, nothingErased } from "./delete-rows.js";
import { planCompaction } from "./plan-compaction.js";
import { applyRetention, removeExpired } from "./retention.js";
import { withMaintenance } from "./rewrite/duckdb-session.js";
import { tierOf, tierRoot } from "./rewrite/output-path.js";
import { applyTiers, reachableFiles, type TierReport } from "./tiers.js";
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
 * Applies the retention rules, merges and sorts files, moves old ones to their tier, shortens the log, and removes what
 * no version needs any more. May be killed anywhere and run by several at once; what is left undone the next run does.
 * What makes room comes first; throws store.no-room before anything is rewritten that would not fit.
 */
export async function maintainTable(options: MaintainOptions): Promise<MaintainReport> {
  const { files, log, nowMs } = options;
  const retention = nothingErased();
  const { onProgress: _forFiles, ...erasing } = options;
  const left = await removeExpired(erasing, retention);
  const early = await makeRoom(options);
  const work = async (session: Session): Promise<MaintainReport> => {
    if (left > 0) await applyRetention({ ...erasing, session }, retention);
    const compaction = await compactFiles({ ...options, session });
    const tiers = await applyTiers({ ...options, session });
    const checkpoint = await maybeCheckpoint({ session, log, nowMs: nowMs() });
    const checkpointFailure =
      checkpoint !== undefined && "failed" in checkpoint ? checkpoint.failed : undefined;
    const isStopped = options.isStopped?.() === true;
    const vacuum = isStopped
      ? early
      : addUp(early, await vacuumTable({ files, log, nowMs, graceMs: graceOf(await log.refresh()) }));
    return { retention, compaction, tiers, vacuum, checkpointFailure };
  };
  return withMaintenance(files, log.directory, work).catch((error) =>
    asLackOfRoom(error, log.directory, "compact"),
  );
}

/** Vacuums before rewriting where the disk lacks room for it. Throws store.no-room when that is not enough. */
async function makeRoom({ files, log, nowMs, targetBytes }: MaintainOptions): Promise<VacuumReport> {
  const snapshot = await log.refresh();
  const groups = planCompaction(await reachableFiles(files, snapshot), { targetBytes });
  const lacks = () => lackFor(files, log.directory, groups);
  const nothing = { files: 0, bytes: 0, workspaces: 0 };
  if ((await lacks()) === undefined) return nothing;
  const vacuum = await vacuumTable({ files, log, nowMs, graceMs: graceOf(snapshot) });
  const lack = await lacks();
  if (lack !== undefined) throw lack;
  return vacuum;
}

/** What each disk lacks: a tier's files are rewritten in their tier. */
async function lackFor(
  files: Files,
  directory: string,
  groups: readonly (readonly TableFile[])[],
): Promise<Error | undefined> {
  for (const tier of new Set(groups.map((group) => tierOf(group[0]!.add.path)))) {
    const own = groups.filter((group) => tierOf(group[0]!.add.path) === tier);
    const lack = await lackOfRoom(files, join(directory, tierRoot(tier)), "compact", roomFor(own));
    if (lack !== undefined) return lack;
  }
  return undefined;
}

function addUp(a: VacuumReport, b: VacuumReport): VacuumReport {
  const add = (key: "files" | "bytes" | "workspaces") => a[key] + b[key];
  return { files: add("files"), bytes: add("bytes"), workspaces: add("workspaces") };
}
