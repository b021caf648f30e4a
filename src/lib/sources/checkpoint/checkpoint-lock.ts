/**
 * One process a checkpoint. The lock is a directory beside it with one file, which says whose it is and is named as
 * nobody else's:
 *
 *     FILE.lock/8c1f... {"pid":7,"started":"31...","host":"...","boot":"...","namespace":"pid:[...]","heartbeatMs":2000,...}
 *
 * It appears whole, by rename(2), which takes the place of nothing or of an empty directory. Invariant: a lock is only
 * ever taken from an owner by removing the owner's own file, so that of two that find the same one stale neither can
 * remove the other's.
 */
import { randomUUID } from "node:crypto";
import { lstat, mkdir, readFile, rename, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failure, reasonOf } from "../../base/errors/index.js";
import { diskFiles, isSystemError } from "../../base/files.js";
import { PRIVATE_DIRECTORY } from "../../base/private-files/modes.js";
import {
  removeLeftDirectories,
  removeTemporaryDirectory,
  temporaryPath,
} from "../../base/private-files/temporary-directory.js";
import { isAlive } from "../../base/process/alive.js";
import { keepAlive, LEASE_MS, silentMs, writeNew } from "../../base/process/lease.js";
import {
  encodeOwner,
  hold,
  letGo,
  newOwner,
  type Owner,
  ownerIn,
  stateOf,
} from "../../base/process/owner.js";

/** Short, since who waits for a sign of life is told the sooner that there is one. */
const HEARTBEAT_MS = 2000;
const LOOK_MS = 250;
/** A lock file of older versions that says nothing is looked at again after this: its owner was about to write it. */
const SETTLED_MS = 1000;
const MOST_ATTEMPTS = 100;

export interface CheckpointLock {
  /**
   * Whether another process has taken it, because it could not see this one and had not heard of it (a machine that was
   * asleep).
   */
  isLost(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * Takes the lock of `checkpoint`. Where its owner runs elsewhere and may be dead, waits for a sign of life, or until
 * the lease is over; `tell` hears of it, and `signal` ends it (AbortError). Throws checkpoint.locked while another has
 * it, output.unwritable.
 */
export async function lockCheckpoint(
  checkpoint: string,
  tell: (text: string) => void = () => {},
  signal?: AbortSignal,
): Promise<CheckpointLock> {
  const path = `${checkpoint}.lock`;
  const owner = newOwner();
  const bytes = encodeOwner({ ...owner, heartbeatMs: HEARTBEAT_MS });
  const own = { path, name: randomUUID(), bytes };
  const others = new Others(checkpoint, path, tell, signal);
  await removeLeftDirectories(dirname(path));
  // Before it is there, so that no other object of this process takes it for one that was let go.
  hold(owner);
  try {
    for (let attempt = 0; !(await isTaken(own)); attempt++) {
      if (attempt >= MOST_ATTEMPTS)
        throw failure("checkpoint.unusable", {
          path: checkpoint,
          reason: `its lock ${path} cannot be taken`,
        });
      await others.clear();
    }
  } catch (error) {
    letGo(owner);
    throw error;
  }
  const file = join(path, own.name);
  const stopBeating = keepAlive(diskFiles, file, bytes, HEARTBEAT_MS, "checkpoint", tell);
  return {
    // Who removed the lock meant no harm; who has another one does.
    isLost: async () => (await diskFiles.stat(file)) === undefined && !(await isTaken(own)),
    release: async () => {
      stopBeating();
      letGo(owner);
      await unlink(file).catch(() => {});
      await rmdir(path).catch(() => {});
    },
  };
}

interface Own {
  readonly path: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** Puts the lock where there is none. Throws output.unwritable. */
async function isTaken({ path, name, bytes }: Own): Promise<boolean> {
  const draft = temporaryPath("lock", dirname(path));
  try {
    await mkdir(draft, { mode: PRIVATE_DIRECTORY });
    await writeNew(diskFiles, join(draft, name), bytes);
    await rename(draft, path);
    return true;
  } catch (error) {
    await removeTemporaryDirectory(draft);
    if (isSystemError(error, "ENOTEMPTY", "EEXIST", "ENOTDIR") && (await isThere(path))) return false;
    throw failure("output.unwritable", { path, reason: reasonOf(error) }, error);
  }
}

/** What stands where the lock should be. */
class Others {
  private readonly checkpoint: string;
  private readonly path: string;
  private readonly tell: (text: string) => void;
  private readonly signal: AbortSignal | undefined;
  private hasTold = false;

  constructor(
    checkpoint: string,
    path: string,
    tell: (text: string) => void,
    signal: AbortSignal | undefined,
  ) {
    this.checkpoint = checkpoint;
    this.path = path;
    this.tell = tell;
    this.signal = signal;
  }

  /** Removes what is left of the dead. Throws checkpoint.locked for a living one, and what the system says. */
  async clear(): Promise<void> {
    const { path } = this;
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return;
    if (!found.isDirectory()) return this.clearOld();
    for (const name of await diskFiles.list(path)) await this.clearOne(join(path, name));
  }

  private async clearOne(file: string): Promise<void> {
    const bytes = await diskFiles.read(file);
    if (bytes === undefined) return;
    const owner = ownerIn(bytes);
    // A damaged lock says nothing: its owner may live, and will put it right.
    const state = owner === undefined ? "unseen" : stateOf(owner);
    if (state === "alive") throw this.locked(owner);
    if (state === "unseen") await this.outlast(file, owner);
    await unlink(file).catch((error) => {
      if (!isSystemError(error, "ENOENT")) throw this.unusable(error);
    });
  }

  /** Resolves once the owner has not been heard of for the time of a lease. Throws checkpoint.locked once it is. */
  private async outlast(file: string, owner: Owner | undefined): Promise<void> {
    const first = await diskFiles.stat(file);
    for (;;) {
      const now = await diskFiles.stat(file);
      if (now === undefined || first === undefined) return;
      if (now.modifiedMs !== first.modifiedMs) throw this.locked(owner);
      const ms = await silentMs(diskFiles, file, dirname(this.path));
      if (ms === undefined) throw this.locked(owner);
      if (ms >= LEASE_MS) return;
      this.tellOnce(
        `${nameOf(owner)} holds ${this.checkpoint}, and cannot be seen from here: waiting for a sign of life, at most ${Math.ceil((LEASE_MS - ms) / 1000)} s`,
      );
      await sleep(LOOK_MS, undefined, this.signal && { signal: this.signal });
    }
  }

  /** A lock of an older version, which was a file; or something else, which nobody holds. */
  private async clearOld(): Promise<void> {
    const before = await readOld(this.path);
    const owner = parseOld(before);
    if (owner !== undefined && isAlive(owner.pid, owner.started)) throw this.locked(owner);
    if (owner === undefined) {
      await sleep(SETTLED_MS);
      if ((await readOld(this.path)) !== before) return;
      this.tellOnce(
        `${this.path} does not say whose lock it is: taken, since no living process leaves it so`,
      );
    }
    await unlink(this.path).catch((error) => {
      if (!isSystemError(error, "ENOENT")) throw this.unusable(error);
    });
  }

  private locked(owner: Pick<Owner, "pid"> | undefined): Error {
    return failure("checkpoint.locked", { path: this.checkpoint, by: nameOf(owner) });
  }

  private unusable(error: unknown): Error {
    const reason = `its lock ${this.path} cannot be removed: ${reasonOf(error)}`;
    return failure("checkpoint.unusable", { path: this.checkpoint, reason }, error);
  }

  private tellOnce(text: string): void {
    if (!this.hasTold) this.tell(text);
    this.hasTold = true;
  }
}

function nameOf(owner: (Pick<Owner, "pid"> & Partial<Owner>) | undefined): string {
  if (owner === undefined) return "another process";
  const isElsewhere = owner.token !== undefined && stateOf(owner as Owner) === "unseen";
  return isElsewhere ? `process ${owner.pid} of ${owner.host}` : `process ${owner.pid}`;
}

/** Undefined for what is no file, or cannot be read. */
async function readOld(path: string): Promise<string | undefined> {
  const isFile = (await lstat(path).catch(() => undefined))?.isFile();
  return isFile ? readFile(path, "utf8").catch(() => undefined) : undefined;
}

function parseOld(text: string | undefined): { readonly pid: number; readonly started: string } | undefined {
  try {
    const { pid, started } = JSON.parse(text ?? "") as { pid?: unknown; started?: unknown };
    if (typeof pid !== "number" || !Number.isSafeInteger(pid)) return undefined;
    return { pid, started: typeof started === "string" ? started : "" };
  } catch {
    return undefined;
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
