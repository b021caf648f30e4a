import { join } from "node:path";
import { failure } from "../base/errors/index.js";
import { diskFiles, type Files } from "../base/files.js";
import {
  isLockFile,
  isLockReadable,
  type Lock,
  newestLock,
  takeLock,
  unseenSinceMs,
} from "../store/wal/lock.js";
import type { JournalOptions } from "./types.js";

/** A journal's directory is this process's. */
export interface DirectoryLock {
  isLost(): Promise<boolean>;
  /** Removes the lock: whoever comes next, in whichever process, need not ask whether this one lives. */
  release(): Promise<void>;
}

const LOOK_MS = 500;

/**
 * Takes the directory. An owner that cannot be seen from here (a container that was killed) is waited for: it gives a
 * sign of life, or is taken for dead a minute after its last. Throws journal.locked.
 */
export async function lockDirectory(
  options: Pick<JournalOptions, "directory" | "files" | "onNotice" | "onWarning" | "signal">,
): Promise<DirectoryLock> {
  const { directory, files = diskFiles, onNotice, onWarning = onNotice, signal } = options;
  let sinceMs: number | undefined;
  for (;;) {
    const lock = await takeLock(files, directory, onNotice);
    if (lock !== undefined) return await onlyOne(files, directory, lock);
    const nowMs = await unseenSinceMs(files, directory);
    const hasSpoken = sinceMs !== undefined && nowMs !== sinceMs;
    if (nowMs === undefined || hasSpoken || signal?.aborted === true)
      throw failure("journal.locked", { path: directory });
    if (sinceMs === undefined)
      onWarning?.(
        (await isLockReadable(files, directory))
          ? `the journal ${directory} was another machine's or container's: waiting to hear whether that lives`
          : `the lock of the journal ${directory} is damaged: waiting up to a minute to hear whether its owner lives`,
      );
    sinceMs = nowMs;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function onlyOne(files: Files, directory: string, lock: Lock): Promise<DirectoryLock> {
  const names = await files.list(directory).catch((error) => {
    lock.release();
    throw error;
  });
  const own = `lock-${lock.generation}`;
  const release = async () => {
    lock.release();
    if (!(await lock.isLost())) await files.remove(join(directory, own)).catch(() => {});
  };
  if (newestLock(names) !== own) {
    lock.release();
    throw failure("journal.locked", { path: directory });
  }
  for (const name of names)
    if (isLockFile(name) && name !== own && !name.startsWith("draft-"))
      await files.remove(join(directory, name)).catch(() => {});
  return { isLost: () => lock.isLost(), release };
}
