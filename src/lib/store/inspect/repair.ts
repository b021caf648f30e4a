/**
 * Makes a table whole again as far as what is left of it allows. Every step can be killed and repeated, and is safe
 * beside writers: it commits as they do, and touches the write-ahead logs of dead writers only.
 */
import { LogpipeError, reasonOf } from "../../base/errors/index.js";
import { TableLog } from "../delta/snapshot.js";
import type { Session } from "../duckdb/duckdb.js";
import { repairFiles } from "./files/repair-files.js";
import { repairLostRows, repairStrays } from "./files/repair-strays.js";
import type { TableFinding } from "./finding.js";
import { repairLog } from "./log/repair-log.js";
import { repairQuarantine } from "./quarantine/repair-quarantine.js";
import type { Repair, RepairOptions, RepairStep } from "./repair-step.js";
import { verifyTable, withSession } from "./verify.js";
import { repairWal } from "./wal/repair-wal.js";

export type { RepairOptions, RepairStep } from "./repair-step.js";

export interface RepairReport {
  readonly steps: readonly RepairStep[];
  /** What `verify` finds afterwards; in a dry run, before. */
  readonly left: readonly TableFinding[];
}

export async function repairTable(options: RepairOptions): Promise<RepairReport> {
  const steps = await withSession(async (session) => {
    const repair = makeRepair(options, session);
    // Each builds on the one before: nothing else can be read before the log can.
    if (await repairLog(repair)) {
      await repairWal(repair);
      await repairLostRows(repair);
      await repairStrays(repair);
      await repairFiles(repair);
      await repairQuarantine(repair);
    }
    return repair.steps;
  });
  const { files, directory, isDeep, nowMs } = options;
  const { findings } = await verifyTable({ files, directory, isDeep, nowMs });
  return { steps, left: findings };
}

function makeRepair(options: RepairOptions, session: Session): Repair {
  const steps: RepairStep[] = [];
  return {
    ...options,
    session,
    log: new TableLog(options.directory, options.files),
    steps,
    step: async (step, work, after) => {
      try {
        if (options.isDryRun) steps.push(step);
        else {
          await work();
          const known = after?.();
          if (known !== "nothing") steps.push({ ...step, ...known });
        }
        return true;
      } catch (error) {
        const isOurs = error instanceof LogpipeError;
        if (!isOurs && (error as NodeJS.ErrnoException).syscall === undefined) throw error;
        steps.push({ ...step, rows: 0, failed: isOurs ? error.message : reasonOf(error) });
        return false;
      }
    },
  };
}
