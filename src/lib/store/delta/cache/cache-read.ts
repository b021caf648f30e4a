import { endianness } from "node:os";
import { join } from "node:path";
import type { Files } from "../../../base/files.js";
import { crc32 } from "../../../base/hash/crc32.js";
import type { TablePlace } from "../../storage/storage.js";
import type { Remove } from "../actions.js";
import { commitKey } from "../listing.js";
import type { LogStart } from "../state.js";
import {
  CACHE_MAGIC,
  CACHE_PREFIX_BYTES,
  type CacheHeader,
  cacheDirectory,
  cacheName,
  cacheVersion,
} from "./cache-format.js";
import { cachedFiles } from "./cached-file.js";

/** The newest cached state that is not newer than `atMost` and is of this log; undefined when there is none. */
export async function readSnapshotCache(
  { directory: tableDirectory, files, storage }: TablePlace,
  atMost = Number.POSITIVE_INFINITY,
): Promise<LogStart | undefined> {
  if (endianness() !== "LE") return undefined;
  const directory = cacheDirectory(tableDirectory);
  const versions = (await files.list(directory).catch(() => []))
    .flatMap((name) => cacheVersion(name) ?? [])
    .filter((version) => version <= atMost)
    .sort((a, b) => b - a);
  for (const version of versions) {
    const commit = await storage.read(commitKey(version));
    const content =
      commit && (await readWhole(files, join(directory, cacheName(version))).catch(() => undefined));
    const start = content && decodeCache(content, tableDirectory, version, commit);
    if (start !== undefined) return start;
  }
  return undefined;
}

/** Whether the cache of a version is whole, and of this log as far as that still has the version. */
export async function isSoundCache(
  { directory, files, storage }: TablePlace,
  version: number,
): Promise<boolean> {
  if (endianness() !== "LE") return true;
  const commit = await storage.read(commitKey(version));
  const content = await readWhole(files, join(cacheDirectory(directory), cacheName(version)));
  const header = headerOf(content);
  if (header === undefined || header.version !== version) return false;
  const sections = content.subarray(CACHE_PREFIX_BYTES + content.readUInt32LE(8));
  if (crc32(sections) !== header.crc32) return false;
  return (
    commit === undefined || (header.commit.bytes === commit.length && header.commit.crc32 === crc32(commit))
  );
}

/** In one call: `Files.read` takes half a megabyte at a time. */
async function readWhole(files: Files, path: string): Promise<Buffer> {
  const file = await files.open(path, "read");
  try {
    return await file.read(0, await file.size());
  } finally {
    await file.close();
  }
}

/** Undefined unless all of it is right. */
export function decodeCache(
  content: Buffer,
  tableDirectory: string,
  version: number,
  commit: Buffer,
): LogStart | undefined {
  const header = headerOf(content);
  if (header === undefined || header.version !== version) return undefined;
  if (header.commit.bytes !== commit.length || header.commit.crc32 !== crc32(commit)) return undefined;
  const start = CACHE_PREFIX_BYTES + content.readUInt32LE(8);
  const sections = onBoundary(content.subarray(start));
  if (crc32(sections) !== header.crc32) return undefined;
  const section = (name: string) => {
    const place = header.sections[name];
    return place === undefined ? undefined : sections.subarray(place[0], place[0] + place[1]);
  };
  const removed = section("removed");
  return {
    version,
    commit: header.commit.note,
    metadata: header.metadata,
    protocol: header.protocol,
    transactions: header.transactions,
    positions: header.positions,
    files: cachedFiles(tableDirectory, header, section),
    removed: () => (removed === undefined ? [] : (JSON.parse(removed.toString("utf8")) as Remove[])),
  };
}

function headerOf(content: Buffer): CacheHeader | undefined {
  if (content.length < CACHE_PREFIX_BYTES || !content.subarray(0, 8).equals(CACHE_MAGIC)) return undefined;
  const text = content.subarray(CACHE_PREFIX_BYTES, CACHE_PREFIX_BYTES + content.readUInt32LE(8));
  if (crc32(text) !== content.readUInt32LE(12)) return undefined;
  return JSON.parse(text.toString("utf8")) as CacheHeader;
}

/** Typed arrays need their bytes at multiples of their width. */
function onBoundary(bytes: Buffer): Buffer {
  if (bytes.byteOffset % 8 === 0) return bytes;
  const copy = Buffer.from(new ArrayBuffer(bytes.length));
  bytes.copy(copy);
  return copy;
}
