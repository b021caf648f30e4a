/** Which version of a table was the newest at some moment. */
import { failure } from "../../base/errors/index.js";
import type { TablePlace, TableStorage } from "../storage/storage.js";
import { commitKey, listLog } from "./listing.js";
import { actionsOf } from "./load.js";
import type { Snapshot } from "./state.js";
import { factsOf, type TableFile } from "./table-file.js";

/** A moment of a table's past: a version of its log, or the newest version that was there at that time. */
export type AsOf = { readonly version: number } | { readonly timestampMs: number };

/**
 * The version of the moment. The time of a version is what its commit says of itself (`commitInfo.timestamp`), or that
 * of its file; the clocks of several writers should agree. Throws store.no-such-version.
 */
export async function versionAt(storage: TableStorage, at: AsOf): Promise<number> {
  const { commits, checkpoints } = await listLog(storage);
  const newest = commits.at(-1);
  const oldest = oldestReadable(
    commits,
    checkpoints.map((checkpoint) => checkpoint.version),
  );
  if (newest === undefined || oldest === undefined) throw noVersion(storage.name, "it has no commit yet", "");
  const timeOf = (version: number) => commitTimeMs(storage, version);
  if ("version" in at) {
    if (at.version >= oldest && at.version <= newest) return at.version;
    throw noVersion(storage.name, `it has no version ${at.version}`, `versions ${oldest} to ${newest}`);
  }
  let low = oldest;
  let high = newest;
  if ((await timeOf(low)) > at.timestampMs) {
    const first = new Date(await timeOf(low)).toISOString();
    const what = oldest === 0 ? "it was not there yet" : "its log does not reach back so far";
    throw noVersion(
      storage.name,
      `${what} at ${new Date(at.timestampMs).toISOString()}`,
      `times from ${first} on`,
    );
  }
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await timeOf(middle)) <= at.timestampMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Throws store.no-such-version when files of a past state have been removed from the disk since. */
export async function checkPresent(
  table: TablePlace,
  { version }: Snapshot,
  wanted: readonly TableFile[],
): Promise<void> {
  let missing = 0;
  for (let i = 0; i < wanted.length; i += STATS_AT_ONCE) {
    const facts = await Promise.all(
      wanted.slice(i, i + STATS_AT_ONCE).map((file) => factsOf(table, file.addPath)),
    );
    missing += facts.filter((fact) => fact === undefined).length;
  }
  if (missing === 0) return;
  const which = missing === 1 ? "a file" : `${missing} files`;
  throw noVersion(
    table.storage.name,
    `${which} of version ${version} were replaced or deleted, and then vacuumed`,
    "",
  );
}

const STATS_AT_ONCE = 256;

/** The first version that can be put together: all commits from the start, or from some checkpoint, up to the end. */
function oldestReadable(commits: readonly number[], checkpoints: readonly number[]): number | undefined {
  let first = commits.length - 1;
  while (first > 0 && commits[first - 1] === commits[first]! - 1) first--;
  const start = commits[first];
  if (start === undefined || start === 0) return start;
  const from = checkpoints.filter((version) => version >= start - 1);
  return from.length === 0 ? undefined : Math.max(start, Math.min(...from));
}

/** Milliseconds since the epoch. */
async function commitTimeMs(storage: TableStorage, version: number): Promise<number> {
  const key = commitKey(version);
  const bytes = await storage.read(key);
  const info =
    bytes === undefined
      ? undefined
      : actionsOf(bytes, storage.name, version).find((a) => a.commitInfo !== undefined);
  const { inCommitTimestamp, timestamp } = info?.commitInfo ?? {};
  for (const time of [inCommitTimestamp, timestamp]) if (typeof time === "number") return time;
  return (await storage.facts(key))?.modifiedMs ?? 0;
}

function noVersion(path: string, reason: string, available: string): Error {
  return failure("store.no-such-version", { path, reason, available });
}
