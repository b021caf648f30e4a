/** What the parts of a repair are given and share. */
import type { Files } from "../../base/files.js";
import type { TableLog } from "../delta/snapshot.js";
import type { Session } from "../duckdb/duckdb.js";

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
  /** Asked before a commit is rewritten without what it did, which is told. Absent: no. */
  readonly mayUndo?: (what: string) => Promise<boolean>;
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

/** What the parts of a repair share. */
export interface Repair extends RepairOptions {
  readonly session: Session;
  readonly log: TableLog;
  readonly steps: RepairStep[];
  /**
   * Does it, unless this is a dry run, and notes it, with what is known better `after` ("nothing": it was not needed).
   * False: it failed in a way that concerns this step alone, which is noted too.
   */
  readonly step: (
    step: RepairStep,
    work: () => Promise<unknown>,
    after?: () => Partial<RepairStep> | "nothing",
  ) => Promise<boolean>;
}
