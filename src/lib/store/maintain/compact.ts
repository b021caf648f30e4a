import { LogpipeError } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import type { TableFile, TableLog } from "../delta/snapshot.js";
import type { Session } from "../duckdb/duckdb.js";
import { rightFirstColumns } from "./alter/first-columns.js";
import { bytesOfFiles, type PlanOptions, planCompaction } from "./plan-compaction.js";
import { tierOf } from "./rewrite/output-path.js";
import { rewriteFiles } from "./rewrite/rewrite.js";
import { reachableFiles, tierRules } from "./tiers.js";

/** The table is not compacted further than files of this size. */
export const TARGET_BYTES = 256 * 1024 * 1024;

export interface CompactOptions extends PlanOptions {
  readonly files: Files;
  readonly session: Session;
  readonly log: TableLog;
  readonly nowMs: () => number;
  /** Asked between files: true ends the work early. */
  readonly isStopped?: () => boolean;
  readonly onProgress?: (progress: CompactProgress) => void;
}

export interface CompactProgress {
  readonly files: number;
  readonly filesDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
}

export interface CompactReport {
  filesIn: number;
  filesOut: number;
  bytesIn: number;
  bytesOut: number;
  rows: number;
  /** Groups that another process rewrote first. */
  lost: number;
  /** Keys whose column has another type now, because most of their values have it. */
  readonly retyped: readonly string[];
  /**
   * What is wrong with files that changed on the disk: they, and those they were to be merged with, are left as they
   * are.
   */
  readonly damaged: string[];
}

/**
 * Gives keys the columns that most of their values have, then merges small files and sorts what is not sorted, group by
 * group, each with a commit of its own; until nothing that was there in the beginning is left to do. The table has the
 * same rows before, after and at every moment between.
 */
export async function compactFiles(options: CompactOptions): Promise<CompactReport> {
  const { log } = options;
  const report: CompactReport = {
    filesIn: 0,
    filesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    rows: 0,
    lost: 0,
    retyped: await rightFirstColumns(options),
    damaged: [],
  };
  // What writers add meanwhile is left for the next run: they might add for ever.
  const known = new Set((await log.refresh()).files.map((file) => file.add.path));
  for (;;) {
    const snapshot = await log.refresh();
    const groups = planCompaction(
      (await reachableFiles(options.files, snapshot)).filter((file) => known.has(file.add.path)),
      options,
    );
    if (groups.length === 0 || options.isStopped?.() === true) return report;
    const before = report.filesIn + report.lost;
    await compactGroups(options, groups, report, known);
    if (report.filesIn + report.lost === before) return report;
  }
}

async function compactGroups(
  options: CompactOptions,
  groups: readonly (readonly TableFile[])[],
  report: CompactReport,
  known: Set<string>,
): Promise<void> {
  const total = { files: groups.flat().length, bytes: bytesOfFiles(groups.flat()) };
  const done = { filesDone: 0, bytesDone: 0 };
  for (const inputs of groups) {
    options.onProgress?.({ ...total, ...done });
    if (options.isStopped?.() === true) return;
    const result = await compactGroup(options, inputs).catch((error: unknown) => {
      if (!(error instanceof LogpipeError && error.code === "store.changed-file")) throw error;
      report.damaged.push(error.message);
      for (const { add } of inputs) known.delete(add.path);
      return undefined;
    });
    done.filesDone += inputs.length;
    done.bytesDone += bytesOfFiles(inputs);
    if (result === undefined) {
      report.lost++;
      continue;
    }
    for (const path of result.added) known.add(path);
    report.filesIn += result.filesIn;
    report.filesOut += result.filesOut;
    report.bytesIn += result.bytesIn;
    report.bytesOut += result.bytesOut;
    report.rows += result.rowsOut;
  }
}

async function compactGroup({ files, session, log, nowMs }: CompactOptions, inputs: readonly TableFile[]) {
  const snapshot = await log.refresh();
  const { schema } = snapshot;
  const tier = tierOf(inputs[0]!.add.path);
  const rule = tierRules(snapshot).find(({ name }) => name === tier);
  return rewriteFiles({
    files,
    session,
    log,
    nowMs,
    inputs,
    schema,
    isDataChange: false,
    operation: "OPTIMIZE",
    ...(rule === undefined ? {} : { level: rule.level }),
  });
}
