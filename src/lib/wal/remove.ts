import { join } from "node:path";
import { type Files, isSystemError } from "../base/files.js";
import { isLockFile } from "./lock.js";
import { sequenceOf } from "./segment.js";
import type { SealedSegment } from "./segment_file.js";

/** Removes a segment that the table covers. The data goes first: an index without data is nothing to recover. */
export async function removeSegment(
  files: Files,
  segment: Pick<SealedSegment, "dataPath" | "commitsPath" | "asidePath">,
): Promise<void> {
  await removeIfThere(files, segment.dataPath);
  await removeIfThere(files, segment.commitsPath);
  await removeIfThere(files, segment.asidePath);
}

/** Removes a writer's directory when no segment is left in it. Locks go last, so that nobody adopts half of it. */
export async function removeDirectoryIfDone(files: Files, directory: string): Promise<void> {
  const names = await files.list(directory);
  if (names.some((name) => sequenceOf(name) !== undefined || name.endsWith(".damaged"))) return;
  const locksLast = [...names].sort((a, b) => Number(isLockFile(a)) - Number(isLockFile(b)));
  for (const name of locksLast) await removeAll(files, join(directory, name));
  await files.removeDirectory(directory).catch((error) => {
    if (!isSystemError(error, "ENOENT", "ENOTEMPTY", "EEXIST")) throw error;
  });
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
