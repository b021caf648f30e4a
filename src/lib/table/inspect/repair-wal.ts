import { countOf } from "../../base/size.js";
import { type Recovery, recoverTable } from "../recover.js";
import { MAX_COLUMNS } from "../relation.js";
import { checkWal } from "./check-wal.js";
import type { Repair, RepairStep } from "./repair-step.js";

const OF_DEAD_WRITERS = ["wal-dead", "wal-empty"];

/** Stores what writers that died left in their logs, as the next writer would. */
export async function repairWal(repair: Repair): Promise<void> {
  const { files, directory, log, nowMs, step, steps, isDryRun } = repair;
  const { findings } = await checkWal(files, directory, nowMs(), () => log.refresh());
  const dead = findings.filter(({ kind }) => OF_DEAD_WRITERS.includes(kind));
  if (isDryRun) {
    for (const { path, rows = 0 } of dead) {
      const what =
        rows > 0
          ? `store ${countOf(rows, "event")} of a writer that died`
          : "remove the empty log of a writer";
      steps.push({ path, what, rows });
    }
    return;
  }
  // An owner may have died with nothing in its log but damage.
  if (!findings.some(({ kind }) => kind !== "wal-damaged-kept")) return;
  const options = { files, log, maxColumns: MAX_COLUMNS, nowMs };
  let recovery: Recovery | undefined;
  await step(
    { path: "_wal", what: "store what writers that died had left", rows: 0 },
    async () => {
      recovery = await recoverTable(options);
    },
    () => (recovery === undefined || recovery.writers === 0 ? "nothing" : recoveryText(recovery)),
  );
}

function recoveryText({ writers, stored, tornBytes, damagedBytes }: Recovery): Partial<RepairStep> {
  const torn = tornBytes === 0 ? "" : `; cut ${tornBytes} bytes that had not been acknowledged`;
  const damaged = damagedBytes === 0 ? "" : `; kept ${damagedBytes} damaged bytes in .damaged files`;
  const what = `store ${countOf(stored.events, "event")} of ${countOf(writers, "writer")} that died${torn}${damaged}`;
  return { what, rows: stored.events };
}
