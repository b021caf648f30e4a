/** Checkpoints and `_last_checkpoint`. */
import { join } from "node:path";
import type { Files } from "../../../base/files.js";
import { literal } from "../../columns/names.js";
import { checkpointSealFault, isSealedCheckpoint } from "../../delta/guard/checkpoint-seal.js";
import { type CheckpointFiles, LOG_DIRECTORY } from "../../delta/listing.js";
import type { Session } from "../../duckdb/duckdb.js";

/** Why the checkpoint is not to be believed. */
export async function checkpointFault(
  files: Files,
  session: Session,
  version: number,
  paths: readonly string[],
): Promise<string | undefined> {
  for (const path of paths) {
    const fault = checkpointSealFault(await files.read(path), version);
    if (fault !== undefined) return fault;
  }
  try {
    // Reads every page of every column.
    const [row] = await session.rowsJson(
      `SELECT count(protocol), count(metaData), max(hash(COLUMNS(*))) FROM ${sourceOf(paths)}`,
    );
    if (Number(row?.[0]) > 0 && Number(row?.[1]) > 0) return undefined;
    return "it has no protocol and no schema";
  } catch (error) {
    return (error as Error).message.split("\n")[0]!.slice(0, 200);
  }
}

export interface LastCheckpointFault {
  /** What it "is" or "does". */
  readonly reason: string;
  /** Other engines may fail by it; else a crash may have left it so. */
  readonly isDamage: boolean;
}

/** What is wrong with `_last_checkpoint`. What it says of a checkpoint of ours must be true to the letter. */
export async function lastCheckpointFault(
  files: Files,
  session: Session,
  directory: string,
  good: readonly CheckpointFiles[],
): Promise<LastCheckpointFault | undefined> {
  const harmless = (reason: string) => ({ reason, isDamage: false });
  const damage = (reason: string) => ({ reason, isDamage: true });
  const bytes = await files.read(join(directory, LOG_DIRECTORY, "_last_checkpoint"));
  if (bytes === undefined)
    return good.length === 0
      ? undefined
      : harmless("is not there: other engines have to look for the checkpoint");
  let said: Readonly<Record<string, unknown>>;
  try {
    said = JSON.parse(bytes.toString("utf8")) as Readonly<Record<string, unknown>>;
  } catch {
    return damage("is not valid JSON");
  }
  const version = said?.["version"];
  if (typeof version !== "number") return damage("does not say a version");
  const checkpoint = good.find((one) => one.version === version);
  if (checkpoint === undefined)
    return damage(`names version ${version}, of which there is no checkpoint that can be read`);
  const [path, ...others] = checkpoint.keys.map((key) => join(directory, key));
  if (others.length > 0 || !isSealedCheckpoint(await files.read(path!))) return undefined;
  const wanted = await factsOf(files, session, version, path!);
  const isTrue = [...new Set([...Object.keys(said), ...Object.keys(wanted)])].every(
    (name) => OF_OTHERS.includes(name) || said[name] === wanted[name],
  );
  return isTrue ? undefined : harmless(`is not true of the checkpoint of version ${version}`);
}

/** What an engine that names a checkpoint of ours may say besides. */
const OF_OTHERS = ["checksum", "checkpointSchema", "tags"];

async function factsOf(
  files: Files,
  session: Session,
  version: number,
  path: string,
): Promise<Readonly<Record<string, unknown>>> {
  const [row] = await session.rowsJson(`SELECT count(*), count(add) FROM ${sourceOf([path])}`);
  const facts = await files.stat(path);
  return {
    version,
    size: Number(row?.[0]),
    sizeInBytes: facts?.bytes,
    numOfAddFiles: Number(row?.[1]),
  };
}

function sourceOf(paths: readonly string[]): string {
  return `read_parquet([${paths.map(literal).join(", ")}], union_by_name = true, hive_partitioning = false)`;
}
