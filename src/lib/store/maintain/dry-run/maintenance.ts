// Enter here: what maintenance would do.
/** What `compact`, `store tiers apply` and `store vacuum` would do. Nothing is changed. */
import { posix } from "node:path";
import type { Files } from "../../../base/files.js";
import { literal } from "../../columns/names.js";
import { PARTITION_COLUMN } from "../../columns/schema.js";
import { type Snapshot, type TableFile, TableLog } from "../../delta/snapshot.js";
import type { Session } from "../../duckdb/duckdb.js";
import { roomFor } from "../../write/needed.js";
import { bytesOfFiles, planCompaction } from "../plan-compaction.js";
import { withReading } from "../rewrite/duckdb-session.js";
import { planMoves, reachableFiles, tierRules } from "../tiers.js";
import { graceOf, type VacuumReport, vacuumTable } from "../vacuum.js";
import { type Days, daysInOrder, type Foretold, foretellRetention } from "./events.js";

export interface ForetoldMove {
  /** `null`: the table's own directory. */
  readonly tier: string | null;
  readonly files: number;
  readonly bytes: number;
  readonly rows: number;
  readonly days: Days;
}

export interface ForetoldMaintenance {
  readonly retention: Foretold;
  /** Files that become one each. */
  readonly groups: readonly (readonly TableFile[])[];
  /** The most that rewriting them takes until the old files are vacuumed. */
  readonly needBytes: number;
  readonly freeBytes: number | undefined;
  readonly moves: readonly ForetoldMove[];
  readonly vacuum: VacuumReport;
}

/**
 * What `maintainTable` would do now. Events that retention takes out of files that stay are still counted among those
 * that are moved.
 */
export async function foretellMaintenance(
  files: Files,
  directory: string,
  targetBytes: number,
  nowMs: number,
): Promise<ForetoldMaintenance> {
  const log = new TableLog(directory, files);
  const snapshot = await log.refresh();
  const retention = await withReading((session) => foretellRetention(log, session, snapshot, nowMs));
  const gone = new Set(retention.whole);
  const left = (await reachableFiles(files, snapshot)).filter((file) => !gone.has(file));
  const groups = planCompaction(left, { targetBytes });
  const vacuum = await vacuumTable({
    files,
    log,
    nowMs: () => nowMs,
    graceMs: graceOf(snapshot),
    isDry: true,
  });
  return {
    retention,
    groups,
    needBytes: roomFor([...groups, ...retention.filesRewritten.map((file) => [file])]),
    freeBytes: await files.freeBytes?.(directory).catch(() => undefined),
    moves: foretellMoves({ ...snapshot, files: left }, targetBytes, nowMs),
    vacuum,
  };
}

/** What would go to each tier. */
export function foretellMoves(
  snapshot: Pick<Snapshot, "files" | "metadata" | "directory">,
  targetBytes: number,
  nowMs: number,
): ForetoldMove[] {
  const byTier = new Map<string | null, TableFile[]>();
  for (const { inputs, target } of planMoves(snapshot.files, tierRules(snapshot), nowMs, targetBytes)) {
    const tier = target?.name ?? null;
    byTier.set(tier, [...(byTier.get(tier) ?? []), ...inputs]);
  }
  return [...byTier].map(([tier, files]) => {
    const days = new Map<string, number>();
    for (const file of files) {
      const day = dayOfFile(file);
      days.set(day, (days.get(day) ?? 0) + (file.rows ?? 0));
    }
    const rows = [...days.values()].reduce((sum, count) => sum + count, 0);
    return { tier, files: files.length, bytes: bytesOfFiles(files), rows, days: daysInOrder(days) };
  });
}

export function moveFacts({ tier, files, bytes, rows, days }: ForetoldMove): object {
  return { tier, files, bytes, events: rows, days: Object.fromEntries(days) };
}

/** Rows by day in files that `store vacuum` would remove; those that cannot be read any more count nothing. */
export async function foretellVacuum(directory: string, paths: readonly string[]): Promise<Days> {
  if (paths.length === 0) return new Map();
  const rows = await withReading((session) => rowsIn(session, paths));
  const days = new Map<string, number>();
  for (const path of paths) {
    const relative = posix.relative(directory, path);
    const day = new RegExp(`(?:^|/)${PARTITION_COLUMN}=([^/]*)/`).exec(relative)?.[1] ?? "";
    days.set(day, (days.get(day) ?? 0) + (rows.get(path) ?? 0));
  }
  return daysInOrder(days);
}

async function rowsIn(session: Session, paths: readonly string[]): Promise<Map<string, number>> {
  const rows = new Map<string, number>();
  for (const path of paths) {
    const footer = session.rowsJson(`SELECT num_rows FROM parquet_file_metadata(${literal(path)})`);
    const [found] = await footer.catch(() => []);
    if (found !== undefined) rows.set(path, Number(found[0]));
  }
  return rows;
}

function dayOfFile(file: TableFile): string {
  const named = file.add.partitionValues[PARTITION_COLUMN];
  if (named != null) return named;
  return file.maxTimestampMs === undefined ? "" : new Date(file.maxTimestampMs).toISOString().slice(0, 10);
}
