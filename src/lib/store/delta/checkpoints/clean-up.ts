/**
 * Removes what the log no longer needs. Every version within the retention can still be put together afterwards, and
 * the newest one from two checkpoints, both of which were read just before. Source: PROTOCOL.md, "Metadata Cleanup".
 */
import type { Session } from "../../duckdb/duckdb.js";
import type { TablePlace, TableStorage } from "../../storage/storage.js";
import { removeOldCopies } from "../guard/copies.js";
import { commitKey, LOG_PREFIX, type LogListing, listLog } from "../listing.js";
import { logProperties } from "../properties.js";
import type { Snapshot } from "../state.js";
import { readCheckpoint } from "./checkpoint-read.js";

export interface CleanUpJob {
  readonly table: TablePlace;
  readonly session: Session;
  readonly snapshot: Snapshot;
  readonly nowMs: number;
}

const DAY_MS = 86_400_000;

/** Returns how many files were to be removed. May be stopped anywhere, and done by several at once. */
export async function cleanUpLog({ table, session, snapshot, nowMs }: CleanUpJob): Promise<number> {
  const { storage } = table;
  const { logRetentionMs, isCleanUpOn } = logProperties(snapshot.metadata);
  if (!isCleanUpOn) return 0;
  const listing = await listLog(storage);
  // Midnight, so that the log is cleaned once a day and not after every checkpoint.
  const cutOffMs = Math.floor((nowMs - logRetentionMs) / DAY_MS) * DAY_MS;
  const first = await firstNeeded(storage, listing, cutOffMs);
  const [newest] = listing.checkpoints;
  if (first === undefined || newest === undefined) return 0;
  const expired = listing.names.filter((name) => isBefore(name, first.version));
  if (expired.length === 0) return 0;
  for (const checkpoint of [first, newest]) await readCheckpoint(table, checkpoint, session);
  // What cannot be removed is left for another time.
  await storage.remove(expired.sort().map((name) => LOG_PREFIX + name)).catch(() => {});
  await removeOldCopies(table, first.version);
  return expired.length;
}

/**
 * The newest checkpoint that is not newer than the newest commit from before the cut, and has a newer one beside it.
 */
async function firstNeeded(storage: TableStorage, { commits, checkpoints }: LogListing, cutOffMs: number) {
  const isBeforeCut = async (version: number) =>
    ((await storage.facts(commitKey(version)))?.modifiedMs ?? Number.POSITIVE_INFINITY) <= cutOffMs;
  for (const checkpoint of checkpoints.slice(1)) {
    const hasCommit = commits.includes(checkpoint.version);
    if (hasCommit && (await isBeforeCut(checkpoint.version))) return checkpoint;
  }
  return undefined;
}

/** Commits, checkpoints, checksums and compacted commits that begin before `version`. */
function isBefore(name: string, version: number): boolean {
  const match = /^(\d{20})\.(?:json|crc|checkpoint\..*|(\d{20})\.compacted\.json)$/.exec(name);
  return match !== null && Number(match[1]) < version;
}
