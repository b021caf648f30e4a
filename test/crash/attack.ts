/**
 * One attack: an operation on a fresh copy of its table, stopped in some way, and everything that must hold after it.
 */
import { rmSync } from "node:fs";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskFiles } from "../../src/lib/base/files.js";
import { complaints } from "../support/maintenance.js";
import { blockFaults, LATER_MS, readBlocks, writeBlocks } from "./events.js";
import type { Operation } from "./operations/operation.js";

/** The table that an operation finds, in a directory of its own, to be copied; and what was promised for it. */
export interface Origin {
  readonly operation: Operation;
  readonly directory: string;
  readonly said: readonly string[];
}

const origins = new Map<Operation["prepare"], Promise<Omit<Origin, "operation">>>();
process.on("exit", () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});
const directories: string[] = [];

/** The operation's table; operations with the same preparation share it. It goes when this process ends. */
export async function originOf(operation: Operation): Promise<Origin> {
  let origin = origins.get(operation.prepare);
  if (origin === undefined) {
    origin = prepare(operation);
    origins.set(operation.prepare, origin);
  }
  return { operation, ...(await origin) };
}

async function prepare(operation: Operation): Promise<Omit<Origin, "operation">> {
  const directory = await mkdtemp(join(tmpdir(), "logpipe-origin-"));
  directories.push(directory);
  return { directory, said: await operation.prepare(join(directory, "logs")) };
}

/**
 * Lets `strike` happen to a copy of the table, then looks, lets the next writer come, runs the operation to its end and
 * looks again. Resolves with what is wrong. `strike` gives what the operation had said.
 */
export async function attack(
  { operation, directory: from, said }: Origin,
  strike: (table: string) => Promise<readonly string[]>,
): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), `logpipe-${operation.name}-`));
  const table = join(directory, "logs");
  try {
    await cp(from, directory, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    return await aftermath(operation, table, [...said, ...(await strike(table))]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What is wrong with the table now, once a writer came, and once the operation has run to its end. */
export async function aftermath(
  operation: Operation,
  table: string,
  said: readonly string[],
): Promise<string[]> {
  const faults: string[] = [];
  const note = (when: string, found: readonly string[]) => faults.push(...found.map((f) => `${when}: ${f}`));
  note("at once", operation.faults(await readBlocks(table), said, false));
  await writeBlocks({ table, files: diskFiles, source: "next", blocks: 1 });
  await operation.run(table, diskFiles, () => {});
  const rows = await readBlocks(table);
  note("in the end", operation.faults(rows, said, true));
  note("on the disk", (await operation.leftovers?.(table)) ?? []);
  note("verify", await complaints({ table, files: diskFiles, nowMs: LATER_MS }));
  note("the next writer", blockFaults(rows, "next", 1, 1));
  for (const place of ["_wal", "_work"]) {
    const left = await readdir(join(table, place)).catch(() => []);
    if (left.length > 0) note(place, [`${left.length} directories of dead processes are left`]);
  }
  return faults;
}

/** Runs the tasks, two at a time: a task waits for the disk about half of its time. */
export async function twoAtATime<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const work = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await task(item);
  };
  await Promise.all([work(), work()]);
}
