import { randomUUID } from "node:crypto";
import { countOf } from "../../../base/size.js";
import type { LogAction } from "../../delta/actions.js";
import { commitWith, putOn } from "../../delta/commit.js";
import type { Snapshot } from "../../delta/snapshot.js";
import { findLostRows } from "../log/lost-rows.js";
import type { Repair } from "../repair-step.js";
import { addOf, type LostSegment, lostSegments, rescueActions } from "./lost-files.js";
import { findStrays, listDataFiles, onlyCopies, type Stray } from "./strays.js";

/**
 * Commits files whose rows are nowhere else: the commit that named them is gone with the end of the log, and so is
 * their log.
 */
export async function repairStrays(repair: Repair): Promise<void> {
  const { files, session, directory, log, nowMs, step } = repair;
  const paths = await listDataFiles(files, directory);
  const snapshot = await log.refresh();
  const strays = await findStrays(files, session, snapshot, paths);
  const lost = await onlyCopies(files, snapshot, strays, nowMs());
  for (const segment of inOrder(await lostSegments(repair, lost))) {
    const what = `add ${countOf(segment.paths.length, "file")} that no version names; the log of their rows is gone`;
    await step({ path: segment.paths[0]!, what, rows: segment.origin.events }, () => add(repair, segment));
  }
}

/** Names files again whose line a commit without a checksum has lost, though it says that their rows are stored. */
export async function repairLostRows(repair: Repair): Promise<void> {
  const { files, session, directory, log, step } = repair;
  const paths = await listDataFiles(files, directory);
  const snapshot = await log.refresh();
  const strays = await findStrays(files, session, snapshot, paths);
  for (const { strays: own, version, rows } of await findLostRows(files, session, directory, strays)) {
    const what = `add ${countOf(own.length, "file")} that version ${version} stored and does not name`;
    await step({ path: own[0]!.path, what, rows }, () => addAgain(repair, own));
  }
}

async function addAgain(repair: Repair, strays: readonly Stray[]): Promise<void> {
  const { log, nowMs } = repair;
  const { schema } = await log.refresh();
  const adds: LogAction[] = [];
  for (const { path } of strays) adds.push({ add: await addOf(repair, schema, path) });
  await commitWith(log, (snapshot) => {
    const known = new Set([...snapshot.files.map(({ add: { path } }) => path), ...snapshot.removed.keys()]);
    if (adds.some(({ add: one }) => known.has(one!.path))) return undefined;
    const operation = { operation: "REPAIR", operationParameters: {}, isBlindAppend: true };
    return [{ commitInfo: { timestamp: nowMs(), ...operation, engineInfo: "logpipe" } }, ...adds];
  });
}

/** A later segment of a writer covers the earlier ones. */
function inOrder(segments: readonly LostSegment[]): LostSegment[] {
  return [...segments].sort((a, b) => a.origin.version - b.origin.version);
}

async function add(repair: Repair, segment: LostSegment): Promise<void> {
  const { log } = repair;
  for (;;) {
    const snapshot = await log.refresh();
    if (isCovered(snapshot, segment)) return;
    const actions: LogAction[] = [
      info(repair.nowMs(), segment),
      ...(await rescueActions(repair, snapshot, [segment])),
    ];
    if (await putOn(log.storage, snapshot, actions)) return;
  }
}

function isCovered({ txns }: Snapshot, { origin }: LostSegment): boolean {
  return (txns.get(origin.appId) ?? 0) >= origin.version;
}

function info(timestamp: number, { origin }: LostSegment): LogAction {
  return {
    commitInfo: {
      timestamp,
      operation: "REPAIR",
      operationParameters: {},
      isBlindAppend: true,
      engineInfo: "logpipe",
      txnId: randomUUID(),
      ...(Object.keys(origin.held).length === 0 ? {} : { held: origin.held }),
    },
  };
}
