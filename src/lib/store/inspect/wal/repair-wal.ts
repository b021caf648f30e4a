import { join } from "node:path";
import { countOf, formatSize } from "../../../base/size.js";
import { table } from "../../../base/table.js";
import { MAX_COLUMNS } from "../../read/relation.js";
import { type Recovery, recoverTable } from "../../write/recover-table.js";
import type { TableFinding } from "../finding.js";
import type { Repair, RepairStep } from "../repair-step.js";
import { checkWal } from "./check-wal.js";

/** What a recovery does something about, and how a dry run says it. */
const ACTS: Readonly<Record<string, (finding: TableFinding) => string>> = table({
  "wal-dead": ({ rows = 0 }) => `store ${countOf(rows, "event")} of a writer that died`,
  "wal-empty": () => "remove the empty log of a writer",
  "wal-torn": () => "cut off what was being written when the writer died",
  "wal-checksum": () => "keep what is not as it was written in a .damaged file, and store the rest",
  "wal-index": () => "keep what no index vouches for in a .damaged file, and store the rest",
});

/** Stores what writers that died left in their logs, as the next writer would. */
export async function repairWal(repair: Repair): Promise<void> {
  const { files, directory, log, nowMs, step, steps, isDryRun, mayDrop } = repair;
  const { findings, segments } = await checkWal(files, directory, nowMs(), () => log.refresh());
  for (const { kind, path } of findings) {
    const isOver = kind === "feed-elsewhere" || (kind === "feed-link" && mayDrop);
    const what = "remove the link to a journal that is gone, or feeds another table";
    if (isOver) await step({ path, what, rows: 0 }, () => files.remove(join(directory, path)));
  }
  if (isDryRun) {
    for (const finding of findings) {
      const what = ACTS[finding.kind]?.(finding);
      const rows = finding.kind === "wal-dead" ? (finding.rows ?? 0) : 0;
      if (what !== undefined) steps.push({ path: finding.path, what, rows });
    }
    return;
  }
  // A writer may have died with nothing in its log that is still sound.
  if (segments === 0 && findings.every(({ kind }) => kind === "wal-damaged-kept")) return;
  const options = { files, log, maxColumns: MAX_COLUMNS, nowMs };
  let recovery: Recovery | undefined;
  await step(
    { path: "_wal", what: "store what writers that died had left", rows: 0 },
    async () => {
      recovery = await recoverTable(options);
    },
    () => (recovery === undefined || recovery.writers === 0 ? "nothing" : recoveryStep(recovery)),
  );
  for (const { path, reason } of recovery?.failures ?? [])
    steps.push({
      path: path.slice(directory.length + 1),
      what: "take over the log",
      rows: 0,
      failed: reason,
    });
}

function recoveryStep(recovery: Recovery): Partial<RepairStep> {
  const { writers, stored } = recovery;
  const what = `store ${countOf(stored.events, "event")} of ${countOf(writers, "writer")} that died`;
  return { what: [what, ...lossTexts(recovery)].join("; "), rows: stored.events };
}

/** What a recovery found that is not as it was acknowledged, and what became of it. */
export function lossTexts(recovery: Pick<Recovery, "tornBytes" | "damagedBytes" | "lostEvents">): string[] {
  const { tornBytes, damagedBytes, lostEvents } = recovery;
  return [
    ...(tornBytes > 0 ? [`cut ${formatSize(tornBytes)} that were being written and not acknowledged`] : []),
    ...(damagedBytes > 0
      ? [`kept ${formatSize(damagedBytes)} that may have been acknowledged in .damaged files`]
      : []),
    ...(lostEvents > 0
      ? [`lost: ${countOf(lostEvents, "acknowledged event")}, of which bytes are gone`]
      : []),
  ];
}
