/** What is in `_delta_log`: commits, checkpoints and what other engines put beside them. */
import { join } from "node:path";
import type { Files } from "../../base/files.js";

export const LOG_DIRECTORY = "_delta_log";

/** A checkpoint all of whose parts are there. */
export interface CheckpointFiles {
  readonly version: number;
  /** Absolute, in order. */
  readonly paths: readonly string[];
}

export interface LogListing {
  /** In order. Not always without gaps: the first ones are cleaned away some day. */
  readonly commits: readonly number[];
  /** Complete ones that may be read, newest first. */
  readonly checkpoints: readonly CheckpointFiles[];
  /** Versions with checkpoints of the second specification, which is not read. */
  readonly foreignCheckpoints: readonly number[];
  readonly names: readonly string[];
}

export function commitName(version: number): string {
  return `${digits(version, 20)}.json`;
}

export function commitPath(tableDirectory: string, version: number): string {
  return join(tableDirectory, LOG_DIRECTORY, commitName(version));
}

export function checkpointPath(tableDirectory: string, version: number): string {
  return join(tableDirectory, LOG_DIRECTORY, `${digits(version, 20)}.checkpoint.parquet`);
}

/** The newest version that the names tell of; -1 when there is none. */
export function newestVersion({ commits, checkpoints }: LogListing): number {
  return Math.max(commits.at(-1) ?? -1, checkpoints[0]?.version ?? -1);
}

/** Whether the log still has the version; false when it was cleaned past it, or put back to an earlier state. */
export async function hasVersion(files: Files, tableDirectory: string, version: number): Promise<boolean> {
  if (version < 0 || (await files.stat(commitPath(tableDirectory, version))) !== undefined) return true;
  return newestVersion(await listLog(files, tableDirectory)) === version;
}

function digits(n: number, count: number): string {
  return n.toString().padStart(count, "0");
}

export async function listLog(files: Files, tableDirectory: string): Promise<LogListing> {
  const directory = join(tableDirectory, LOG_DIRECTORY);
  const names = await files.list(directory);
  const commits: number[] = [];
  const foreign: number[] = [];
  const parts = new Map<string, { version: number; count: number; names: string[] }>();
  for (const name of names) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const version = Number(match[1]);
    if (match[2] === "json") commits.push(version);
    else if (match[2] === "checkpoint.parquet") parts.set(name, { version, count: 1, names: [name] });
    else if (match[4] === undefined) foreign.push(version);
    else {
      const key = `${version}/${match[4]}`;
      const found = parts.get(key) ?? { version, count: Number(match[4]), names: [] };
      found.names.push(name);
      parts.set(key, found);
    }
  }
  const checkpoints = [...parts.values()]
    .filter((part) => part.names.length === part.count)
    .map(({ version, names: own }) => ({ version, paths: own.sort().map((name) => join(directory, name)) }))
    .sort((a, b) => b.version - a.version);
  return { commits: commits.sort((a, b) => a - b), checkpoints, foreignCheckpoints: foreign, names };
}

/** `V.json`, `V.checkpoint.parquet`, `V.checkpoint.PART.PARTS.parquet`, `V.checkpoint.UUID.(parquet|json)`. */
const NAME =
  /^(\d{20})\.(json|checkpoint\.parquet|checkpoint\.(\d{10})\.(\d{10})\.parquet|checkpoint\.[0-9a-f-]{36}\.(?:parquet|json))$/;
