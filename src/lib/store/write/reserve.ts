/**
 * Room put aside for the moment when the disk is full: a commit that takes files out of a table needs some kilobytes
 * before anything can be freed. `_index/_reserve` of a table holds blocks of the disk and nothing else.
 */
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { type Files, isNoRoom, makeDurableDirectory } from "../../base/files.js";
import { cacheDirectory } from "../delta/cache/cache-format.js";
import type { Snapshot } from "../delta/snapshot.js";
import { INDEX_DIRECTORY } from "../parquet/bloom.js";

/** A commit has some 300 bytes for each file: enough for several of them. */
const RESERVE_BYTES = 256 * 1024;
/** Smaller tables have nothing to free that is worth it. */
const WORTH_BYTES = 1024 * 1024;
/** A disk with less room than this is left what it has. */
const SPARE_BYTES = 16 * RESERVE_BYTES;
/** The least that is given back at once: some blocks. */
const LEAST_BYTES = 32 * 1024;

export function reservePath(tableDirectory: string): string {
  return join(tableDirectory, INDEX_DIRECTORY, "_reserve");
}

/**
 * Puts the room aside where the table is worth it and the disk has it. Resolves with whether it is there; never fails,
 * as it is for later.
 */
export async function keepReserve(files: Files, { directory, files: own }: Snapshot): Promise<boolean> {
  try {
    let bytes = 0;
    for (const file of own) if ((bytes += file.bytes) >= WORTH_BYTES) break;
    if (bytes < WORTH_BYTES) return false;
    const path = reservePath(directory);
    const there = await files.stat(path);
    if (there !== undefined && there.bytes >= RESERVE_BYTES) return true;
    if (((await files.freeBytes?.(directory)) ?? 0) < SPARE_BYTES) return false;
    await makeDurableDirectory(files, dirname(path));
    if (there !== undefined) await files.remove(path);
    const file = await files.open(path, "create");
    // Not zeros, which file systems that compress keep no block for.
    await file.write([randomBytes(RESERVE_BYTES)], 0).finally(() => file.close());
    return true;
  } catch {
    await files.remove(reservePath(directory)).catch(() => {});
    return false;
  }
}

/** Frees something that can be made again. Resolves with whether there was any. */
export type Sacrifice = () => Promise<boolean>;

/**
 * Does the work, and does it again each time that it failed for want of room and there was something to give up: of the
 * reserve about `bytes`, then what `further` frees, then the caches of the log. Throws what the work throws when there
 * is nothing left.
 */
export async function withReserve<T>(
  files: Files,
  tableDirectory: string,
  bytes: number,
  work: () => Promise<T>,
  further: readonly Sacrifice[] = [],
): Promise<T> {
  const others = [...further, () => removeCaches(files, tableDirectory)];
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isNoRoom(error)) throw error;
      let hasFreed = await shrinkReserve(files, tableDirectory, bytes);
      for (let next = others.shift(); !hasFreed && next !== undefined; next = others.shift())
        hasFreed = await next().catch(() => false);
      if (!hasFreed) throw error;
    }
  }
}

async function shrinkReserve(files: Files, tableDirectory: string, bytes: number): Promise<boolean> {
  const path = reservePath(tableDirectory);
  const there = await files.stat(path).catch(() => undefined);
  if (there === undefined) return false;
  const left = there.bytes - Math.max(LEAST_BYTES, 2 * bytes);
  if (left <= 0) return files.remove(path).then(yes, no);
  const shrink = async () => {
    const file = await files.open(path, "change");
    await file.truncate(left).finally(() => file.close());
  };
  return shrink().then(yes, () => files.remove(path).then(yes, no));
}

async function removeCaches(files: Files, tableDirectory: string): Promise<boolean> {
  const directory = cacheDirectory(tableDirectory);
  let hasRemoved = false;
  for (const name of await files.list(directory))
    hasRemoved = (await files.remove(join(directory, name)).then(yes, no)) || hasRemoved;
  return hasRemoved;
}

const yes = () => true;
const no = () => false;
