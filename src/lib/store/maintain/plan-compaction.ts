/** Which files of a table to merge, so that few, large and sorted ones are left and no byte is rewritten often. */
import type { TableFile } from "../delta/snapshot.js";
import { partitionKey, tierOf } from "./rewrite/output-path.js";
import { LEVEL_TAG } from "./rewrite/rewrite-group.js";

export interface PlanOptions {
  /** What a file should have. */
  readonly targetBytes: number;
}

/** A compacted file with this part of the target is left alone for good. */
const FULL = 0.5;
/** A flushed file gets about this much smaller. */
const SHRINK = 0.9;
/** A compacted file is written again only with at least this part of its size in others, */
const WORTH = 1 / 4;
/** or when it is smaller than this. */
const SMALL_BYTES = 32 * 1024 * 1024;

/** Groups of files, each to become one. A table that was compacted with the same options gives none. */
export function planCompaction(files: readonly TableFile[], options: PlanOptions): TableFile[][] {
  const buckets = new Map<string, TableFile[]>();
  for (const file of files) {
    if (isCompacted(file) && file.bytes >= FULL * options.targetBytes) continue;
    const key = JSON.stringify([tierOf(file.add.path), partitionKey(file)]);
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, [file]);
    else bucket.push(file);
  }
  const keys = [...buckets.keys()].sort();
  return keys.flatMap((key) => planBucket(buckets.get(key)!, options.targetBytes));
}

/** Whether the file is as compaction leaves it. */
export function isCompacted(file: TableFile): boolean {
  return file.tags[LEVEL_TAG] !== undefined;
}

function planBucket(files: readonly TableFile[], targetBytes: number): TableFile[][] {
  let candidates = [...files].sort(inTime);
  for (;;) {
    const groups = pack(candidates, targetBytes);
    const spared = new Set(groups.flatMap((group) => tooLarge(group) ?? []));
    if (spared.size === 0) return groups.filter((group) => group.length > 1 || !isCompacted(group[0]!));
    candidates = candidates.filter((file) => !spared.has(file));
  }
}

/** Neighbours in time together, so that the bounds of the new files overlap little. */
export function pack(files: readonly TableFile[], targetBytes: number): TableFile[][] {
  const groups: TableFile[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    const expected = expectedBytes(file);
    if (bytes + expected > targetBytes) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)!.push(file);
    bytes += expected;
  }
  return groups;
}

/** A compacted file of the group that the others are too few to be merged into. */
function tooLarge(group: readonly TableFile[]): TableFile | undefined {
  const largest = group.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  if (group.length === 1 || !isCompacted(largest) || largest.bytes < SMALL_BYTES) return undefined;
  const others = group.reduce((total, file) => total + file.bytes, -largest.bytes);
  return others < largest.bytes * WORTH ? largest : undefined;
}

function expectedBytes(file: TableFile): number {
  return isCompacted(file) ? file.bytes : file.bytes * SHRINK;
}

function inTime(a: TableFile, b: TableFile): number {
  const order = (a.minTimestampMs ?? 0) - (b.minTimestampMs ?? 0);
  return order !== 0 ? order : a.add.path < b.add.path ? -1 : 1;
}

export function bytesOfFiles(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((total, file) => total + file.bytes, 0);
}
