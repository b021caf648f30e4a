/** What `store vacuum` would free now, and when the rest of what was taken out of a table can go. */
import type { Files } from "../../base/files.js";
import type { TableLog } from "../delta/snapshot.js";
import { pathOfAdd } from "../delta/table-file.js";
import { graceOf, vacuumTable } from "../maintain/vacuum.js";

export interface VacuumOutlook {
  /** How long files stay after they were taken out of the table. */
  readonly graceMs: number;
  readonly now: Freed;
  /** By the day on which they can go, in order. */
  readonly later: readonly (Freed & { readonly day: string })[];
  /** RFC 3339: `query --as-of` reaches back to here for certain; undefined: to the first version. */
  readonly asOfFrom: string | undefined;
}

export interface Freed {
  readonly files: number;
  readonly bytes: number;
}

/** Lists the files of the table. */
export async function vacuumOutlook(
  files: Files,
  log: TableLog,
  nowMs: () => number,
): Promise<VacuumOutlook> {
  const graceMs = graceOf(await log.refresh());
  const { files: count, bytes } = await vacuumTable({ files, log, nowMs, graceMs, isDry: true });
  const snapshot = await log.refresh();
  const days = new Map<string, { files: number; bytes: number }>();
  const sinceMs = nowMs() - graceMs;
  for (const { path, size, deletionTimestamp = 0 } of snapshot.removed.values()) {
    if (deletionTimestamp < sinceMs) continue;
    const found = await files.stat(pathOfAdd(snapshot.directory, path));
    if (found === undefined) continue;
    const day = new Date(deletionTimestamp + graceMs).toISOString().slice(0, 10);
    const sum = days.get(day) ?? { files: 0, bytes: 0 };
    days.set(day, { files: sum.files + 1, bytes: sum.bytes + (size ?? found.bytes) });
  }
  const later = [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, freed]) => ({ day, ...freed }));
  return { graceMs, now: { files: count, bytes }, later, asOfFrom: asOfFrom(snapshot.removed.size, sinceMs) };
}

function asOfFrom(removed: number, sinceMs: number): string | undefined {
  return removed === 0 ? undefined : new Date(sinceMs).toISOString();
}
