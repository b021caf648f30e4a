/**
 * Who writes a writer directory. Ownership is the file `lock-<generation>` with the highest generation, made by link():
 * of two processes that take over a dead writer's directory only one gets the next generation. An owner of this machine
 * is looked for among its processes. One of another machine or container says every ten seconds that it lives; see
 * docs/decisions/0016-limits-and-leases.md.
 */
import { basename, join } from "node:path";
import { failure } from "../../base/errors/index.js";
import { type Files, isSystemError } from "../../base/files.js";
import { keepAlive, LEASE_MS, silentMs, writeNew } from "../../base/process/lease.js";
import {
  encodeOwner,
  hold,
  isAsWritten,
  letGo,
  newOwner,
  ownerIn,
  stateOf,
} from "../../base/process/owner.js";
import { segmentOf } from "./segment.js";

const HEARTBEAT_MS = 10_000;

/** A directory that this process owns. */
export interface Lock {
  readonly generation: number;
  /** There was none before: the directory is new, or a copy whose locks were removed. */
  readonly isFirst: boolean;
  /**
   * Whether another process has taken the directory over, because it could not see this one and had not heard of it (a
   * machine that was asleep). What was made durable before this says no is safe: whoever takes over later finds it.
   */
  isLost(): Promise<boolean>;
  release(): void;
}

/**
 * Takes the directory, or undefined when its owner lives or another process was faster. `onNotice` is told when the
 * owner can no longer say that it lives. Rejects with the errors of the file system. "anybody": a lock around this one
 * tells that no owner goes on; one that sleeps finds its lock lost.
 */
export async function takeLock(
  files: Files,
  directory: string,
  onNotice: (text: string) => void = () => {},
  from: "the dead" | "anybody" = "the dead",
): Promise<Lock | undefined> {
  const names = await files.list(directory);
  const newest = newestOf(names);
  const mayBeHeld = from === "the dead" && newest !== undefined;
  if (mayBeHeld && (await isHeld(files, directory, lockName(newest)))) return undefined;
  // Who wrote segments had the first: should its lock be gone, it still looks for the second.
  const generation = (newest ?? (names.some((name) => segmentOf(name) !== undefined) ? 1 : 0)) + 1;
  const owner = newOwner();
  const bytes = encodeOwner({ ...owner, heartbeatMs: HEARTBEAT_MS });
  const draft = join(directory, `draft-${owner.token}`);
  await writeNew(files, draft, bytes);
  const path = join(directory, lockName(generation));
  // Before it is there, so that no other object of this process takes it for one that was released.
  hold(owner);
  try {
    await files.link(draft, path);
  } catch (error) {
    letGo(owner);
    if (isSystemError(error, "EEXIST")) return undefined;
    throw error;
  } finally {
    await files.remove(draft).catch(() => {});
  }
  const stopBeating = keepAlive(files, path, bytes, HEARTBEAT_MS, "log", onNotice);
  return {
    generation,
    isFirst: newest === undefined,
    isLost: () => isLost(files, directory, generation, bytes),
    release: () => {
      stopBeating();
      letGo(owner);
    },
  };
}

async function isLost(files: Files, directory: string, generation: number, bytes: Buffer): Promise<boolean> {
  const own = join(directory, lockName(generation));
  const has = async (path: string) => files.has?.(path) ?? (await files.stat(path)) !== undefined;
  if (await has(join(directory, lockName(generation + 1)))) return true;
  if (await has(own)) return false;
  // Whoever took it over may have ended, and removed it. Or only the lock was removed: then it is made again.
  const isTaken = (names: readonly string[]) =>
    (newestOf(names) ?? 0) > generation || !names.some((name) => segmentOf(name) !== undefined);
  if (isTaken(await files.list(directory))) return true;
  await writeNew(files, own, bytes);
  return isTaken(await files.list(directory));
}

/** What to say of a lock that is lost. `base`: the path of the segment that was written, without an ending. */
export async function lossOf(files: Files, directory: string, base = "segment"): Promise<Error> {
  const names = await files.list(directory).catch(() => []);
  // Who takes a log over leaves its own lock there, or nothing at all, not even the directory.
  if (newestOf(names) !== undefined || (await files.stat(directory)) === undefined)
    return new Error("another process has taken over its log, not having heard of this one for a minute");
  const own = ["ndjson", "commits"].map((ending) => `${basename(base)}.${ending}`);
  return failure("store.log-gone", { path: directory, files: own.join(" and ") });
}

/** Whether the directory's owner is a process that runs, as far as can be said from here. */
export async function isOwned(files: Files, directory: string): Promise<boolean> {
  const newest = newestOf(await files.list(directory));
  return newest !== undefined && isHeld(files, directory, lockName(newest));
}

/** When the lock of an owner that cannot be seen from here was written, by its directory; undefined: there is none. */
export async function unseenSinceMs(files: Files, directory: string): Promise<number | undefined> {
  const newest = newestOf(await files.list(directory));
  if (newest === undefined) return undefined;
  const path = join(directory, lockName(newest));
  const owner = ownerIn((await files.read(path)) ?? Buffer.alloc(0));
  if (owner !== undefined && stateOf(owner) !== "unseen") return undefined;
  return (await files.stat(path))?.modifiedMs;
}

/** Whether the newest lock of the directory says who its owner is. There may be none: then nobody's is to be read. */
export async function isLockReadable(files: Files, directory: string): Promise<boolean> {
  const newest = newestOf(await files.list(directory));
  if (newest === undefined) return true;
  const bytes = await files.read(join(directory, lockName(newest)));
  return bytes === undefined || isAsWritten(bytes);
}

/** Whether a file name is part of locking. */
export function isLockFile(name: string): boolean {
  return /^(lock-\d+|draft-.*)$/.test(name);
}

/** The name of the newest lock among these. */
export function newestLock(names: readonly string[]): string | undefined {
  const newest = newestOf(names);
  return newest === undefined ? undefined : lockName(newest);
}

function newestOf(names: readonly string[]): number | undefined {
  const generations = names.flatMap((name) => /^lock-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  return generations.length === 0 ? undefined : Math.max(...generations);
}

function lockName(generation: number): string {
  return `lock-${generation}`;
}

async function isHeld(files: Files, directory: string, name: string): Promise<boolean> {
  const path = join(directory, name);
  const bytes = await files.read(path);
  if (bytes === undefined) return false;
  const owner = ownerIn(bytes);
  // It does not say whose it is any more. A lock appears whole, so that no crash leaves one: its owner may live, and
  // will be heard of.
  const state = owner === undefined ? "unseen" : stateOf(owner);
  if (state !== "unseen") return state === "alive";
  if (owner !== undefined && owner.heartbeatMs === undefined) return true;
  const ms = await silentMs(files, path);
  return ms === undefined || ms < LEASE_MS;
}
