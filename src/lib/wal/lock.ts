/**
 * Who writes a writer directory. Ownership is the file `lock-<generation>` with the highest generation, made by link():
 * of two processes that take over a dead writer's directory only one gets the next generation.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { kill, pid as ownPid } from "node:process";
import { type Files, isSystemError } from "../base/files.js";

interface Owner {
  readonly pid: number;
  /** When the process started, in clock ticks since boot, where the system says: tells a reused pid. */
  readonly started: string;
  readonly host: string;
  /** One object of one process: two writers of one process are two owners. */
  readonly token: string;
}

/** Owners of this process that still write: a directory of ours is not dead while its writer is in this set. */
const ownTokens = new Set<string>();

/** A directory that this process owns. */
export interface Lock {
  readonly generation: number;
  readonly release: () => void;
}

/** Takes the directory, or undefined when its owner lives or another process was faster. */
export async function takeLock(files: Files, directory: string): Promise<Lock | undefined> {
  const newest = await newestLock(files, directory);
  if (newest !== undefined && (await isHeld(files, join(directory, lockName(newest))))) return undefined;
  const generation = (newest ?? 0) + 1;
  const owner: Owner = { pid: ownPid, started: startOf(ownPid), host: hostname(), token: randomUUID() };
  const draft = join(directory, `draft-${owner.token}`);
  const file = await files.open(draft, "create");
  try {
    await file.write([Buffer.from(JSON.stringify(owner))], 0);
    await file.sync();
  } finally {
    await file.close();
  }
  // Known before it is seen: others of this process must not take the new lock for a dead one.
  ownTokens.add(owner.token);
  try {
    await files.link(draft, join(directory, lockName(generation)));
  } catch (error) {
    ownTokens.delete(owner.token);
    if (isSystemError(error, "EEXIST")) return undefined;
    throw error;
  } finally {
    await files.remove(draft).catch(() => {});
  }
  return { generation, release: () => ownTokens.delete(owner.token) };
}

/** Whether the directory's owner is a process that runs, or one of another machine, of which nothing can be said. */
export async function isOwned(files: Files, directory: string): Promise<boolean> {
  const newest = await newestLock(files, directory);
  return newest !== undefined && isHeld(files, join(directory, lockName(newest)));
}

/** Whether a file name is part of locking. */
export function isLockFile(name: string): boolean {
  return /^(lock-\d+|draft-.*)$/.test(name);
}

async function newestLock(files: Files, directory: string): Promise<number | undefined> {
  const generations = (await files.list(directory))
    .flatMap((name) => /^lock-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number);
  return generations.length === 0 ? undefined : Math.max(...generations);
}

function lockName(generation: number): string {
  return `lock-${generation}`;
}

/** A lock of another machine is never taken: whether its process lives cannot be seen from here. */
async function isHeld(files: Files, path: string): Promise<boolean> {
  const bytes = await files.read(path);
  if (bytes === undefined) return false;
  let owner: Owner;
  try {
    owner = JSON.parse(bytes.toString("utf8")) as Owner;
  } catch {
    return false;
  }
  if (owner.host !== hostname()) return true;
  if (owner.pid === ownPid && owner.started === startOf(ownPid)) return ownTokens.has(owner.token);
  return isRunning(owner.pid) && owner.started === startOf(owner.pid);
}

function isRunning(pid: number): boolean {
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error, "EPERM");
  }
}

/** Field 22 of /proc/<pid>/stat (proc(5)); empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
