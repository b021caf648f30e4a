// Enter here: files into new files with the same rows, proved before one commit.
/**
 * Files of a table into new files with the same rows, or with those of them that stay: written aside, compared row by
 * row with what they replace, put in their place, and committed as one version that removes the old and adds the new.
 */
import { join } from "node:path";
import type { LogAction } from "../../delta/actions.js";
import { commitWith } from "../../delta/commit.js";
import type { Snapshot, TableFile } from "../../delta/snapshot.js";
import { groupsOf, type PlacedFile, placeOutput, removeOutput, tierRoot } from "./output-path.js";
import { rewriteGroup } from "./rewrite-group.js";
import type { RewriteJob } from "./rewrite-job.js";
import { openWorkspace } from "./workspace.js";

export type { RewriteJob } from "./rewrite-job.js";

export interface RewriteReport {
  readonly version: number;
  readonly filesIn: number;
  readonly filesOut: number;
  /** `add.path` of the new files. */
  readonly added: readonly string[];
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/**
 * Undefined: an input is no longer in the table, because another process rewrote or removed it meanwhile; nothing was
 * changed. Throws before anything is committed when the new rows are not the old ones.
 */
export async function rewriteFiles(job: RewriteJob): Promise<RewriteReport | undefined> {
  const outputs = await writeOutputs(job);
  if (outputs === undefined) return undefined;
  const { placed, rowsIn } = outputs;
  const rowsOut = sum(placed.map((file) => file.rows));
  // When this throws, the commit may be there or not: the files stay, and vacuum removes them if no version has them.
  const version = await commitWith(job.log, (newest) => actionsFor(job, placed, { rowsIn, rowsOut }, newest));
  if (version === undefined) {
    await removeOutputs(job, placed);
    return undefined;
  }
  return {
    version,
    filesIn: job.inputs.length,
    filesOut: placed.length,
    added: placed.map(({ add }) => add.path),
    rowsIn,
    rowsOut,
    bytesIn: sum(job.inputs.map((file) => file.bytes)),
    bytesOut: sum(placed.map((file) => file.bytes)),
  };
}

interface Outputs {
  readonly placed: readonly PlacedFile[];
  readonly rowsIn: number;
}

async function writeOutputs(job: RewriteJob): Promise<Outputs | undefined> {
  const placed: PlacedFile[] = [];
  let rowsIn = 0;
  try {
    for (const group of groupsOf(job.inputs, job.tier)) {
      const workspace = await openWorkspace(job.files, join(job.log.directory, tierRoot(group.tier)));
      try {
        const written = await rewriteGroup(job, group.inputs, workspace.directory);
        rowsIn += written.rowsIn;
        if (written.file !== undefined) placed.push(await placeOutput(job, group, written.file));
      } finally {
        await workspace.close();
      }
    }
  } catch (error) {
    await removeOutputs(job, placed).catch(() => {});
    // A file that another has replaced and vacuumed away cannot be read any more.
    if (!hasAll(await job.log.refresh(), job.inputs)) return undefined;
    throw error;
  }
  return { placed, rowsIn };
}

async function removeOutputs(job: RewriteJob, placed: readonly PlacedFile[]): Promise<void> {
  for (const file of placed) await removeOutput(job.log.storage, file);
}

function actionsFor(
  job: RewriteJob,
  placed: readonly PlacedFile[],
  rows: { readonly rowsIn: number; readonly rowsOut: number },
  newest: Snapshot,
): readonly LogAction[] | undefined {
  if (!hasAll(newest, job.inputs)) return undefined;
  const further = job.alsoCommit === undefined ? [] : job.alsoCommit(newest);
  if (further === undefined) return undefined;
  const { operation, parameters = {}, isDataChange, inputs } = job;
  const nowMs = job.nowMs();
  return [
    {
      commitInfo: {
        timestamp: nowMs,
        operation,
        operationParameters: parameters,
        operationMetrics: {
          numRemovedFiles: String(inputs.length),
          numAddedFiles: String(placed.length),
          numRemovedBytes: String(sum(inputs.map((file) => file.bytes))),
          numAddedBytes: String(sum(placed.map((file) => file.bytes))),
          numOutputRows: String(rows.rowsOut),
          numDeletedRows: String(rows.rowsIn - rows.rowsOut),
        },
        isBlindAppend: false,
        engineInfo: "logpipe",
      },
    },
    ...further,
    ...inputs.map((file) => removalOf(file, isDataChange, nowMs)),
    ...placed.map(({ add }) => ({ add: { ...add, dataChange: isDataChange } })),
  ];
}

/** Whether the snapshot still has all the files. */
export function hasAll(snapshot: Snapshot, inputs: readonly TableFile[]): boolean {
  const present = new Set(snapshot.files.map((file) => file.add.path));
  return inputs.every((file) => present.has(file.add.path));
}

/** The action that takes a file out of the table. The file itself stays for those who still read an older version. */
export function removalOf({ add }: TableFile, isDataChange: boolean, nowMs: number): LogAction {
  return {
    remove: {
      path: add.path,
      deletionTimestamp: nowMs,
      dataChange: isDataChange,
      extendedFileMetadata: true,
      partitionValues: add.partitionValues,
      size: add.size,
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
