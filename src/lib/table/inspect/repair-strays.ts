import { randomUUID } from "node:crypto";
import { countOf } from "../../base/size.js";
import type { Action } from "../log/actions.js";
import { putOn } from "../log/commit.js";
import type { Snapshot } from "../log/snapshot.js";
import { type LostSegment, lostSegments, rescueActions } from "./lost-files.js";
import type { Repair } from "./repair-step.js";
import { findStrays, listDataFiles, onlyCopies } from "./strays.js";

/** Commits files whose rows are nowhere else: the commit that named them is gone with the end of the log, and so is their log. */
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

/** A later segment of a writer covers the earlier ones. */
function inOrder(segments: readonly LostSegment[]): LostSegment[] {
  return [...segments].sort((a, b) => a.origin.version - b.origin.version);
}

async function add(repair: Repair, segment: LostSegment): Promise<void> {
  const { files, log } = repair;
  for (;;) {
    const snapshot = await log.refresh();
    if (isCovered(snapshot, segment)) return;
    const actions: Action[] = [
      info(repair.nowMs(), segment),
      ...(await rescueActions(repair, snapshot, [segment])),
    ];
    if (await putOn(files, snapshot, actions)) return;
  }
}

function isCovered({ txns }: Snapshot, { origin }: LostSegment): boolean {
  return (txns.get(origin.appId) ?? 0) >= origin.version;
}

function info(timestamp: number, { origin }: LostSegment): Action {
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
