/** Parquet files that are gone or broken, wrong statistics, broken filters. */
import { join } from "node:path";
import { makeDurableDirectory } from "../../../base/files.js";
import type { LogAction } from "../../delta/actions.js";
import { commitWith } from "../../delta/commit.js";
import type { TableFile } from "../../delta/snapshot.js";
import { deltaStatistics } from "../../parquet/statistics.js";
import type { Repair } from "../repair-step.js";
import { checkFile } from "./check-files.js";
import { checkIndex } from "./check-index.js";
import { measureFile } from "./measure.js";

/** Where files that cannot be read are kept when they are taken out of the table. Vacuum does not look here. */
export const DAMAGED_DIRECTORY = "_damaged";

export async function repairFiles(repair: Repair): Promise<void> {
  const { files, session, directory, isDeep, log, step } = repair;
  const snapshot = await log.refresh();
  const check = { files, session, directory, columns: snapshot.schema.columns, isDeep };
  for (const file of snapshot.files) {
    const finding = await checkFile(check, file);
    if (finding?.kind === "file-statistics") await correct(repair, file);
    else if (finding !== undefined && repair.mayDrop) await drop(repair, file);
  }
  for (const { path } of await checkIndex(files, snapshot, isDeep))
    await step({ path, what: "remove what cannot be read: it was there to be quick", rows: 0 }, () =>
      files.remove(join(directory, path)),
    );
}

/** Names the file once more, with what was measured. */
async function correct(repair: Repair, file: TableFile): Promise<void> {
  const { session, log, step } = repair;
  const { schema } = await log.refresh();
  await step({ path: file.add.path, what: "measure the file and correct the log", rows: 0 }, async () => {
    const { rows, statistics } = await measureFile(session, file.path, schema.columns);
    const stats = JSON.stringify(deltaStatistics(rows, schema.columns, statistics));
    await commitWith(log, (snapshot) => {
      const current = snapshot.files.find(({ add }) => add.path === file.add.path);
      if (current === undefined) return undefined;
      return [commitInfo(repair), { add: { ...current.add, stats, dataChange: false } }];
    });
  });
}

/** Takes the file out of the table. What is there of it is kept aside. */
async function drop(repair: Repair, file: TableFile): Promise<void> {
  const { files, directory, log, nowMs, step } = repair;
  const { path } = file.add;
  const kept = join(DAMAGED_DIRECTORY, path.replaceAll("/", "_"));
  const isThere = (await files.stat(file.path)) !== undefined;
  const what = `take the file out of the table${isThere ? `, and keep it as ${kept}` : ""}`;
  await step({ path, what, rows: -(file.rows ?? 0) }, async () => {
    await commitWith(log, (snapshot) => {
      if (!snapshot.files.some(({ add }) => add.path === path)) return undefined;
      return [commitInfo(repair), removal(file, nowMs())];
    });
    if (!isThere) return;
    await makeDurableDirectory(files, join(directory, DAMAGED_DIRECTORY));
    await files.rename(file.path, join(directory, kept));
    await files.syncDirectory(join(directory, DAMAGED_DIRECTORY));
  });
}

function removal({ add }: TableFile, deletionTimestamp: number): LogAction {
  const { path, partitionValues, size } = add;
  return {
    remove: { path, deletionTimestamp, dataChange: true, extendedFileMetadata: true, partitionValues, size },
  };
}

function commitInfo({ nowMs }: Repair): LogAction {
  const operation = { operation: "REPAIR", operationParameters: {}, isBlindAppend: false };
  return { commitInfo: { timestamp: nowMs(), ...operation, engineInfo: "logpipe" } };
}
