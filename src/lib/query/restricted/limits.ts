/** What a restricted query may take. */

export interface Limits {
  /** From its start to its last row, without the time that the reader of the rows takes. */
  readonly timeoutMs: number;
  /** For DuckDB's data. The process as a whole gets OVERHEAD_BYTES more. */
  readonly memoryBytes: number;
  readonly threads: number;
  /** On disk, for what does not fit in memory. */
  readonly spillBytes: number;
  /** Of the SQL text. */
  readonly sqlBytes: number;
  /** Of the result; more is an error behind so many rows. */
  readonly maxRows?: number;
  /** Of the result as it is written. */
  readonly maxBytes?: number;
}

export const DEFAULT_LIMITS: Limits = {
  timeoutMs: 30_000,
  memoryBytes: 512 * 1024 ** 2,
  threads: 2,
  spillBytes: 1024 ** 3,
  sqlBytes: 64 * 1024,
};

/** What Node and DuckDB take before a row is read, 140 MiB, and room for what is printed. */
export const OVERHEAD_BYTES = 384 * 1024 ** 2;

/** How deep DuckDB may nest expressions. Its default of 1000 was made for main threads, which have larger stacks. */
export const MAX_EXPRESSION_DEPTH = 400;

/** Between the question to stop and the end by force. DuckDB looks for the former between two batches of rows. */
export const GRACE_MS = 500;
