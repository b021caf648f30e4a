/** A change of a table's columns from the command to the last file. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failure } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import { Session } from "../duckdb.js";
import { commitWith, schemaActions } from "../log/commit.js";
import { TableLog } from "../log/snapshot.js";
import type { SettableType } from "../schema/coerce.js";
import { storedKey, type TableSchema } from "../schema/schema.js";
import { withKey, withType } from "./change.js";
import { changeInfo, type SettleProgress, type SettleReport, settleKey } from "./settle.js";

/** "set": a key's type; "rename": what a key is called. */
export type Change =
  | { readonly action: "set"; readonly key: string; readonly type: SettableType }
  | { readonly action: "rename"; readonly key: string; readonly to: string };

export interface ChangeOptions {
  readonly files: Files;
  readonly tableDirectory: string;
  readonly nowMs: () => number;
  /** Called once the schema says so: from now on queries show it and writers obey it. */
  readonly onCommitted?: (isNew: boolean) => void;
  readonly onProgress?: (progress: SettleProgress) => void;
  readonly signal?: AbortSignal;
}

const MEMORY_BYTES = 512 * 1024 * 1024;

/** Throws store.schema-change. Doing it again goes on where it was ended, and changes nothing when it was done. */
export async function changeTable(options: ChangeOptions, change: Change): Promise<SettleReport> {
  const { files, tableDirectory, nowMs } = options;
  const log = new TableLog(tableDirectory, files);
  const changed = (schema: TableSchema) =>
    change.action === "set"
      ? withType(schema, change.key, change.type)
      : withKey(schema, change.key, change.to);
  const operation = change.action === "set" ? "CHANGE COLUMN TYPE" : "RENAME COLUMN";
  const version = await commitWith(files, log, (newest) => {
    const columns = newest.schema.byKey.get(storedKey(newest.schema, change.key)) ?? [];
    if (columns.some((column) => newest.metadata?.partitionColumns.includes(column.name)))
      throw failure("store.schema-change", { key: change.key, reason: "files are partitioned by it" });
    const schema = changed(newest.schema);
    if (schema === newest.schema) return undefined;
    return [changeInfo(operation, change.key, nowMs()), ...schemaActions(newest, schema, nowMs())];
  });
  options.onCommitted?.(version !== undefined);
  const tempDirectory = await mkdtemp(join(tmpdir(), "logpipe-schema-"));
  const session = await Session.open({ memoryBytes: MEMORY_BYTES, threads: 2, tempDirectory });
  try {
    const { schema } = await log.refresh();
    const key = storedKey(schema, change.action === "rename" ? change.to : change.key);
    const { onProgress, signal } = options;
    return await settleKey({ files, session, log, nowMs, onProgress, signal }, key);
  } finally {
    session.close();
    await rm(tempDirectory, { recursive: true, force: true });
  }
}
