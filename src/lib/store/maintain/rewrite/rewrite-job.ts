import type { Files } from "../../../base/files.js";
import type { Column, TableSchema } from "../../columns/schema.js";
import type { LogAction } from "../../delta/actions.js";
import type { Snapshot, TableFile, TableLog } from "../../delta/snapshot.js";
import type { Session } from "../../duckdb/duckdb.js";

/** What `rewriteFiles` is to do. */
export interface RewriteJob {
  readonly files: Files;
  readonly session: Session;
  readonly log: TableLog;
  readonly nowMs: () => number;
  /** Files of one snapshot. Those with the same partition values become one file. */
  readonly inputs: readonly TableFile[];
  /** The columns that the new files may have. One that no input has is left out. */
  readonly schema: TableSchema;
  /** SQL of a column of the new files over the columns of the old ones; by default the column itself. */
  readonly select?: (column: Column) => string | undefined;
  /**
   * SQL condition over the table's columns as `query` shows them: rows for which it is not true go. By default all
   * stay.
   */
  readonly keep?: string;
  /** Whether the rows of the table are others afterwards: readers that follow the log look only at such commits. */
  readonly isDataChange: boolean;
  /** For the table's history: OPTIMIZE, DELETE ... with its parameters. */
  readonly operation: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** zstd level of the largest columns, 1 to 22. */
  readonly level?: number;
  /** False: rows stay in their order. Default true: by service and time. */
  readonly sort?: boolean;
  /** The tier the new files go to; by default each stays where it is. `null` is the table's own directory. */
  readonly tier?: string | null;
  /** Further actions of the commit, for the snapshot it is made on; undefined: do not commit any more. */
  readonly alsoCommit?: (newest: Snapshot) => readonly LogAction[] | undefined;
}
