/**
 * Where the rows of a Parquet file came from, in its footer's key-value metadata: enough to write the commit that names
 * the file once more, should the table's log lose it (inspect/repair).
 */

import { literal } from "../columns/names.js";
import type { LogAction } from "../delta/actions.js";

export interface ParquetOrigin {
  /** One for all files of one try to store a segment: a crash can leave the files of a try that was never committed. */
  readonly attempt: string;
  /**
   * Of the `txn` that says the rows are stored: `wal:<writer>` with the segment's sequence, or an entry of the
   * quarantine.
   */
  readonly appId: string;
  readonly version: number;
  /** Rows of all files of the try. */
  readonly events: number;
  /** The `txn` actions of its commit: the segment, and the positions of its sources. */
  readonly txns: readonly LogAction[];
  /** `commitInfo.held`: see positions.ts. */
  readonly held: Readonly<Record<string, string>>;
  /** The table's schema as of the commit, when the commit changed it: `metaData.schemaString`. */
  readonly schemaString?: string;
}

const KEY = "logpipe.origin";

/** The option of COPY that keeps the origin in the file. */
export function originOption(origin: ParquetOrigin): string {
  return `KV_METADATA {${literal(KEY)}: ${literal(JSON.stringify(origin))}}`;
}

/** The origin of a file; undefined for files that have none. Rejects for what is no Parquet file. */
export async function readOrigin(
  session: { rows(sql: string): Promise<unknown[][]> },
  path: string,
): Promise<ParquetOrigin | undefined> {
  const [row] = await session.rows(
    `SELECT decode(value) FROM parquet_kv_metadata(${literal(path)}) WHERE decode(key) = ${literal(KEY)}`,
  );
  return row === undefined ? undefined : (JSON.parse(String(row[0])) as ParquetOrigin);
}
