/**
 * Signs of life of an owner that cannot be looked for from everywhere: it writes its lock once more every so often, and
 * is taken for dead when it has not for `LEASE_MS`. All times are by the file system's clock: nobody's own matters.
 */
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { reasonOf } from "../errors/index.js";
import type { Files } from "../files.js";

/** An owner that cannot be seen from here and has not said for this long that it lives is taken for dead. */
export const LEASE_MS = 60_000;

/** Writes a new file, durably. Rejects with EEXIST when there is one. */
export async function writeNew(files: Files, path: string, bytes: Buffer): Promise<void> {
  const file = await files.open(path, "create");
  try {
    await file.write([bytes], 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Says every `everyMs` that the owner lives, until the returned function is called. A failure is told once in a row;
 * `what` may be taken over then.
 */
export function keepAlive(
  files: Files,
  path: string,
  bytes: Buffer,
  everyMs: number,
  what: string,
  onNotice: (text: string) => void,
): () => void {
  let isFailing = false;
  const timer = setInterval(async () => {
    try {
      await beat(files, path, bytes);
      if (isFailing) onNotice(`${path} can be written again`);
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        onNotice(
          `cannot write ${path}: ${reasonOf(error)}; ${LEASE_MS / 1000} s after its last write another machine may take this ${what} over`,
        );
      isFailing = true;
    }
  }, everyMs).unref();
  return () => clearInterval(timer);
}

/** Gives the lock the time of now, by the clock of the file system, and puts it right where somebody has damaged it. */
async function beat(files: Files, path: string, bytes: Buffer): Promise<void> {
  const file = await files.open(path, "change");
  try {
    await file.write([bytes], 0);
    if ((await file.size()) > bytes.length) await file.truncate(bytes.length);
  } finally {
    await file.close();
  }
}

/**
 * How long ago the lock at `path` was written. Undefined where nothing may be written to `directory`, its own unless
 * given: who may not need not know. Infinite when there is no lock.
 */
export async function silentMs(
  files: Files,
  path: string,
  directory = dirname(path),
): Promise<number | undefined> {
  const probe = join(directory, `draft-${randomUUID()}`);
  try {
    await writeNew(files, probe, Buffer.alloc(0));
  } catch {
    return undefined;
  }
  const now = await files.stat(probe);
  await files.remove(probe).catch(() => {});
  const lock = await files.stat(path);
  return lock === undefined || now === undefined
    ? Number.POSITIVE_INFINITY
    : now.modifiedMs - lock.modifiedMs;
}
