/**
 * Reads checkpoints of the first specification, in one Parquet file or in parts. Source: PROTOCOL.md, "Checkpoints".
 */
import { failure } from "../../../base/errors/index.js";
import {
  makeTemporaryDirectory,
  removeTemporaryDirectory,
  temporaryPath,
} from "../../../base/private-files/temporary-directory.js";
import { identifier, literal } from "../../columns/names.js";
import { Session } from "../../duckdb/duckdb.js";
import type { TablePlace } from "../../storage/storage.js";
import type { Add, Metadata, Protocol, Remove, Txn } from "../actions.js";
import { checkpointSealFault } from "../guard/checkpoint-seal.js";
import type { CheckpointFiles } from "../listing.js";
import { type CheckpointPositions, positionsOfCheckpoint } from "../positions.js";
import type { LogStart } from "../state.js";
import { tableFile } from "../table-file.js";

export type CheckpointState = LogStart & Pick<CheckpointPositions, "heldVersion">;

/** Any error but store.unreadable means that the checkpoint is broken. */
export async function readCheckpoint(
  { directory, storage }: TablePlace,
  checkpoint: CheckpointFiles,
  session?: Session,
): Promise<CheckpointState> {
  await storage.fetch(checkpoint.keys);
  for (const key of checkpoint.keys) {
    const fault = checkpointSealFault(await storage.read(key), checkpoint.version);
    if (fault !== undefined) throw new Error(fault);
  }
  const paths = checkpoint.keys.map((key) => storage.localPath(key));
  if (session !== undefined) return read(session, directory, checkpoint.version, paths);
  const scratch = await makeTemporaryDirectory("log").catch(() => temporaryPath("log"));
  const own = await Session.open({
    memoryBytes: 512 * 1024 * 1024,
    threads: 2,
    tempDirectory: scratch,
  });
  try {
    return await read(own, directory, checkpoint.version, paths);
  } finally {
    own.close();
    await removeTemporaryDirectory(scratch);
  }
}

async function read(
  session: Session,
  directory: string,
  version: number,
  paths: readonly string[],
): Promise<CheckpointState> {
  const source = `read_parquet([${paths.map(literal).join(", ")}], union_by_name = true, hive_partitioning = false)`;
  const described = await session.rows(`DESCRIBE SELECT * FROM ${source}`);
  const columns = new Set(described.map(([name]) => String(name)));
  if (columns.has("sidecar")) await refuseSidecars(session, directory, source);
  const actions = async <T>(name: string, sql = `to_json(${identifier(name)})`): Promise<T[]> => {
    if (!columns.has(name)) return [];
    const rows = await session.rows(
      `SELECT (${sql})::VARCHAR FROM ${source} WHERE ${identifier(name)} IS NOT NULL`,
    );
    return rows.map(([text]) => withoutNulls(JSON.parse(String(text)) as Record<string, unknown>) as T);
  };
  const [protocol] = await actions<Protocol>("protocol");
  const [metadata] = await actions<Metadata>("metaData");
  if (protocol === undefined || metadata === undefined) throw new Error("it has no protocol or no metadata");
  const adds = columns.has("add") ? await actions<Add>("add", await addSql(session, source)) : [];
  const transactions = await actions<Txn>("txn");
  const removed = await actions<Remove>("remove");
  return {
    version,
    protocol,
    metadata: { ...EMPTY_METADATA, ...metadata },
    files: adds.map((add) => tableFile(directory, add)),
    transactions,
    removed: () => removed,
    ...positionsOfCheckpoint(transactions),
  };
}

async function refuseSidecars(session: Session, path: string, source: string): Promise<void> {
  const [[count] = []] = await session.rows(`SELECT count(sidecar)::INTEGER FROM ${source}`);
  if (count === 0) return;
  const reason =
    "its checkpoints are of Delta's second specification (with sidecar files), which logpipe does not read";
  throw failure("store.unreadable", { path, reason });
}

const EMPTY_METADATA = {
  format: { provider: "parquet", options: {} },
  partitionColumns: [],
  configuration: {},
};

const ADD_FIELDS = [
  "path",
  "partitionValues",
  "size",
  "modificationTime",
  "dataChange",
  "stats",
  "tags",
  "deletionVector",
];

/** The fields we know, of those that are there; statistics that are only there as a struct become JSON again. */
async function addSql(session: Session, source: string): Promise<string> {
  const found = await session.rows(
    `SELECT unnest(json_keys(to_json(add))) FROM (SELECT add FROM ${source} WHERE add IS NOT NULL LIMIT 1)`,
  );
  const present = new Set(found.map(([name]) => String(name)));
  const members = ADD_FIELDS.filter((name) => present.has(name)).map((name) =>
    name === "stats" && present.has("stats_parsed")
      ? "stats: coalesce(add.stats, to_json(add.stats_parsed)::VARCHAR)"
      : `${identifier(name)}: add.${identifier(name)}`,
  );
  if (!present.has("stats") && present.has("stats_parsed"))
    members.push("stats: to_json(add.stats_parsed)::VARCHAR");
  return members.length === 0 ? "to_json(add)" : `to_json({${members.join(", ")}})`;
}

/** An absent member is NULL in Parquet; values of partitions, which may be null, are one level down. */
function withoutNulls(action: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(action).filter(([, value]) => value !== null));
}
