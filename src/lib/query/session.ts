// Enter here: the DuckDB of a query; result.ts runs a statement and walks its rows.
/** A DuckDB of our own in memory, set up so that a query reads what it names and nothing else happens. */
import { rmSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import { makeTemporaryDirectory, temporaryPath } from "../base/private-files/temporary-directory.js";
import { type Duck, type DuckDBConnection, loadDuck } from "./duck.js";
import type { SplitKey } from "./values/scope.js";

export interface QuerySession {
  readonly duck: Duck;
  readonly connection: DuckDBConnection;
  /** Aborted when the user wants no more. */
  readonly signal: AbortSignal | undefined;
  /**
   * A directory of this session, for nobody else, with what does not fit in memory and copies of live events. Removed
   * by `close`.
   */
  readonly scratch: string;
  /** Runs one SELECT and nothing else: see restricted/. */
  readonly isGuarded: boolean;
  /** Keys with values in several columns, of the tables that are open. */
  readonly splitKeys: Map<string, readonly SplitKey[]>;
  /**
   * The transaction that planning began for the query to run in, and the statements to repeat once it was rolled back.
   */
  transaction: { readonly restore: string[] } | undefined;
  close(): void;
}

/**
 * Opens a session: time zone UTC, no extension is downloaded, results keep the order of their files, at most half of
 * the machine's memory. Aborting `signal` interrupts the statement that runs.
 */
export async function openSession(signal?: AbortSignal): Promise<QuerySession> {
  // Most queries need none: where it cannot be made, those that do say so.
  const scratch = await makeTemporaryDirectory("query").catch(() => temporaryPath("query"));
  const settings = {
    autoinstall_known_extensions: "false",
    memory_limit: `${memoryLimitMiB()}MiB`,
    temp_directory: scratch,
  };
  return openSessionWith({ settings, scratch, isGuarded: false, signal });
}

export interface QuerySessionSettings {
  /** DuckDB's own, by name. */
  readonly settings: Readonly<Record<string, string>>;
  readonly scratch: string;
  readonly isGuarded: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Opens a session with DuckDB's settings as they are given. */
export async function openSessionWith({
  settings,
  scratch,
  isGuarded,
  signal,
}: QuerySessionSettings): Promise<QuerySession> {
  const duck = await loadDuck();
  const instance = await duck.api.DuckDBInstance.create(":memory:", { ...settings });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'; SET errors_as_json = true; SET enable_progress_bar = false");
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt);
  const close = () => {
    signal?.removeEventListener("abort", interrupt);
    connection.disconnectSync();
    instance.closeSync();
    try {
      rmSync(scratch, { recursive: true, force: true });
    } catch {
      // Goes when this process is gone.
    }
  };
  return {
    duck,
    connection,
    signal,
    scratch,
    isGuarded,
    splitKeys: new Map(),
    transaction: undefined,
    close,
  };
}

/** Half of the memory, or what is free if that is less, but never too little to sort a few million rows. */
function memoryLimitMiB(): number {
  const half = totalmem() / 2;
  return Math.round(Math.max(512 * 1024 ** 2, Math.min(half, freemem())) / 1024 ** 2);
}
