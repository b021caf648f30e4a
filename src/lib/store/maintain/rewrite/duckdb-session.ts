import { join } from "node:path";
import type { Files } from "../../../base/files.js";
import {
  makeTemporaryDirectory,
  removeTemporaryDirectory,
} from "../../../base/private-files/temporary-directory.js";
import { Session } from "../../duckdb/duckdb.js";
import { openWorkspace } from "./workspace.js";

/** DuckDB sorts within this and spills the rest to the workspace. */
const MEMORY_BYTES = 320 * 1024 * 1024;
const THREADS = 2;

/** Runs `work` with a DuckDB whose spilled data goes when it is done, or with the next one after a crash. */
export async function withMaintenance<T>(
  files: Files,
  tableDirectory: string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const workspace = await openWorkspace(files, tableDirectory);
  try {
    const tempDirectory = join(workspace.directory, "spill");
    const session = await Session.open({ memoryBytes: MEMORY_BYTES, threads: THREADS, tempDirectory });
    try {
      return await work(session);
    } finally {
      session.close();
    }
  } finally {
    await workspace.close();
  }
}

/**
 * Runs `work` with a DuckDB that leaves the table's directory alone, and a directory for copies that goes afterwards.
 */
export async function withReading<T>(work: (session: Session, scratch: string) => Promise<T>): Promise<T> {
  const scratch = await makeTemporaryDirectory("table");
  try {
    const tempDirectory = join(scratch, "spill");
    const session = await Session.open({ memoryBytes: MEMORY_BYTES, threads: THREADS, tempDirectory });
    try {
      return await work(session, scratch);
    } finally {
      session.close();
    }
  } finally {
    await removeTemporaryDirectory(scratch);
  }
}
