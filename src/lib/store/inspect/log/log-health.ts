// Enter here: whether the table log can be read from start to end, and rebuilding it.
/** Whether a table's log can be read from its start, or a checkpoint, to its end. */
import { join } from "node:path";
import type { Files } from "../../../base/files.js";
import { type CheckpointFiles, commitPath, LOG_DIRECTORY, LOG_PREFIX, listLog } from "../../delta/listing.js";
import type { Session } from "../../duckdb/duckdb.js";
import { LocalStorage } from "../../storage/local.js";
import { STRAY_AGE_MS } from "../files/strays.js";
import { checkpointFault, type LastCheckpointFault, lastCheckpointFault } from "./checkpoints.js";
import {
  type BrokenCommit,
  type CommitHealth,
  inspectCommits,
  lastCommittedVersion,
  type Outside,
  readOutside,
} from "./commits.js";
import { type GuardFault, inspectGuard } from "./guard.js";

export interface LogHealth {
  /** There is neither a commit nor a checkpoint, and there was. */
  readonly isGone: boolean;
  /** Versions that have a commit file, broken or not. */
  readonly commits: readonly number[];
  readonly broken: readonly BrokenCommit[];
  /** Below the newest version that is there, or behind it: then it is known to have been committed. */
  readonly missing: readonly number[];
  readonly unknownRemoves: CommitHealth["unknownRemoves"];
  readonly outside: Outside;
  readonly guard: readonly GuardFault[];
  /** The newest checkpoint that can be read; -1: none, the log is read from its first commit. */
  readonly base: number;
  readonly brokenCheckpoints: readonly { readonly name: string; readonly reason: string }[];
  /** What is wrong with `_last_checkpoint`, if anything is. */
  readonly lastCheckpoint: LastCheckpointFault | undefined;
  /** Of processes that are gone for sure: nothing in a log takes a day to be written. */
  readonly drafts: readonly string[];
  readonly foreign: readonly string[];
}

export async function inspectLog(
  files: Files,
  session: Session,
  directory: string,
  nowMs: number,
): Promise<LogHealth> {
  const outside = await readOutside(files, directory);
  const { commits, checkpoints, names } = await listLog(new LocalStorage(directory, files));
  const brokenCheckpoints: { name: string; reason: string }[] = [];
  const good: CheckpointFiles[] = [];
  for (const { version, keys } of checkpoints) {
    const paths = keys.map((key) => join(directory, key));
    const reason = await checkpointFault(files, session, version, paths);
    if (reason === undefined) good.push({ version, keys });
    else brokenCheckpoints.push({ name: keys[0]!.slice(LOG_PREFIX.length), reason });
  }
  const base = Math.max(-1, ...good.map(({ version }) => version));
  const health = await inspectCommits(files, directory, commits, outside);
  const last = Math.max(commits.at(-1) ?? -1, lastCommittedVersion(outside));
  const isGone = commits.length === 0 && base < 0 && last >= 0;
  return {
    isGone,
    commits,
    broken: health.broken,
    missing: isGone ? [] : await gaps(files, directory, commits, base, last),
    unknownRemoves: health.unknownRemoves,
    outside,
    guard: await inspectGuard(files, directory, health, outside, nowMs),
    base,
    brokenCheckpoints,
    lastCheckpoint: await lastCheckpointFault(files, session, directory, good),
    drafts: await oldDrafts(files, directory, names, nowMs),
    foreign: names.filter((name) => !isKnownName(name)),
  };
}

/** Versions from the first one needed to `last` that have no commit. */
async function gaps(
  files: Files,
  directory: string,
  commits: readonly number[],
  base: number,
  last: number,
): Promise<number[]> {
  const known = new Set(commits);
  const missing: number[] = [];
  for (let version = base + 1; version <= last; version++) {
    if (known.has(version)) continue;
    // It may have come, or been cleaned away behind a new checkpoint, since the directory was listed.
    if ((await files.stat(commitPath(directory, version))) === undefined) missing.push(version);
  }
  return missing;
}

async function oldDrafts(
  files: Files,
  directory: string,
  names: readonly string[],
  nowMs: number,
): Promise<string[]> {
  const old: string[] = [];
  for (const name of names.filter((one) => one.startsWith(".draft-"))) {
    const facts = await files.stat(join(directory, LOG_DIRECTORY, name));
    if (facts !== undefined && nowMs - facts.modifiedMs >= STRAY_AGE_MS) old.push(name);
  }
  return old;
}

function isKnownName(name: string): boolean {
  return (
    name === "_last_checkpoint" ||
    name.startsWith(".") ||
    /^\d{20}\.(json|checkpoint\..*|crc|\d{20}\.compacted\.json)$/.test(name) ||
    /^\d{20}\.checkpoint\.parquet$/.test(name) ||
    ["_sidecars", "_staged_commits", "_commits"].includes(name)
  );
}
