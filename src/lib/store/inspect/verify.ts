// Enter here: everything of a table compared with everything else; repair.ts mends what it finds.
/** Everything of a table compared with everything else that knows of it. Changes nothing. */

import { LogpipeError } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import {
  makeTemporaryDirectory,
  removeTemporaryDirectory,
  temporaryPath,
} from "../../base/private-files/temporary-directory.js";
import { LOG_DIRECTORY } from "../delta/listing.js";
import { readSnapshot, type Snapshot, TableLog } from "../delta/snapshot.js";
import { Session } from "../duckdb/duckdb.js";
import { checkFile } from "./files/check-files.js";
import { checkIndex } from "./files/check-index.js";
import { findStrays, listDataFiles, strayFindings } from "./files/strays.js";
import { REPAIR_HELP, type TableFinding } from "./finding.js";
import { logFindings } from "./log/findings.js";
import { inspectLog } from "./log/log-health.js";
import { findLostRows, lostRowsFinding } from "./log/lost-rows.js";
import { checkQuarantine } from "./quarantine/check-quarantine.js";
import { checkStates } from "./state/check-states.js";
import { checkWal } from "./wal/check-wal.js";

export interface VerifyOptions {
  readonly files: Files;
  /** The table's. */
  readonly directory: string;
  /** Reads every byte of every file, else footers and sizes. */
  readonly isDeep: boolean;
  readonly nowMs: () => number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface VerifyReport {
  readonly version: number;
  readonly commits: number;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  readonly walSegments: number;
  readonly walEvents: number;
  readonly findings: readonly TableFinding[];
}

const NOTHING = { version: -1, files: 0, rows: 0, bytes: 0, walSegments: 0, walEvents: 0 };

export async function verifyTable(options: VerifyOptions): Promise<VerifyReport> {
  return withSession((session) => verify(options, session));
}

/** A DuckDB of its own for the time of the work. */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const tempDirectory = await makeTemporaryDirectory("verify").catch(() => temporaryPath("verify"));
  const session = await Session.open({ memoryBytes: 512 * 1024 * 1024, threads: 2, tempDirectory });
  try {
    return await work(session);
  } finally {
    session.close();
    await removeTemporaryDirectory(tempDirectory);
  }
}

async function verify(options: VerifyOptions, session: Session): Promise<VerifyReport> {
  const { files, directory } = options;
  const health = await inspectLog(files, session, directory, options.nowMs());
  const findings = logFindings(health);
  const commits = health.commits.length;
  // Listed before the snapshot: a file that was there and that a later snapshot does not name is no new one.
  const paths = await listDataFiles(files, directory);
  let snapshot: Snapshot;
  try {
    snapshot = await readSnapshot(directory, files);
  } catch (error) {
    if (!findings.some((finding) => finding.isDamage)) findings.push(unreadable(error));
    return { ...NOTHING, commits, findings };
  }
  findings.push(...(await checkFiles(options, session, snapshot)));
  const wal = await checkWal(files, directory, options.nowMs(), () => readSnapshot(directory, files));
  findings.push(...wal.findings);
  findings.push(...(await checkQuarantine(files, new TableLog(directory, files), options.isDeep)));
  findings.push(...(await checkStates(files, new TableLog(directory, files), options.isDeep)));
  const newest = await readSnapshot(directory, files);
  const strays = await findStrays(files, session, newest, paths);
  const lost = await findLostRows(files, session, directory, strays);
  findings.push(...lost.map(lostRowsFinding));
  const others = strays.filter((stray) => !lost.some((one) => one.strays.includes(stray)));
  findings.push(...(await strayFindings(files, newest, others, options.nowMs())));
  findings.push(...(await checkIndex(files, newest, options.isDeep)));
  return {
    version: snapshot.version,
    commits,
    files: snapshot.files.length,
    rows: snapshot.files.reduce((sum, file) => sum + (file.rows ?? 0), 0),
    bytes: snapshot.files.reduce((sum, file) => sum + file.bytes, 0),
    walSegments: wal.segments,
    walEvents: wal.events,
    findings,
  };
}

async function checkFiles(
  options: VerifyOptions,
  session: Session,
  snapshot: Snapshot,
): Promise<TableFinding[]> {
  const { files, directory, isDeep, signal } = options;
  const check = { files, session, directory, columns: snapshot.schema.columns, isDeep };
  const findings: TableFinding[] = [];
  let newest: Snapshot | undefined;
  for (const [done, file] of snapshot.files.entries()) {
    signal?.throwIfAborted();
    options.onProgress?.(done, snapshot.files.length);
    const finding = await checkFile(check, file);
    if (finding === undefined) continue;
    // Rewritten and vacuumed meanwhile: no longer the table's.
    newest = await readSnapshot(directory, files);
    if (newest.files.some(({ add }) => add.path === file.add.path)) findings.push(finding);
  }
  return findings;
}

function unreadable(error: unknown): TableFinding {
  if (!(error instanceof LogpipeError)) throw error;
  return {
    kind: "log-unreadable",
    isDamage: true,
    path: LOG_DIRECTORY,
    what: error.message,
    advice: error.help ?? REPAIR_HELP,
  };
}
