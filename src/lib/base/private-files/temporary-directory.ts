/**
 * Directories for what a process needs for a while: `$TMPDIR/logpipe-PURPOSE-OWNER-RANDOM`, mode 0700. Those that
 * killed processes of this user have left are removed when the first one is made.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { geteuid } from "node:process";
import { failure, reasonOf } from "../errors/index.js";
import { makePrivateDirectories, makePrivateDirectory, PRIVATE_DIRECTORY } from "./modes.js";
import { isOwnerGone, OWNER_MARK, ownerMark } from "./owner-mark.js";

const PREFIX = "logpipe-";
const NAME = new RegExp(`^${PREFIX}[a-z]+-(${OWNER_MARK})-[0-9a-f]+$`);

/** Makes one; whoever asked removes it. `purpose` is a word of small letters. Throws system.no-temporary. */
export async function makeTemporaryDirectory(purpose: string): Promise<string> {
  const parent = tmpdir();
  const path = temporaryPath(purpose);
  try {
    makePrivateDirectories(parent);
    // Never one that is there: another user may have made it.
    mkdirSync(path, { mode: PRIVATE_DIRECTORY });
  } catch (error) {
    throw noTemporary(parent, error);
  }
  await removeLeftDirectories(parent);
  return path;
}

/** Makes a directory of a `temporaryPath`, or one in it, unless it is there. Throws system.no-temporary. */
export async function makeTemporary(path: string): Promise<void> {
  await makePrivateDirectory(path).catch((error) => {
    throw noTemporary(dirname(path), error);
  });
}

function noTemporary(path: string, error: unknown): Error {
  return failure("system.no-temporary", { path, reason: reasonOf(error) }, error);
}

/** A name that nobody can know before. */
export function temporaryPath(purpose: string, parent: string = tmpdir()): string {
  return join(parent, `${PREFIX}${purpose}-${ownerMark()}-${randomBytes(8).toString("hex")}`);
}

/** Removes one with all that is in it. What cannot be removed now goes when this process is gone. */
export async function removeTemporaryDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => {});
}

const swept = new Map<string, Promise<void>>();

/** Removes what killed processes of this user have left in `parent`; once a process. */
export function removeLeftDirectories(parent: string): Promise<void> {
  const known = swept.get(parent) ?? removeLeft(parent);
  swept.set(parent, known);
  return known;
}

/** Removes directories and files of dead processes of this user. What cannot be removed harms nobody. */
async function removeLeft(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const mark = NAME.exec(name)?.[1];
    if (mark === undefined) continue;
    const path = join(parent, name);
    const found = await lstat(path).catch(() => undefined);
    const isOurs = found !== undefined && !found.isSymbolicLink() && found.uid === geteuid?.();
    if (isOurs && isOwnerGone(mark)) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
