/**
 * Makes a table whole again as far as what is left of it allows. Every step can be killed and repeated, and is safe beside
 * writers: it commits as they do, and touches the write-ahead logs of dead writers only.
 */
import { LogpipeError, reasonOf } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import type { Session } from "../duckdb.js";
import { TableLog } from "../log/snapshot.js";
import type { Finding } from "./finding.js";
import { repairFiles } from "./repair-files.js";
import { repairLog } from "./repair-log.js";
import { repairStrays } from "./repair-strays.js";
import { repairWal } from "./repair-wal.js";
import { verifyTable, withSession } from "./verify.js";

export interface RepairOptions {
  readonly files: Files;
  /** The table's. */
  readonly directory: string;
  readonly isDryRun: boolean;
  /** Looks at every byte of every file, as `verify --deep` does. */
  readonly isDeep: boolean;
  /** Takes files that cannot be read out of the table. Their rows are lost then. */
  readonly mayDrop: boolean;
  readonly nowMs: () => number;
}

/** One thing that was done, or that a dry run would do. */
export interface RepairStep {
  /** Relative to the table. */
  readonly path: string;
  readonly what: string;
  /** Rows that are in the table again by it; below 0: rows that the table loses. */
  readonly rows: number;
  /** Why it could not be done. */
  readonly failed?: string;
}

export interface RepairReport {
  readonly steps: readonly RepairStep[];
  /** What `verify` finds afterwards; in a dry run, before. */
  readonly left: readonly Finding[];
}

/** What the parts of a repair share. */
export interface Repair extends RepairOptions {
  readonly session: Session;
  readonly log: TableLog;
  readonly steps: RepairStep[];
  /**
   * Does it, unless this is a dry run, and notes it, with what is known better `after` ("nothing": it was not needed). False:
   * it failed in a way that concerns this step alone, which is noted too.
   */
  readonly step: (
    step: RepairStep,
    work: () => Promise<unknown>,
    after?: () => Partial<RepairStep> | "nothing",
  ) => Promise<boolean>;
}

export async function repairTable(options: RepairOptions): Promise<RepairReport> {
  const steps = await withSession(async (session) => {
    const repair = makeRepair(options, session);
    // Each builds on the one before: nothing else can be read before the log can.
    if (await repairLog(repair)) {
      await repairWal(repair);
      await repairStrays(repair);
      await repairFiles(repair);
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
