/**
 * A log that is gone as a whole, rewritten as one version: from what the Parquet files say, and the copies of commits.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { countOf } from "../../../base/size.js";
import { decodeSchema } from "../../columns/schema.js";
import type { Add, LogAction, Remove } from "../../delta/actions.js";
import { putSealed } from "../../delta/commit.js";
import { copyName, readCopy } from "../../delta/guard/copies.js";
import { COPIES_DIRECTORY } from "../../delta/guard/newest.js";
import { sealCommit } from "../../delta/guard/seal.js";
import { commitName, LOG_DIRECTORY } from "../../delta/listing.js";
import { LogState } from "../../delta/state.js";
import { parseStatistics, pathOfAdd } from "../../delta/table-file.js";
import { LocalStorage } from "../../storage/local.js";
import { type LostSegment, lostSegments, rescueActions } from "../files/lost-files.js";
import { findStrays, listDataFiles } from "../files/strays.js";
import type { Repair } from "../repair-step.js";
import { isStoredInLog } from "../wal/live-copy.js";
import type { LogHealth } from "./log-health.js";

/** What the copies say together, the later ones over the earlier ones. */
interface Told {
  readonly added: Map<string, Add>;
  readonly removed: Map<string, Remove>;
  readonly others: readonly LogAction[];
  readonly versions: readonly number[];
  /** Copies that are not what was written. */
  readonly unreadable: readonly number[];
}

/** Version 0 with all that there is. False: it was not to be written, or could not be. */
export async function rebuildLog(repair: Repair, { outside }: LogHealth): Promise<boolean> {
  const { files, directory, step } = repair;
  const told = await readCopies(repair, outside.copies);
  const segments = await segmentsOnDisk(repair);
  const actions = await actionsOf(repair, told, segments);
  const adds = actions.filter(({ add }) => add !== undefined).length;
  const path = `${LOG_DIRECTORY}/${commitName(0)}`;
  const what = `rebuild the log, which is gone, as one version with ${countOf(adds, "file")}; deletions of which there is a copy hold, older ones have to be done again`;
  if (told.unreadable.length > 0 && !repair.isDryRun) {
    const doubt = `the copies of versions ${told.unreadable.join(", ")} cannot be read: what those deleted is back`;
    if (!(await repair.mayUndo?.(doubt))) {
      const failed = `not done, as ${doubt}. Put the log back from a backup; or say --yes, and delete again what must not be there`;
      repair.steps.push({ path, what, rows: 0, failed });
      return false;
    }
  }
  const rows = rowsOf(actions);
  const isDone = await step({ path, what, rows }, async () => {
    await putSealed(new LocalStorage(directory, files), 0, sealCommit(0, actions, undefined));
    const place = join(directory, COPIES_DIRECTORY);
    for (const version of told.versions.filter((one) => one > 0))
      await files.rename(
        join(place, copyName(version)),
        join(place, `.damaged-${randomUUID()}-${copyName(version)}`),
      );
    await files.syncDirectory(place);
  });
  return isDone && !repair.isDryRun;
}

async function readCopies({ files, directory }: Repair, versions: readonly number[]): Promise<Told> {
  const added = new Map<string, Add>();
  const removed = new Map<string, Remove>();
  const latest = new Map<string, LogAction>();
  const unreadable: number[] = [];
  for (const version of versions) {
    const copy = await readCopy(new LocalStorage(directory, files), version);
    if (typeof copy !== "object") unreadable.push(version);
    for (const action of typeof copy === "object" ? copy.actions : []) {
      const { add, remove, txn, metaData } = action;
      if (remove !== undefined) {
        added.delete(remove.path);
        removed.set(remove.path, remove);
      }
      if (add !== undefined) {
        added.set(add.path, add);
        removed.delete(add.path);
      }
      if (txn !== undefined) latest.set(`txn ${txn.appId}`, action);
      if (metaData !== undefined) latest.set("metaData", action);
    }
  }
  return { added, removed, others: [...latest.values()], versions, unreadable };
}

/** All of them that are whole, but for those that the write-ahead log still has. */
async function segmentsOnDisk(repair: Repair): Promise<LostSegment[]> {
  const { files, session, directory } = repair;
  const nothing = new LogState(directory).snapshot();
  const strays = await findStrays(files, session, nothing, await listDataFiles(files, directory));
  const found: LostSegment[] = [];
  for (const segment of await lostSegments(repair, strays))
    if (!(await isStoredInLog(files, directory, segment.origin))) found.push(segment);
  return found;
}

async function actionsOf(repair: Repair, told: Told, segments: readonly LostSegment[]): Promise<LogAction[]> {
  const { directory, nowMs } = repair;
  const metadata = told.others.find(({ metaData }) => metaData !== undefined)?.metaData;
  const nothing = new LogState(directory).snapshot();
  const start =
    metadata === undefined ? nothing : { ...nothing, metadata, schema: decodeSchema(metadata.schemaString) };
  const isToldOf = new Set(
    [...told.removed.keys(), ...told.added.keys()].map((path) => pathOfAdd(directory, path)),
  );
  const rescued = (await rescueActions(repair, start, segments)).filter(
    ({ add }) => add === undefined || !isToldOf.has(pathOfAdd(directory, add.path)),
  );
  const held = Object.assign({}, ...segments.map(({ origin }) => origin.held)) as Record<string, string>;
  return [
    {
      commitInfo: {
        timestamp: nowMs(),
        operation: "REPAIR",
        operationParameters: {},
        isBlindAppend: false,
        engineInfo: "logpipe",
        ...(Object.keys(held).length === 0 ? {} : { held }),
      },
    },
    ...newestTransactions([...told.others.filter(({ txn }) => txn !== undefined), ...rescued]),
    ...rescued.filter(({ txn }) => txn === undefined),
    ...[...told.removed.values()].map((remove) => ({ remove })),
    ...[...told.added.values()].map((add) => ({ add })),
  ];
}

function newestTransactions(actions: readonly LogAction[]): LogAction[] {
  const newest = new Map<string, LogAction>();
  for (const action of actions) {
    const { txn } = action;
    if (txn !== undefined && (newest.get(txn.appId)?.txn?.version ?? -1) < txn.version)
      newest.set(txn.appId, action);
  }
  return [...newest.values()];
}

function rowsOf(actions: readonly LogAction[]): number {
  return actions.reduce((sum, { add }) => {
    const stats = add?.stats === undefined ? undefined : parseStatistics(add.stats);
    return sum + (stats?.numRecords ?? 0);
  }, 0);
}
