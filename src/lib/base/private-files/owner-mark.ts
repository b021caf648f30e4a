/**
 * Who made a temporary file, as a part of its name: `PLACE-BOOT-PID-START`. What a killed process leaves behind is told by it
 * from what a living one works with: the place is the machine and the set of process numbers (a container has its own).
 */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { kill, pid as ownPid } from "node:process";

/** As a regular expression's source. */
export const OWNER_MARK = "[0-9a-f]{8}-[0-9a-f]{8}-\\d+-\\d+";

/** The mark of this process. */
export function ownerMark(): string {
  own ??= `${here()}-${ownPid}-${startOf(ownPid)}`;
  return own;
}

let own: string | undefined;

/**
 * Whether the process of this mark is gone for certain. Of another machine or container nothing can be said; in one that has
 * started anew nothing of before runs.
 */
export function isOwnerGone(mark: string): boolean {
  const [place, boot, pid, started] = mark.split("-");
  const [placeHere, bootHere] = here().split("-");
  if (place !== placeHere) return false;
  if (boot !== bootHere) return true;
  return !isRunning(Number(pid)) || startOf(Number(pid)) !== started;
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

function isRunning(pid: number): boolean {
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Field 22 of /proc/PID/stat (proc(5)): clock ticks since boot, which tell a process number that is used again. 0: not known. */
function startOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "0";
}
