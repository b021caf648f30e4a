// Enter here: changes of column types and names while the table is in use.
/** A change of a table's columns from the command to the last file. */
import { failure } from "../../../base/errors/index.js";
import type { Files } from "../../../base/files.js";
import {
  makeTemporaryDirectory,
  removeTemporaryDirectory,
} from "../../../base/private-files/temporary-directory.js";
import type { SettableType } from "../../columns/coerce.js";
import { identifier } from "../../columns/names.js";
import { storedKey, type TableSchema } from "../../columns/schema.js";
import { commitWith, schemaActions } from "../../delta/commit.js";
import { type Snapshot, TableLog } from "../../delta/snapshot.js";
import { fetchFiles } from "../../delta/table-file.js";
import { Session } from "../../duckdb/duckdb.js";
import type { TablePlace } from "../../storage/storage.js";
import { scanSql } from "../rewrite/rewrite-sql.js";
import { changeInfo, type SettleProgress, type SettleReport, settleKey } from "./backfill-column.js";
import { withKey, withType } from "./change.js";

/** "set": a key's type; "rename": what a key is called. */
export type Change =
  | { readonly action: "set"; readonly key: string; readonly type: SettableType }
  | { readonly action: "rename"; readonly key: string; readonly to: string };

export interface ChangeOptions {
  readonly files: Files;
  /** The directory of a table on the local disk, or its place. */
  readonly table: TablePlace | string;
  readonly nowMs: () => number;
  /** Called once the schema says so: from now on queries show it and writers obey it. */
  readonly onCommitted?: (isNew: boolean) => void;
  readonly onProgress?: (progress: SettleProgress) => void;
  readonly signal?: AbortSignal;
}

const MEMORY_BYTES = 512 * 1024 * 1024;

/** Throws store.schema-change. Doing it again goes on where it was ended, and changes nothing when it was done. */
export async function changeTable(options: ChangeOptions, change: Change): Promise<SettleReport> {
  const { files, table, nowMs, onProgress, signal } = options;
  const log = new TableLog(table, files);
  const tempDirectory = await makeTemporaryDirectory("schema");
  const session = await Session.open({ memoryBytes: MEMORY_BYTES, threads: 2, tempDirectory });
  try {
    const isNew = await commitChange(options, change, log, session);
    options.onCommitted?.(isNew);
    const { schema } = await log.refresh();
    const key = storedKey(schema, change.action === "rename" ? change.to : change.key);
    return await settleKey({ files, session, log, nowMs, onProgress, signal }, key);
  } finally {
    session.close();
    await removeTemporaryDirectory(tempDirectory);
  }
}

/** False: the schema says so already. */
async function commitChange(
  { nowMs }: ChangeOptions,
  change: Change,
  log: TableLog,
  session: Session,
): Promise<boolean> {
  const operation = change.action === "set" ? "CHANGE COLUMN TYPE" : "RENAME COLUMN";
  for (;;) {
    const snapshot = await log.refresh();
    const schema = changed(snapshot, change);
    if (schema === snapshot.schema) return false;
    if (change.action === "rename") await refuseRowsWithBoth(log, session, snapshot, change.key, change.to);
    const version = await commitWith(log, (newest) =>
      newest.version === snapshot.version
        ? [changeInfo(operation, change.key, nowMs()), ...schemaActions(newest, schema, nowMs())]
        : undefined,
    );
    if (version !== undefined) return true;
  }
}

function changed({ schema, metadata }: Snapshot, change: Change): TableSchema {
  const keys = [change.key, ...(change.action === "rename" ? [change.to] : [])];
  for (const key of keys) {
    const columns = schema.byKey.get(storedKey(schema, key)) ?? [];
    if (columns.some((column) => metadata?.partitionColumns.includes(column.name)))
      throw failure("store.schema-change", { key, reason: "files are partitioned by it" });
  }
  return change.action === "set"
    ? withType(schema, change.key, change.type)
    : withKey(schema, change.key, change.to);
}

/** Two keys cannot become one where a row has both. */
async function refuseRowsWithBoth(
  log: TableLog,
  session: Session,
  { schema, files }: Snapshot,
  key: string,
  to: string,
): Promise<void> {
  const hasValue = (name: string) =>
    schema.columns
      .filter((column) => column.role === "value" && column.key === name)
      .map((column) => `${identifier(column.name)} IS NOT NULL`)
      .join(" OR ");
  if (!schema.byKey.has(to)) return;
  let rows = 0;
  for (let i = 0; i < files.length; i += ASKED_AT_ONCE) {
    const asked = files.slice(i, i + ASKED_AT_ONCE);
    await fetchFiles(log, asked);
    const paths = asked.map((file) => file.path);
    const found = await session.rowsJson(
      `SELECT count(*) FROM (${scanSql(schema.columns, paths)}) WHERE (${hasValue(key)}) AND (${hasValue(to)})`,
    );
    rows += Number(found[0]?.[0]);
  }
  if (rows > 0) throw failure("store.schema-change", { key, reason: `${rows} rows have "${to}" beside it` });
}

const ASKED_AT_ONCE = 256;
