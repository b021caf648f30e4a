/**
 * The copies of commits and the note of the newest version: what is wrong with them costs nothing before the log is
 * damaged, too.
 */
import type { Files } from "../../../base/files.js";
import { copyName, readCopy } from "../../delta/guard/copies.js";
import { COPIES_DIRECTORY, NEWEST_NAME, readNewest } from "../../delta/guard/newest.js";
import { isSameCommit } from "../../delta/guard/seal.js";
import { commitPath } from "../../delta/listing.js";
import { LocalStorage } from "../../storage/local.js";
import type { CommitHealth, Outside } from "./commits.js";

export interface GuardFault {
  /** In `_log_copies`. */
  readonly name: string;
  readonly reason: string;
  /**
   * The commit that the log still has: a repair copies it again. Undefined for the note, and for a copy of a version
   * that the log has no more.
   */
  readonly version?: number;
}

/** Between a commit and its copy there is a moment; a crash can make it long. */
const YOUNG_MS = 60_000;
const LOOKS = 3;
const LOOK_AGAIN_MS = 50;

export async function inspectGuard(
  files: Files,
  directory: string,
  { toCopy, isSealed }: CommitHealth,
  { newest, copies }: Outside,
  nowMs: number,
): Promise<GuardFault[]> {
  const faults: GuardFault[] = [];
  let noted = newest;
  // A writer may just have been writing it.
  for (let look = 0; look < LOOKS && (noted === "broken" || (noted === undefined && isSealed)); look++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    noted = await readNewest(new LocalStorage(directory, files));
  }
  if (noted === "broken") faults.push({ name: NEWEST_NAME, reason: "cannot be read" });
  if (noted === undefined && isSealed) faults.push({ name: NEWEST_NAME, reason: "is gone" });
  for (const version of new Set([...toCopy.keys(), ...copies])) {
    const name = copyName(version);
    const commit = toCopy.get(version);
    const known = commit === undefined ? {} : { version };
    const copy = await readCopy(new LocalStorage(directory, files), version);
    if (copy === "broken") faults.push({ name, reason: "is not what was written", ...known });
    else if (copy === undefined) {
      const facts = commit === undefined ? undefined : await files.stat(commitPath(directory, version));
      if (facts !== undefined && nowMs - facts.modifiedMs > YOUNG_MS)
        faults.push({ name, reason: "is gone", version });
    } else if (commit !== undefined && !isSameCommit(commit, copy.note))
      faults.push({ name, reason: "is that of another commit", version });
  }
  return faults;
}

export function guardPath({ name }: GuardFault): string {
  return `${COPIES_DIRECTORY}/${name}`;
}
