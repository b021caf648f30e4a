/** What maintains a table, as its commands do it, with the files and the time of a test. */
import type { Files } from "../../src/lib/base/files.js";
import { checkpoint as makeCheckpoint } from "../../src/lib/table/log/checkpoint.js";
import { TableLog } from "../../src/lib/table/log/snapshot.js";
import { compactFiles, TARGET_BYTES } from "../../src/lib/table/maintain/compact.js";
import { deleteEvents } from "../../src/lib/table/maintain/delete.js";
import { withMaintenance } from "../../src/lib/table/maintain/session.js";
import { vacuumTable } from "../../src/lib/table/maintain/vacuum.js";
import { recoverTable } from "../../src/lib/table/recover.js";

/** Columns a table of these tests gets. */
export const MAX_COLUMNS = 1000;

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
  await withMaintenance(files, table, (session) => makeCheckpoint({ files, session, log, nowMs }));
}

/** Stores what writers that died have left. */
export async function recover({ table, files, nowMs }: Place): Promise<void> {
  const log = new TableLog(table, files);
  await recoverTable({ files, log, maxColumns: MAX_COLUMNS, nowMs: () => nowMs });
}
