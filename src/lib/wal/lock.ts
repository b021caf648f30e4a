/**
 * Who writes a writer directory. Ownership is the file `lock-<generation>` with the highest generation, made by link():
 * of two processes that take over a dead writer's directory only one gets the next generation. An owner of this machine
 * is looked for among its processes. One of another machine or container says every ten seconds that it lives; see
 * docs/decisions/0016-limits-and-leases.md.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { kill, pid as ownPid } from "node:process";
import { crc32c } from "../base/crc32c.js";
import { reasonOf } from "../base/errors/index.js";
import { type Files, isSystemError } from "../base/files.js";
import { hex8, segmentOf } from "./segment.js";

interface Owner {
  readonly pid: number;
  /** When the process started, in clock ticks since boot, where the system says: tells a reused pid. */
  readonly started: string;
  readonly host: string;
  /** Which start of which kernel, and which set of process numbers in it (a container has its own), where that can be known. */
  readonly boot?: string;
  readonly namespace?: string;
  /** How often the owner says that it lives, by writing the lock once more. Locks without it are never taken from elsewhere. */
  readonly heartbeatMs?: number;
  /** One object of one process: two writers of one process are two owners. */
  readonly token: string;
}

/** The members of a lock, with the CRC-32C of its JSON without that, in hexadecimal; older versions write none. */
const MEMBERS = ["pid", "started", "host", "boot", "namespace", "heartbeatMs", "token", "crc32c"];

function encodeOwner(owner: Owner): Buffer {
  return Buffer.from(JSON.stringify({ ...owner, crc32c: checksumOf(owner) }));
}

function checksumOf(owner: Owner): string {
  return hex8(crc32c(Buffer.from(JSON.stringify(owner))));
}

/** Owners of this process that still write: a directory of ours is not dead while its writer is in this set. */
const ownTokens = new Set<string>();

const HEARTBEAT_MS = 10_000;
/** An owner that cannot be seen from here and has not said for this long that it lives is taken for dead. */
const LEASE_MS = 60_000;

/** A directory that this process owns. */
export interface Lock {
  readonly generation: number;
  /** There was none before: the directory is new, or a copy whose locks were removed. */
  readonly isFirst: boolean;
  /**
   * Whether another process has taken the directory over, because it could not see this one and had not heard of it (a machine
   * that was asleep). What was made durable before this says no is safe: whoever takes over later finds it.
   */
  isLost(): Promise<boolean>;
  release(): void;
}

/**
 * Takes the directory, or undefined when its owner lives or another process was faster. `onNotice` is told when the owner can no
 * longer say that it lives. Rejects with the errors of the file system.
 */
export async function takeLock(
  files: Files,
  directory: string,
  onNotice: (text: string) => void = () => {},
): Promise<Lock | undefined> {
  const names = await files.list(directory);
  const newest = newestOf(names);
  if (newest !== undefined && (await isHeld(files, directory, lockName(newest)))) return undefined;
  // Who wrote segments had the first: should its lock be gone, it still looks for the second.
  const generation = (newest ?? (names.some((name) => segmentOf(name) !== undefined) ? 1 : 0)) + 1;
  const owner: Owner = { ...here(), pid: ownPid, started: startOf(ownPid), token: randomUUID() };
  const bytes = encodeOwner({ ...owner, heartbeatMs: HEARTBEAT_MS });
  const draft = join(directory, `draft-${owner.token}`);
  await writeDraft(files, draft, bytes);
  const path = join(directory, lockName(generation));
  try {
    await files.link(draft, path);
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return undefined;
    throw error;
  } finally {
    await files.remove(draft).catch(() => {});
  }
  ownTokens.add(owner.token);
  const timer = setInterval(heart(files, path, bytes, onNotice), HEARTBEAT_MS).unref();
  return {
    generation,
    isFirst: newest === undefined,
    isLost: () => isLost(files, directory, generation, bytes),
    release: () => {
      clearInterval(timer);
      ownTokens.delete(owner.token);
    },
  };
}

async function writeDraft(files: Files, path: string, bytes: Buffer): Promise<void> {
  const file = await files.open(path, "create");
  try {
    await file.write([bytes], 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What is done every so often: a failure is told once in a row. */
function heart(
  files: Files,
  path: string,
  bytes: Buffer,
  onNotice: (text: string) => void,
): () => Promise<void> {
  let isFailing = false;
  return async () => {
    try {
      await beat(files, path, bytes);
      if (isFailing) onNotice(`${path} can be written again`);
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        onNotice(
          `cannot write ${path}: ${reasonOf(error)}; ${LEASE_MS / 1000} s after its last write another machine may take this log over`,
        );
      isFailing = true;
    }
  };
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

async function isLost(files: Files, directory: string, generation: number, bytes: Buffer): Promise<boolean> {
  const own = join(directory, lockName(generation));
  const [next, known] = await Promise.all([
    files.stat(join(directory, lockName(generation + 1))),
    files.stat(own),
  ]);
  if (next !== undefined) return true;
  if (known !== undefined) return false;
  // Whoever took it over may have ended, and removed it. Or only the lock was removed: then it is made again.
  const isTaken = (names: readonly string[]) =>
    (newestOf(names) ?? 0) > generation || !names.some((name) => segmentOf(name) !== undefined);
  if (isTaken(await files.list(directory))) return true;
  await writeDraft(files, own, bytes);
  return isTaken(await files.list(directory));
}

/** Whether the directory's owner is a process that runs, as far as can be said from here. */
export async function isOwned(files: Files, directory: string): Promise<boolean> {
  const newest = newestOf(await files.list(directory));
  return newest !== undefined && isHeld(files, directory, lockName(newest));
}

/** Whether the newest lock of the directory says who its owner is. There may be none: then nobody's is to be read. */
export async function isLockReadable(files: Files, directory: string): Promise<boolean> {
  const newest = newestOf(await files.list(directory));
  if (newest === undefined) return true;
  const bytes = await files.read(join(directory, lockName(newest)));
  return bytes === undefined || ownerIn(bytes) !== undefined;
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
  // It does not say whose it is any more. A lock appears whole, so that no crash leaves one: its owner may live, and will be heard of.
  if (owner === undefined) return isHeardOf(files, directory, path);
  if (!isSeen(owner)) return owner.heartbeatMs === undefined || (await isHeardOf(files, directory, path));
  if (owner.pid === ownPid && owner.started === startOf(ownPid)) return ownTokens.has(owner.token);
  return isRunning(owner.pid) && owner.started === startOf(owner.pid);
}

function ownerIn(bytes: Buffer): Owner | undefined {
  try {
    const { crc32c: checksum, ...owner } = JSON.parse(bytes.toString("utf8")) as Partial<Owner> & {
      readonly crc32c?: string;
    };
    const isWhole = typeof owner.pid === "number" && typeof owner.started === "string";
    const isKnown = Object.keys(owner).every((name) => MEMBERS.includes(name));
    if (!isWhole || !isKnown || typeof owner.host !== "string") return undefined;
    return checksum === undefined || checksum === checksumOf(owner as Owner) ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the owner's process can be looked for from here: the same machine, not started again, and the same container. */
function isSeen(owner: Owner): boolean {
  const { host, boot, namespace } = here();
  if (owner.host !== host) return false;
  return (owner.boot ?? boot) === boot && (owner.namespace ?? namespace) === namespace;
}

/** Whether the owner wrote its lock within the lease. Both times are by the file system's clock: nobody's own matters. */
async function isHeardOf(files: Files, directory: string, path: string): Promise<boolean> {
  const probe = join(directory, `draft-${randomUUID()}`);
  try {
    await writeDraft(files, probe, Buffer.alloc(0));
  } catch {
    // Who may not write here need not know better.
    return true;
  }
  const now = await files.stat(probe);
  await files.remove(probe).catch(() => {});
  const lock = await files.stat(path);
  return lock !== undefined && now !== undefined && now.modifiedMs - lock.modifiedMs < LEASE_MS;
}

/** Where this process is. */
function here(): Pick<Owner, "host" | "boot" | "namespace"> {
  const boot = orUndefined(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim());
  const namespace = orUndefined(() => readlinkSync("/proc/self/ns/pid"));
  return {
    host: hostname(),
    ...(boot === undefined ? {} : { boot }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
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
