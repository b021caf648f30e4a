/** Whether a table's log can be read from its start, or a checkpoint, to its end. */
import { join } from "node:path";
import type { Files } from "../../base/files.js";
import type { Session } from "../duckdb.js";
import { decodeActions } from "../log/actions.js";
import { commitName, commitPath, LOG_DIRECTORY, listLog } from "../log/listing.js";
import { literal } from "../schema/names.js";
import { type Finding, REPAIR_HELP } from "./finding.js";
import { STRAY_AGE_MS } from "./strays.js";

export interface LogHealth {
  /** Versions that have a commit file, broken or not. */
  readonly commits: readonly number[];
  readonly broken: readonly { readonly version: number; readonly reason: string }[];
  readonly missing: readonly number[];
  /** The newest checkpoint that can be read; -1: none, the log is read from its first commit. */
  readonly base: number;
  readonly brokenCheckpoints: readonly { readonly name: string; readonly reason: string }[];
  /** What is wrong with `_last_checkpoint`, if anything is. */
  readonly lastCheckpoint: string | undefined;
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
  const { commits, checkpoints, names } = await listLog(files, directory);
  const brokenCheckpoints: { name: string; reason: string }[] = [];
  const good: number[] = [];
  for (const { version, paths } of checkpoints) {
    const reason = await checkpointFault(session, paths);
    if (reason === undefined) good.push(version);
    else brokenCheckpoints.push({ name: paths[0]!.slice(join(directory, LOG_DIRECTORY).length + 1), reason });
  }
  const base = Math.max(-1, ...good);
  const broken: { version: number; reason: string }[] = [];
  for (const version of commits) {
    const reason = await commitFault(files, directory, version);
    if (reason !== undefined) broken.push({ version, reason });
  }
  return {
    commits,
    broken,
    missing: await gaps(files, directory, commits, base),
    base,
    brokenCheckpoints,
    lastCheckpoint: await lastCheckpointFault(files, directory, good),
    drafts: await oldDrafts(files, directory, names, nowMs),
    foreign: names.filter((name) => !isKnownName(name)),
  };
}

/** What is wrong, with what follows from it. */
export function logFindings(health: LogHealth): Finding[] {
  const { broken, missing, base, brokenCheckpoints, lastCheckpoint, drafts, foreign } = health;
  const path = (name: string) => `${LOG_DIRECTORY}/${name}`;
  const isNeeded = (version: number) => version > base;
  const consequence = (version: number) =>
    isNeeded(version)
      ? `the table cannot be read beyond version ${version - 1}`
      : `only \`query --as-of\` of versions before ${base} needs it`;
  return [
    ...broken.map(
      ({ version, reason }): Finding => ({
        kind: "log-commit-broken",
        isDamage: isNeeded(version),
        path: path(commitName(version)),
        what: `the commit of version ${version} ${reason}: ${consequence(version)}`,
        advice: `put it back from a backup, or ${REPAIR_HELP}: it rebuilds the commit from what the files say of themselves`,
      }),
    ),
    ...missing.map(
      (version): Finding => ({
        kind: "log-commit-missing",
        isDamage: true,
        path: path(commitName(version)),
        what: `the commit of version ${version} is missing: ${consequence(version)}`,
        advice: `put it back from a backup, or ${REPAIR_HELP}: it rebuilds the commit from what the files say of themselves`,
      }),
    ),
    ...brokenCheckpoints.map(
      ({ name, reason }): Finding => ({
        kind: "log-checkpoint-broken",
        isDamage: true,
        path: path(name),
        what: `the checkpoint cannot be read (${reason}): other engines may fail on the table`,
        advice: `${REPAIR_HELP}: it sets the checkpoint aside; the commits say the same`,
      }),
    ),
    ...(lastCheckpoint === undefined
      ? []
      : [
          {
            kind: "log-last-checkpoint-wrong",
            isDamage: true,
            path: path("_last_checkpoint"),
            what: `_last_checkpoint ${lastCheckpoint}: other engines may fail on the table`,
            advice: `${REPAIR_HELP}: it writes the file anew`,
          } as const,
        ]),
    ...drafts.map(
      (name): Finding => ({
        kind: "log-draft",
        isDamage: false,
        path: path(name),
        what: "what a process that died was writing; it never counted",
        advice: `nothing needs to be done; ${REPAIR_HELP} to remove it`,
      }),
    ),
    ...foreign.map(
      (name): Finding => ({
        kind: "foreign",
        isDamage: false,
        path: path(name),
        what: "no file of a Delta log that logpipe knows",
        advice: "leave it if another engine made it",
      }),
    ),
  ];
}

/** Versions between the first one needed and the last that have no commit. */
async function gaps(
  files: Files,
  directory: string,
  commits: readonly number[],
  base: number,
): Promise<number[]> {
  const last = commits.at(-1);
  if (last === undefined) return [];
  const known = new Set(commits);
  const missing: number[] = [];
  for (let version = base + 1; version < last; version++) {
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

async function commitFault(files: Files, directory: string, version: number): Promise<string | undefined> {
  const bytes = await files.read(commitPath(directory, version));
  if (bytes === undefined) return undefined;
  if (bytes.length === 0) return "is empty";
  if (bytes.at(-1) !== 10 && !bytes.toString("utf8").trimEnd().endsWith("}")) return "is cut off";
  try {
    const actions = decodeActions(bytes);
    if (actions.every((action) => action !== null && typeof action === "object")) return undefined;
    return "has a line that is no action";
  } catch {
    return "is not valid JSON";
  }
}

async function checkpointFault(session: Session, paths: readonly string[]): Promise<string | undefined> {
  try {
    const list = `[${paths.map(literal).join(", ")}]`;
    // Reads every page of every column.
    const [row] = await session.rowsJson(
      `SELECT count(protocol), count(metaData), max(hash(COLUMNS(*))) FROM read_parquet(${list}, union_by_name = true, hive_partitioning = false)`,
    );
    if (Number(row?.[0]) > 0 && Number(row?.[1]) > 0) return undefined;
    return "it has no protocol and no schema";
  } catch (error) {
    return (error as Error).message.split("\n")[0]!.slice(0, 200);
  }
}

async function lastCheckpointFault(
  files: Files,
  directory: string,
  good: readonly number[],
): Promise<string | undefined> {
  const bytes = await files.read(join(directory, LOG_DIRECTORY, "_last_checkpoint"));
  if (bytes === undefined) return undefined;
  try {
    const { version } = JSON.parse(bytes.toString("utf8")) as { version?: unknown };
    if (typeof version === "number" && good.includes(version)) return undefined;
    return typeof version === "number"
      ? `names version ${version}, of which there is no checkpoint that can be read`
      : "does not say a version";
  } catch {
    return "is not valid JSON";
  }
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
