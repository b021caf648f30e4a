/** The table's log: commits that are gone or broken, checkpoints, `_last_checkpoint`, drafts. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { LogpipeError } from "../../../base/errors/index.js";
import { countOf } from "../../../base/size.js";
import { checkpoint } from "../../delta/checkpoints/checkpoint.js";
import { readCopy } from "../../delta/guard/copies.js";
import { commitName, LOG_DIRECTORY } from "../../delta/listing.js";
import { TableLog } from "../../delta/snapshot.js";
import { LocalStorage } from "../../storage/local.js";
import type { Repair } from "../repair-step.js";
import { inspectLog, type LogHealth } from "./log-health.js";
import { putRebuilt, type RebuiltCommit, rebuildCommit } from "./rebuild-commit.js";
import { rebuildLog } from "./rebuild-log.js";
import { renewGuard } from "./renew-guard.js";

/** False: the table still cannot be read. */
export async function repairLog(repair: Repair): Promise<boolean> {
  const found = await look(repair);
  if (found.isGone) return (await rebuildLog(repair, found)) && isReadable(repair);
  const isRestored = await restoreCopies(repair, found);
  if (isRestored && repair.isDryRun && holesOf(found).length > 0) return isReadable(repair);
  const health = isRestored ? await look(repair) : found;
  await setAsideCheckpoints(repair, health);
  const holes = holesOf(health);
  // A snapshot cache may know what the commits no longer say.
  const isKnown = holes.length > 0 && (await isReadable(repair));
  if (isKnown) await checkpointNow(repair, holes);
  else for (const version of holes) if (!(await rebuild(repair, health, version))) return false;
  if (health.lastCheckpoint !== undefined && !isKnown) await newLastCheckpoint(repair, health);
  await removeDrafts(repair, health);
  if (!(await isReadable(repair))) return false;
  await renewGuard(repair, health);
  return true;
}

function look({ files, session, directory, nowMs }: Repair): Promise<LogHealth> {
  return inspectLog(files, session, directory, nowMs());
}

/** Versions without which the newest one cannot be put together. */
function holesOf({ missing, broken, base }: LogHealth): number[] {
  return [...missing, ...broken.map(({ version }) => version)]
    .filter((version) => version > base)
    .sort((a, b) => a - b);
}

/** Commits that nothing else could tell again are there twice: so a deletion that the log has lost holds. */
async function restoreCopies(repair: Repair, { missing, broken }: LogHealth): Promise<boolean> {
  const { files, directory, step } = repair;
  let isAny = false;
  for (const version of [...missing, ...broken.map((one) => one.version)].sort((a, b) => a - b)) {
    const copy = await readCopy(new LocalStorage(directory, files), version);
    if (typeof copy !== "object") continue;
    const { operation = "it" } = copy.note;
    const path = `${LOG_DIRECTORY}/${commitName(version)}`;
    const what = `put version ${version} (${operation}) back from its copy, as it was written`;
    if (await step({ path, what, rows: 0 }, () => putRebuilt(repair, version, copy))) isAny = true;
  }
  return isAny;
}

async function isReadable({ directory, files }: Repair): Promise<boolean> {
  return new TableLog(directory, files).refresh().then(
    () => true,
    () => false,
  );
}

/** Kept under a name that nobody reads. One that is the only beginning of the log is all there is, and stays. */
async function setAsideCheckpoints(repair: Repair, health: LogHealth): Promise<void> {
  const { files, directory, step } = repair;
  if (health.base < 0 && health.commits[0] !== 0) return;
  const log = join(directory, LOG_DIRECTORY);
  for (const { name } of health.brokenCheckpoints) {
    const what = "set the checkpoint aside: the commits say what it said";
    await step({ path: `${LOG_DIRECTORY}/${name}`, what, rows: 0 }, async () => {
      await files.rename(join(log, name), join(log, `.damaged-${randomUUID()}-${name}`));
      await files.syncDirectory(log);
    });
  }
}

async function checkpointNow(repair: Repair, holes: readonly number[]): Promise<void> {
  const { files, session, directory, nowMs, step } = repair;
  const path = `${LOG_DIRECTORY}/${commitName(holes[0]!)}`;
  const what = `write a checkpoint of the newest version, which the snapshot cache knows: versions ${holes.join(", ")} are not needed any more`;
  await step({ path, what, rows: 0 }, async () => {
    await checkpoint({ session, log: new TableLog(directory, files), nowMs: nowMs() });
  });
}

async function rebuild(repair: Repair, health: LogHealth, version: number): Promise<boolean> {
  const path = `${LOG_DIRECTORY}/${commitName(version)}`;
  let rebuilt: RebuiltCommit;
  try {
    rebuilt = await rebuildCommit(repair, health, version);
  } catch (error) {
    if (!(error instanceof LogpipeError)) throw error;
    repair.steps.push({ path, what: `rewrite version ${version}`, rows: 0, failed: error.message });
    return false;
  }
  const { rows, commit, doubt } = rebuilt;
  const files = commit.actions.filter(({ add }) => add !== undefined).length;
  const what =
    files === 0
      ? `rewrite version ${version} without files: no file is left that it could have added`
      : `rewrite version ${version} with ${countOf(files, "file")} that no other version names`;
  if (doubt !== undefined && !repair.isDryRun && !(await repair.mayUndo?.(doubt))) {
    const failed = `not done, as ${doubt}. Put the commit back from a backup; or say --yes, and delete again what must not be there`;
    repair.steps.push({ path, what, rows: 0, failed });
    return false;
  }
  const undone = doubt === undefined ? what : `${what}; ${doubt}`;
  const isDone = await repair.step({ path, what: undone, rows }, () => putRebuilt(repair, version, commit));
  // What comes after cannot be looked at before this is done.
  return isDone && !repair.isDryRun;
}

async function newLastCheckpoint(repair: Repair, health: LogHealth): Promise<void> {
  const { files, session, directory, nowMs, step } = repair;
  const path = `${LOG_DIRECTORY}/_last_checkpoint`;
  await step(
    { path, what: `rewrite it, with a checkpoint: it ${health.lastCheckpoint?.reason}`, rows: 0 },
    async () => {
      await checkpoint({ session, log: new TableLog(directory, files), nowMs: nowMs() });
    },
  );
}

async function removeDrafts({ files, directory, step }: Repair, { drafts }: LogHealth): Promise<void> {
  for (const name of drafts) {
    const path = `${LOG_DIRECTORY}/${name}`;
    await step({ path, what: "remove what a process that died was writing", rows: 0 }, () =>
      files.remove(join(directory, path)),
    );
  }
}
