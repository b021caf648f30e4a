import { randomUUID } from "node:crypto";
import { failure } from "../../base/errors/index.js";
import { encodeSchema, PARTITION_COLUMN, type TableSchema } from "../columns/schema.js";
import type { TableStorage } from "../storage/storage.js";
import { type LogAction, type Metadata, PROTOCOL } from "./actions.js";
import { guardCommit } from "./guard/copies.js";
import { type CommitNote, type SealedCommit, sealCommit } from "./guard/seal.js";
import { commitKey, hasVersion } from "./listing.js";
import { firstWrite } from "./read-only.js";
import type { Snapshot, TableLog } from "./snapshot.js";

/**
 * Writes version `version` of the table's log, unless another writer was first: then false. The file appears whole and
 * durable or not at all. False, too, when the version before is not there:
 * the log has been cleaned past it, and a commit into its past would be lost. `previous`: what is known of the version
 * before.
 */
export async function putCommit(
  storage: TableStorage,
  version: number,
  actions: readonly LogAction[],
  previous?: CommitNote,
): Promise<boolean> {
  if (!(await hasVersion(storage, version - 1))) return false;
  return putSealed(storage, version, sealCommit(version, actions, previous));
}

/** The same for a commit that is made already, whatever is before it. */
export async function putSealed(
  storage: TableStorage,
  version: number,
  commit: SealedCommit,
): Promise<boolean> {
  const put = () => storage.putIfAbsent(commitKey(version), commit.bytes);
  if (!(await firstWrite(storage.name, put))) return false;
  await guardCommit(storage, version, commit);
  return true;
}

/** Writes the version after that of the snapshot, as `putCommit` does. */
export function putOn(
  storage: TableStorage,
  snapshot: Snapshot,
  actions: readonly LogAction[],
): Promise<boolean> {
  return putCommit(storage, snapshot.version + 1, actions, snapshot.commit);
}

/**
 * Commits what `plan` says for the newest snapshot, again for a newer one whenever another writer was first. Resolves
 * with the version written; undefined when `plan` gave undefined (what it wanted is no longer possible or needed).
 */
export async function commitWith(
  log: TableLog,
  plan: (snapshot: Snapshot) => readonly LogAction[] | undefined,
): Promise<number | undefined> {
  for (;;) {
    const snapshot = await log.refresh();
    const actions = plan(snapshot);
    if (actions === undefined) return undefined;
    checkWritable(snapshot);
    const version = snapshot.version + 1;
    if (await putOn(log.storage, snapshot, actions)) return version;
  }
}

/** Throws store.unsupported-write for a table with promises to keep that we do not know. */
export function checkWritable({ directory, protocol, metadata }: Snapshot): void {
  const refuse = (reason: string) => failure("store.unsupported-write", { path: directory, reason });
  if (protocol !== undefined && protocol.minWriterVersion > PROTOCOL.minWriterVersion) {
    const features = protocol.writerFeatures?.join(", ") ?? "";
    const named = features === "" ? "" : ` (${features})`;
    throw refuse(
      `it asks for Delta writer version ${protocol.minWriterVersion}${named}; this logpipe writes version 2`,
    );
  }
  if (metadata?.schemaString.includes('"delta.invariants"'))
    throw refuse("columns of it have invariants, which logpipe does not check");
}

/** The actions that make the table's schema `schema`: none when it is already. */
export function schemaActions(snapshot: Snapshot, schema: TableSchema, nowMs: number): LogAction[] {
  const actions: LogAction[] = snapshot.protocol === undefined ? [{ protocol: PROTOCOL }] : [];
  if (snapshot.metadata !== undefined && snapshot.schema === schema) return actions;
  const fresh: Metadata = {
    id: randomUUID(),
    format: { provider: "parquet", options: {} },
    schemaString: "",
    partitionColumns: [PARTITION_COLUMN],
    configuration: {},
    createdTime: nowMs,
  };
  return [...actions, { metaData: { ...(snapshot.metadata ?? fresh), schemaString: encodeSchema(schema) } }];
}

/** Whether two snapshots have the same columns: what was shaped for one fits the other. */
export function hasSameSchema(a: Snapshot, b: Snapshot): boolean {
  return a.metadata?.schemaString === b.metadata?.schemaString;
}
