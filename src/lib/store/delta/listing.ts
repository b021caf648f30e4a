/** What is in `_delta_log`: commits, checkpoints and what other engines put beside them. */
import { join } from "node:path";
import type { TableStorage } from "../storage/storage.js";

export const LOG_DIRECTORY = "_delta_log";
export const LOG_PREFIX = `${LOG_DIRECTORY}/`;

/** A checkpoint all of whose parts are there. */
export interface CheckpointFiles {
  readonly version: number;
  /** In order. */
  readonly keys: readonly string[];
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

export function commitKey(version: number): string {
  return LOG_PREFIX + commitName(version);
}

export function checkpointKey(version: number): string {
  return `${LOG_PREFIX}${digits(version, 20)}.checkpoint.parquet`;
}

/** Where the commit is in a table on the local disk. */
export function commitPath(tableDirectory: string, version: number): string {
  return join(tableDirectory, commitKey(version));
}

/** The newest version that the names tell of; -1 when there is none. */
export function newestVersion({ commits, checkpoints }: LogListing): number {
  return Math.max(commits.at(-1) ?? -1, checkpoints[0]?.version ?? -1);
}

/** Whether the log still has the version; false when it was cleaned past it, or put back to an earlier state. */
export async function hasVersion(storage: TableStorage, version: number): Promise<boolean> {
  if (version < 0 || (await storage.facts(commitKey(version))) !== undefined) return true;
  return newestVersion(await listLog(storage)) === version;
}

function digits(n: number, count: number): string {
  return n.toString().padStart(count, "0");
}

export async function listLog(storage: TableStorage): Promise<LogListing> {
  const names = await storage.names(LOG_PREFIX);
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
    .map(({ version, names: own }) => ({ version, keys: own.sort().map((name) => LOG_PREFIX + name) }))
    .sort((a, b) => b.version - a.version);
  return { commits: commits.sort((a, b) => a - b), checkpoints, foreignCheckpoints: foreign, names };
}

/** `V.json`, `V.checkpoint.parquet`, `V.checkpoint.PART.PARTS.parquet`, `V.checkpoint.UUID.(parquet|json)`. */
const NAME =
  /^(\d{20})\.(json|checkpoint\.parquet|checkpoint\.(\d{10})\.(\d{10})\.parquet|checkpoint\.[0-9a-f-]{36}\.(?:parquet|json))$/;
