// Enter here: who holds a lock, whether that process still lives, and leases where it cannot be asked.
/** Who holds a lock: a process, where it runs, and which of its objects; as JSON with a checksum. */
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { pid as ownPid } from "node:process";
import { crc32c } from "../hash/crc32c.js";
import { isAlive, processStart } from "./alive.js";

export interface Owner {
  readonly pid: number;
  /** When the process started, in clock ticks since boot, where the system says: tells a reused pid. */
  readonly started: string;
  readonly host: string;
  /**
   * Which start of which kernel, and which set of process numbers in it (a container has its own), where that can be
   * known.
   */
  readonly boot?: string;
  readonly namespace?: string;
  /**
   * How often the owner says that it lives, by writing the lock once more. Locks without it are never taken from
   * elsewhere.
   */
  readonly heartbeatMs?: number;
  /** One object of one process: two writers of one process are two owners. */
  readonly token: string;
}

/** The members of a lock, with the CRC-32C of its JSON without that, in hexadecimal; older versions write none. */
const MEMBERS = ["pid", "started", "host", "boot", "namespace", "heartbeatMs", "token", "crc32c"];

/** Owners of this process that still hold what they took: a lock of ours is not dead while its owner is in this set. */
const ownTokens = new Set<string>();

/** A new owner in this process. */
export function newOwner(): Owner {
  return { ...here(), pid: ownPid, started: processStart(ownPid), token: randomUUID() };
}

/** From now on until `letGo` it holds something. */
export function hold({ token }: Owner): void {
  ownTokens.add(token);
}

export function letGo({ token }: Owner): void {
  ownTokens.delete(token);
}

export function encodeOwner(owner: Owner): Buffer {
  return Buffer.from(JSON.stringify({ ...owner, crc32c: checksumOf(owner) }));
}

/** Undefined for what does not say whose it is: damaged, or no lock. */
export function ownerIn(bytes: Buffer): Owner | undefined {
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

/**
 * Whether these are the bytes that `encodeOwner` made, to the last one; those of older versions have no checksum to
 * tell by.
 */
export function isAsWritten(bytes: Buffer): boolean {
  const owner = ownerIn(bytes);
  return owner !== undefined && (!bytes.includes('"crc32c"') || bytes.equals(encodeOwner(owner)));
}

/**
 * Whether the owner still holds what it took: its process runs, and, in this process, it has not let go. "unseen": it
 * runs on another machine, in another container, or did before this machine was started again; only its signs of life
 * tell.
 */
export function stateOf(owner: Owner): "alive" | "gone" | "unseen" {
  if (!isSeen(owner)) return "unseen";
  const isOurs = owner.pid === ownPid && owner.started === processStart(ownPid);
  const isHolding = isOurs ? ownTokens.has(owner.token) : isAlive(owner.pid, owner.started);
  return isHolding ? "alive" : "gone";
}

function isSeen(owner: Owner): boolean {
  const { host, boot, namespace } = here();
  if (owner.host !== host) return false;
  return (owner.boot ?? boot) === boot && (owner.namespace ?? namespace) === namespace;
}

function checksumOf(owner: Owner): string {
  return crc32c(Buffer.from(JSON.stringify(owner)))
    .toString(16)
    .padStart(8, "0");
}

/** Where this process is. */
export function here(): Pick<Owner, "host" | "boot" | "namespace"> {
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
