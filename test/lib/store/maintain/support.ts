/** A table to maintain: made of small flushes, opened with a session of its own. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { diskFiles, type Files } from "../../../../src/lib/base/files.js";
import { TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { Session } from "../../../../src/lib/store/duckdb/duckdb.js";
import { OBSERVED_MS, storeLines, storeOptions, temporaryDirectory } from "../support.js";

export interface Bench {
  readonly files: Files;
  readonly session: Session;
  readonly log: TableLog;
  readonly nowMs: () => number;
}

/** Stores each batch by a writer of its own, so that each becomes a file of its own. */
export async function storeBatches(
  directory: string,
  batches: readonly (readonly string[])[],
): Promise<void> {
  for (const lines of batches) await storeLines(storeOptions(directory), lines);
}

export async function openBench(directory: string, files: Files = diskFiles): Promise<Bench> {
  const tempDirectory = join(temporaryDirectory(), "spill");
  const session = await Session.open({ memoryBytes: 256 * 1024 * 1024, threads: 2, tempDirectory });
  onTestFinished(() => session.close());
  return { files, session, log: new TableLog(directory, files), nowMs: () => OBSERVED_MS };
}

/** Paths below the directory that are files, without the log's. */
export function filesBelow(directory: string): string[] {
  return walk(directory)
    .map((path) => path.slice(directory.length + 1))
    .filter((path) => !/^_(delta_log|log_copies)\b/.test(path))
    .sort();
}

/** Links to tiers are not followed: what Node's own does with them depends on its version. */
function walk(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? walk(path) : entry.isFile() ? [path] : [];
  });
}

/** An event of `service`, `second` seconds after the start of a day. */
export function eventLine(
  service: string,
  second: number,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const timestamp = new Date(Date.UTC(2026, 10, 20) + second * 1000).toISOString();
  return JSON.stringify({ timestamp, service, message: `event ${second}`, ...more });
}
