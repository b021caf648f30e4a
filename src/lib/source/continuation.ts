/** Finds content that has moved: renamed, copied or compressed beside where it was. */
import { type BigIntStats, closeSync, constants, openSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isArchiveOf } from "./archive.js";
import { type FileKey, keyOf } from "./handles.js";
import { isCompressed, isSameContent } from "./prints.js";
import type { Track } from "./tracked-file.js";

export interface Place {
  readonly path: string;
  readonly key: FileKey;
  readonly isArchive: boolean;
}

/** How many siblings are compared by content, the newest first. */
const MOST_COMPARED = 200;
/** Less than this in common is no sign of a copy. */
const LEAST_BYTES = 32;

/**
 * Where the content of `track` is now: its inode under another name, or a file in the same directory that holds the same
 * bytes, plain or compressed. `isTaken`: files that are being read as themselves.
 */
export async function findContinuation(
  track: Track,
  isTaken: (key: FileKey) => boolean,
): Promise<Place | undefined> {
  const siblings = await siblingsOf(track.path);
  const renamed = siblings.find((sibling) => sibling.key === track.key);
  if (renamed !== undefined) {
    const place = await placeOf(renamed.path, renamed.key, track);
    if (place !== undefined) return place;
  }
  if (track.offset < LEAST_BYTES) return undefined;
  for (const { path, key } of siblings.filter((sibling) => !isTaken(sibling.key)).slice(0, MOST_COMPARED)) {
    const place = key === track.key ? undefined : await placeOf(path, key, track);
    if (place !== undefined) return place;
  }
  return undefined;
}

/**
 * The files that bore the name `path` after the one with the inode `key`, and were rotated away as well: siblings named
 * `path` with a number or date, written after it, in that order. None when that one is gone: nothing tells their age.
 */
export async function findUnseen(
  path: string,
  key: FileKey,
  isKnown: (key: FileKey) => boolean,
): Promise<Place[]> {
  const siblings = await siblingsOf(path);
  const reference = siblings.find((sibling) => sibling.key === key);
  if (reference === undefined) return [];
  return siblings
    .filter((sibling) => {
      const name = basename(sibling.path);
      const suffix = name.startsWith(basename(path)) ? name.slice(basename(path).length) : "";
      const isLater = sibling.stats.mtimeNs > reference.stats.mtimeNs;
      return /^[.-]\d[\w.-]*$/.test(suffix) && isLater && !isKnown(sibling.key);
    })
    .reverse()
    .map((sibling) => ({ path: sibling.path, key: sibling.key, isArchive: isArchive(sibling.path) }));
}

/** `path` as the place of `track`, if it holds its content. */
async function placeOf(path: string, key: FileKey, track: Track): Promise<Place | undefined> {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    if (!track.isArchive && isSameContent(fd, track.head, track.tail, track.offset))
      return { path, key, isArchive: false };
    if (!isCompressed(fd)) return undefined;
  } finally {
    closeSync(fd);
  }
  const isSame = (track.isArchive && key === track.key) || (await isArchiveOf(path, track));
  return isSame ? { path, key, isArchive: true } : undefined;
}

/** The regular files in the directory of `path`, the last written first. */
async function siblingsOf(path: string): Promise<{ path: string; key: FileKey; stats: BigIntStats }[]> {
  const directory = dirname(path);
  const names = await readdir(directory).catch(() => []);
  const all = await Promise.all(
    names.map(async (name) => {
      const stats = await stat(join(directory, name), { bigint: true }).catch(() => undefined);
      return stats?.isFile() ? [{ path: join(directory, name), key: keyOf(stats), stats }] : [];
    }),
  );
  return all.flat().sort((a, b) => (a.stats.mtimeNs < b.stats.mtimeNs ? 1 : -1));
}

function isArchive(path: string): boolean {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return isCompressed(fd);
  } finally {
    closeSync(fd);
  }
}
