import { join } from "node:path";
import { type Files, isSystemError } from "../../base/files.js";
import { isLockFile, newestLock } from "./lock.js";
import { MARK_FILE } from "./mark.js";
import { damagedFile } from "./recovery/damaged-file.js";
import { ROLL_FILE } from "./rotation-request.js";
import { segmentOf } from "./segment.js";
import type { SealedSegment } from "./segment-writer.js";

/** Removes a segment that the table covers. The data goes first: an index without data is nothing to recover. */
export async function removeSegment(
  files: Files,
  segment: Pick<SealedSegment, "dataPath" | "commitsPath" | "asidePath">,
): Promise<void> {
  await removeIfThere(files, segment.dataPath);
  await removeIfThere(files, segment.asidePath);
  // Last: without it what is left of the others would count as lines that were acknowledged.
  await removeIfThere(files, segment.commitsPath);
}

/**
 * Removes a writer's directory when no segment is left in it. Locks go last, so that nobody adopts half of it. Only who
 * holds its lock may. What was set aside stays, and so does what nobody here has made: it may be a part of the log
 * under another name.
 */
export async function removeDirectoryIfDone(files: Files, directory: string): Promise<void> {
  const names = await files.list(directory);
  if (names.some((name) => segmentOf(name) !== undefined)) return;
  const isForeign = names.some((name) => !isOurs(name));
  const isLeft = isForeign || names.some((name) => damagedFile(name) !== undefined);
  const stays = (name: string) =>
    !isOurs(name) ||
    damagedFile(name) !== undefined ||
    (isLeft && name === newestLock(names)) ||
    // It tells what is missing under its own name.
    (isForeign && name === MARK_FILE);
  const removed = names.filter((name) => !stays(name));
  const locksLast = [...removed].sort((a, b) => Number(isLockFile(a)) - Number(isLockFile(b)));
  for (const name of locksLast) await removeAll(files, join(directory, name));
  if (isLeft) return;
  await files.removeDirectory(directory).catch((error) => {
    if (!isSystemError(error, "ENOENT", "ENOTEMPTY", "EEXIST")) throw error;
  });
}

/** Whether a writer, a flush or a recovery makes files of this name in a writer's directory. */
export function isOurs(name: string): boolean {
  const isPart = segmentOf(name) !== undefined || damagedFile(name) !== undefined || isLockFile(name);
  return isPart || [MARK_FILE, ROLL_FILE, "spill"].includes(name) || /\.(tmp|parquet)$/.test(name);
}

/** A file; or a directory in which DuckDB kept what did not fit memory, left by a process that was killed. */
async function removeAll(files: Files, path: string): Promise<void> {
  if ((await files.stat(path))?.isDirectory !== true) return removeIfThere(files, path);
  for (const name of await files.list(path)) await removeAll(files, join(path, name));
  await files.removeDirectory(path);
}

async function removeIfThere(files: Files, path: string): Promise<void> {
  await files.remove(path).catch((error) => {
    if (!isSystemError(error, "ENOENT")) throw error;
  });
}
