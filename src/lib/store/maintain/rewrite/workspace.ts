/**
 * Where files are written before they are part of a table: `<root>/_work/<uuid>/`, locked by the process that uses it.
 * Whoever opens the next one removes those whose process is gone, so that a crash leaves nothing behind for long.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type Files, isSystemError, makeDurableDirectory } from "../../../base/files.js";
import { firstWrite } from "../../delta/read-only.js";
import { isLockFile, type Lock, takeLock } from "../../wal/lock.js";

export const WORK_DIRECTORY = "_work";

export interface Workspace {
  /** Absolute; private to this process until `close`. */
  readonly directory: string;
  /** Removes the directory with all that is in it. */
  close(): Promise<void>;
}

/** `root` is the table, or the directory of one of its tiers: files are renamed from here to their place in it. */
export async function openWorkspace(files: Files, root: string): Promise<Workspace> {
  const parent = join(root, WORK_DIRECTORY);
  await firstWrite(root, () => makeDurableDirectory(files, parent));
  await removeDeadWorkspaces(files, root);
  for (;;) {
    const directory = join(parent, randomUUID());
    await firstWrite(root, () => files.makeDirectory(directory));
    const lock = await lockNew(files, directory).catch(async (error: unknown) => {
      await removeTree(files, directory).catch(() => {});
      throw error;
    });
    if (lock === undefined) continue;
    return { directory, close: () => removeLocked(files, directory, lock) };
  }
}

/** Removes the workspaces under `root` whose process is gone. Returns how many there were. */
export async function removeDeadWorkspaces(files: Files, root: string): Promise<number> {
  const parent = join(root, WORK_DIRECTORY);
  let removed = 0;
  for (const name of await files.list(parent)) {
    const directory = join(parent, name);
    const lock = await lockNew(files, directory);
    if (lock === undefined) continue;
    await removeLocked(files, directory, lock);
    removed++;
  }
  return removed;
}

/** Undefined: it is another's, or another removes it just now. */
async function lockNew(files: Files, directory: string): Promise<Lock | undefined> {
  try {
    return await takeLock(files, directory);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Locks go last: nobody takes over a directory that is half removed. */
async function removeLocked(files: Files, directory: string, lock: Lock): Promise<void> {
  try {
    const names = await files.list(directory);
    const locksLast = [...names].sort((a, b) => Number(isLockFile(a)) - Number(isLockFile(b)));
    for (const name of locksLast) await removeTree(files, join(directory, name));
    await files.removeDirectory(directory).catch(unlessGone);
  } finally {
    lock.release();
  }
}

/** Removes a file or a directory with its contents. A symbolic link is removed itself; nothing behind it is touched. */
export async function removeTree(files: Files, path: string): Promise<void> {
  try {
    await files.remove(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return;
    // unlink(2) of a directory: EISDIR on Linux, EPERM by POSIX.
    if (!isSystemError(error, "EISDIR", "EPERM")) throw error;
    for (const name of await files.list(path)) await removeTree(files, join(path, name));
    await files.removeDirectory(path).catch(unlessGone);
  }
}

function unlessGone(error: unknown): void {
  if (!isSystemError(error, "ENOENT", "ENOTEMPTY", "EEXIST")) throw error;
}
