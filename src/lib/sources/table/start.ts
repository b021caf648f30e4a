/** What the state of a version has, and how it is read. */
import { failure, LogpipeError } from "../../base/errors/index.js";
import { readSnapshot, type Snapshot, type TableFile } from "../../store/delta/snapshot.js";
import { filesSql } from "../../store/read/relation.js";
import type { TablePlace } from "../../store/storage/storage.js";
import { checkFiles } from "./appended.js";
import type { TableCursor } from "./table-cursor.js";

export function selected(
  snapshot: Snapshot,
  files: readonly TableFile[],
  order: "as-stored" | "by-time",
  toSkip: number,
): ReturnType<typeof filesSql> {
  const { sql, columns } = filesSql(snapshot, files, order);
  return { sql: `${sql} OFFSET ${toSkip}`, columns };
}

export function behindVersion(version: number): TableCursor {
  return { kind: "log", version: version + 1, rows: 0 };
}

export async function pastState(table: TablePlace, version: number): Promise<Snapshot> {
  try {
    const snapshot = await readSnapshot(table, table.files, { version });
    await checkFiles(table, version, snapshot.files);
    return snapshot;
  } catch (error) {
    if (!(error instanceof LogpipeError) || error.code !== "store.no-such-version") throw error;
    const reason = `version ${version} is no longer in its log`;
    throw failure("store.stream-gone", { path: table.storage.name, reason }, error);
  }
}

/** Files of a day in the order they were made: the same for the same version, whatever its state was read from. */
export function byDay(files: readonly TableFile[]): TableFile[][] {
  const days = new Map<string, TableFile[]>();
  const inOrder = files
    .map((file) => ({ file, path: file.addPath, madeMs: file.add.modificationTime }))
    .sort((a, b) => a.madeMs - b.madeMs || (a.path < b.path ? -1 : 1));
  for (const { file } of inOrder) {
    const day = days.get(file.date ?? "");
    if (day === undefined) days.set(file.date ?? "", [file]);
    else day.push(file);
  }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

export function rowsOf(files: readonly TableFile[]): number | undefined {
  let sum: number | undefined = 0;
  for (const { rows } of files) sum = rows === undefined || sum === undefined ? undefined : sum + rows;
  return sum;
}
