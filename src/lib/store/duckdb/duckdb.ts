import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/**
 * Loaded when it is first used. `require`, because `import` would parse its CommonJS twice (50 ms); the command has it
 * as one file beside its own (tools/build.mjs).
 */
export function loadDuckdb(): typeof import("@duckdb/node-api") {
  const joined = new URL("duckdb.cjs", import.meta.url);
  return createRequire(import.meta.url)(existsSync(joined) ? fileURLToPath(joined) : "@duckdb/node-api");
}

export interface SessionOptions {
  readonly memoryBytes: number;
  readonly threads: number;
  /** Where what does not fit memory is spilled; made by DuckDB when needed. */
  readonly tempDirectory: string;
}

/** How much more memory the second try gets. */
const ROOM_FACTOR = 8;

/** Times are UTC. Freed memory goes back to the system soon: without these a process keeps 100 MB more. */
const SETTINGS = [
  "TimeZone = 'UTC'",
  "allocator_background_threads = true",
  "allocator_flush_threshold = '8MiB'",
  "allocator_bulk_deallocation_flush_threshold = '32MiB'",
];

/** A DuckDB of our own, in memory. Statements run one after the other, off the main thread. */
export class Session {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #options: SessionOptions;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, options: SessionOptions) {
    this.#instance = instance;
    this.#connection = connection;
    this.#options = options;
  }

  static async open(options: SessionOptions): Promise<Session> {
    const { DuckDBInstance } = loadDuckdb();
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(options.threads),
      memory_limit: `${Math.floor(options.memoryBytes / 1024)}KiB`,
      temp_directory: options.tempDirectory,
      autoinstall_known_extensions: "false",
      // Nobody was promised the order of lines; keeping it costs memory.
      preserve_insertion_order: "false",
    });
    const connection = await instance.connect();
    for (const setting of SETTINGS) await connection.run(`SET ${setting}`);
    return new Session(instance, connection, options);
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  /** All rows, each an array of values as the Node client gives them. */
  async rows(sql: string): Promise<unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRowsJS();
  }

  /** All rows with values as JSON: 64-bit integers are strings. */
  async rowsJson(sql: string): Promise<unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRowsJson();
  }

  /**
   * Does the work; when DuckDB says it has too little memory, once more on one thread with room enough. Most data is
   * sorted in little memory, very wide or very long events are not, and they must get through.
   */
  async withRoom<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("Out of Memory Error"))) throw error;
    }
    const { memoryBytes, threads } = this.#options;
    await this.run("SET threads = 1");
    await this.run(`SET memory_limit = '${Math.floor((memoryBytes * ROOM_FACTOR) / 1024)}KiB'`);
    try {
      return await work();
    } finally {
      await this.run(`SET memory_limit = '${Math.floor(memoryBytes / 1024)}KiB'`).catch(() => {});
      await this.run(`SET threads = ${threads}`);
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
