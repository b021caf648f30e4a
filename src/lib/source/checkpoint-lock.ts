/** One process a checkpoint: a lock file that names its owner by process id and start time, and outlives no crash. */
import { readFile, rename, unlink, writeFile } from "node:fs/promises";
import { kill, pid } from "node:process";
import { failure, reasonOf } from "../base/errors/index.js";
import { PRIVATE_FILE } from "../base/private-files/modes.js";

interface Owner {
  readonly pid: number;
  /** Start of the process in clock ticks since boot; absent where the system does not tell. */
  readonly started?: string | undefined;
}

const MOST_ATTEMPTS = 10;

/** Takes the lock of `checkpoint`; the returned function gives it back. Throws checkpoint.locked while another has it. */
export async function lockCheckpoint(checkpoint: string): Promise<() => Promise<void>> {
  const path = `${checkpoint}.lock`;
  const text = JSON.stringify({ pid, started: await startOf(pid) });
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    if (await create(path, text)) return () => unlink(path).catch(() => undefined);
    const held = await readFile(path, "utf8").catch(() => undefined);
    if (held === undefined) continue;
    const owner = parseOwner(held);
    if (owner !== undefined && (await isAlive(owner)))
      throw failure("checkpoint.locked", { path: checkpoint, pid: owner.pid });
    await removeStale(path, held);
  }
  throw failure("checkpoint.unusable", { path: checkpoint, reason: `its lock ${path} cannot be taken` });
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx", mode: PRIVATE_FILE });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw failure("output.unwritable", { path, reason: reasonOf(error) }, error);
  }
}

/** Two that find the same stale lock must not both remove one: only the one whose rename moved it removes it. */
async function removeStale(path: string, held: string): Promise<void> {
  const aside = `${path}.${pid}`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readFile(aside, "utf8").catch(() => held);
  // It was a fresh one after all: it goes back, unless its place is taken.
  if (moved !== held) await writeFile(path, moved, { flag: "wx", mode: PRIVATE_FILE }).catch(() => undefined);
  await unlink(aside).catch(() => undefined);
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner;
    return Number.isInteger(owner.pid) ? owner : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  try {
    kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const started = await startOf(owner.pid);
  return owner.started === undefined || started === undefined || owner.started === started;
}

/** Field 22 of /proc/PID/stat, proc(5). The name before it may hold spaces and parentheses. */
async function startOf(processId: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${processId}/stat`, "latin1").catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}
