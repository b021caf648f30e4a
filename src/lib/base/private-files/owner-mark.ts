/**
 * Who made a temporary file, as a part of its name: `PLACE-BOOT-PID-START`. What a killed process leaves behind is told
 * by it from what a living one works with: the place is the machine and the set of process numbers (a container has its
 * own).
 */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { pid as ownPid } from "node:process";
import { isAlive, processStart } from "../process/alive.js";

/** In the place of a start that the system does not tell. */
const NOT_KNOWN = "0";

/** As a regular expression's source. */
export const OWNER_MARK = "[0-9a-f]{8}-[0-9a-f]{8}-\\d+-\\d+";

/** The mark of this process. */
export function ownerMark(): string {
  own ??= `${here()}-${ownPid}-${processStart(ownPid) || NOT_KNOWN}`;
  return own;
}

let own: string | undefined;

/**
 * Whether the process of this mark is gone for certain. Unknown for another machine or container; in one that was
 * restarted, no process from before is running.
 */
export function isOwnerGone(mark: string): boolean {
  const [place, boot, pid, started] = mark.split("-");
  const [placeHere, bootHere] = here().split("-");
  if (place !== placeHere) return false;
  if (boot !== bootHere) return true;
  return !isAlive(Number(pid), started === NOT_KNOWN ? "" : started);
}

function here(): string {
  const machine = [readText("/etc/machine-id"), hostname(), namespaceOf()].join("\n");
  return `${shortHash(machine)}-${shortHash(readText("/proc/sys/kernel/random/boot_id"))}`;
}

function namespaceOf(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1").trim();
  } catch {
    return "";
  }
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
