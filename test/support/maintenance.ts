/** What maintains a table, as its commands do it, with the files and the time of a test. */

import type { Files } from "../../src/lib/base/files.js";
import { checkpoint as makeCheckpoint } from "../../src/lib/store/delta/checkpoints/checkpoint.js";
import { TableLog } from "../../src/lib/store/delta/snapshot.js";
import { repairTable } from "../../src/lib/store/inspect/repair.js";
import { verifyTable } from "../../src/lib/store/inspect/verify.js";
import { type Change, changeTable } from "../../src/lib/store/maintain/alter/change-table.js";
import { compactFiles, TARGET_BYTES } from "../../src/lib/store/maintain/compact.js";
import { deleteEvents } from "../../src/lib/store/maintain/delete.js";
import { applyRetention } from "../../src/lib/store/maintain/retention.js";
import {
  changeRules as changeTableRules,
  type RetentionRule,
} from "../../src/lib/store/maintain/retention-rules.js";
import { withMaintenance } from "../../src/lib/store/maintain/rewrite/duckdb-session.js";
import { vacuumTable } from "../../src/lib/store/maintain/vacuum.js";
import { recoverTable } from "../../src/lib/store/write/recover-table.js";

/** Columns a table of these tests gets. */
export const MAX_COLUMNS = 40;

export interface Place {
  readonly table: string;
  readonly files: Files;
  readonly nowMs: number;
}

export async function compact({ table, files, nowMs }: Place): Promise<void> {
  const log = new TableLog(table, files);
  await withMaintenance(files, table, (session) =>
    compactFiles({ files, session, log, nowMs: () => nowMs, targetBytes: TARGET_BYTES }),
  );
}

/** Deletes the events for which the SQL condition is true. */
export async function erase({ table, files, nowMs }: Place, condition: string): Promise<void> {
  const log = new TableLog(table, files);
  await withMaintenance(files, table, (session) =>
    deleteEvents({ files, session, log, nowMs: () => nowMs, condition }),
  );
}

/** Everything that no version within `graceMs` needs goes. */
export async function vacuum({ table, files, nowMs }: Place, graceMs: number): Promise<void> {
  await vacuumTable({ files, log: new TableLog(table, files), nowMs: () => nowMs, graceMs });
}

/** A checkpoint of the newest version; commits older than the log's retention go. */
export async function checkpoint({ table, files, nowMs }: Place): Promise<void> {
  const log = new TableLog(table, files);
  await withMaintenance(files, table, (session) => makeCheckpoint({ session, log, nowMs }));
}

/** Stores what writers that died have left. */
export async function recover({ table, files, nowMs }: Place): Promise<void> {
  const log = new TableLog(table, files);
  await recoverTable({ files, log, maxColumns: MAX_COLUMNS, nowMs: () => nowMs });
}

/** Sets the table's rules; then what they say goes. */
export async function retain(place: Place, rules: readonly RetentionRule[]): Promise<void> {
  const { table, files, nowMs } = place;
  await changeRules(place, rules);
  await withMaintenance(files, table, (session) =>
    applyRetention({ files, session, log: new TableLog(table, files), nowMs: () => nowMs }),
  );
}

export async function changeRules(
  { table, files, nowMs }: Place,
  rules: readonly RetentionRule[],
): Promise<void> {
  await changeTableRules(
    files,
    new TableLog(table, files),
    () => nowMs,
    () => rules,
  );
}

/** Changes a key's type or name, and every file that has it. */
export async function alter({ table, files, nowMs }: Place, change: Change): Promise<void> {
  await changeTable({ files, table, nowMs: () => nowMs }, change);
}

/** Makes the table whole. */
export async function repair({ table, files, nowMs }: Place): Promise<void> {
  await repairTable({
    files,
    directory: table,
    isDryRun: false,
    isDeep: true,
    mayDrop: false,
    nowMs: () => nowMs,
  });
}

/** What is wrong with the table: every byte is looked at. Files that no version has yet or any more are not wrong. */
export async function complaints({ table, files, nowMs }: Place): Promise<string[]> {
  const { findings } = await verifyTable({ files, directory: table, isDeep: true, nowMs: () => nowMs });
  return findings.filter(({ isDamage }) => isDamage).map((finding) => JSON.stringify(finding));
}
