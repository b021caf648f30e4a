/** Whether a process is still there, by its number and the time it was started. */
import { readFileSync } from "node:fs";
import { kill } from "node:process";

/**
 * When a process was started, in clock ticks since boot: tells a number that is used again. "": not known, or no such
 * process.
 */
export function processStart(pid: number): string {
  return statusOf(pid)?.started ?? "";
}

/**
 * Whether the process runs. One that has ended and whose parent has not asked how (a zombie) does not, however long it
 * is listed. `started`: as `startOf` said when it ran; "" where that was not known.
 */
export function isAlive(pid: number, started = ""): boolean {
  if (!isListed(pid)) return false;
  const status = statusOf(pid);
  if (status === undefined) return true; // Another user's in a hidden /proc, or a system without one.
  return !status.hasEnded && (started === "" || status.started === "" || status.started === started);
}

function isListed(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false; // To kill(2) those are groups.
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

interface Status {
  readonly hasEnded: boolean;
  readonly started: string;
}

/** Fields 3, 20 and 22 of /proc/PID/stat, proc(5). The name before them may hold spaces and parentheses. */
function statusOf(pid: number): Status | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // The first thread may have ended while another still waits for a disk: that one may write yet.
  const hasEnded = /^[ZXx]/.test(fields[0] ?? "") && Number(fields[17] ?? 1) <= 1;
  return { hasEnded, started: fields[19] ?? "" };
}
