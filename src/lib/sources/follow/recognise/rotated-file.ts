/** Finds content that has moved: renamed, copied or compressed beside where it was. */
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { systemPath } from "../../../base/local/byte-name.js";
import { EMPTY_PRINT, headLines, holds, weightOf } from "../../identity/fingerprint.js";
import { type FileKey, fileKeyText, isTooMany } from "../../identity/open-handles.js";
import { isArchive } from "../../identity/packing.js";
import {
  type FileSurroundings,
  isNamedAfter,
  rotationOf,
  type SiblingFile,
  unpackedName,
} from "../../identity/siblings.js";
import { bornMsOf, type TrackedFile } from "../../identity/tracked-file.js";
import { archiveHead, archiveHolds } from "./archive.js";

export interface FilePlace {
  readonly path: string;
  readonly key: FileKey;
  readonly bornMs: number | undefined;
  readonly isArchive: boolean;
}

/** Whether a file is one that is read, or was, as itself. */
export type IsOther = (sibling: SiblingFile) => boolean | Promise<boolean>;

/** How many siblings are compared by content, the newest first. */
const MOST_COMPARED = 200;
/** With this much in common, one is a copy of the other, whatever they are called and whenever they were written. */
export const SURE_BYTES = 256;

/**
 * Where the content of `file` is now: its inode under another name, or a file in the same directory that holds the same
 * bytes, plain or compressed.  Where little was read, only a file counts that is named after it and not older.
 */
export async function findContinuation(
  file: TrackedFile,
  { name, siblings }: FileSurroundings,
  isOther: IsOther,
): Promise<FilePlace | undefined> {
  const renamed = siblings.find((sibling) => sibling.key === file.key);
  const place = renamed && (await placeOf(renamed, file));
  if (place !== undefined) return place;
  const weight = weightOf(file);
  if (weight === 0) return undefined;
  let compared = 0;
  for (const sibling of siblings) {
    if (sibling.key === file.key || !(weight >= SURE_BYTES || isLikely(sibling, name, file))) continue;
    if (compared++ >= MOST_COMPARED) return undefined;
    if (await isOther(sibling)) continue;
    const place = await placeOf(sibling, file);
    if (place !== undefined) return place;
  }
  return undefined;
}

function isLikely({ path, modifiedMs }: SiblingFile, name: string, file: TrackedFile): boolean {
  return isNamedAfter(name, path) && modifiedMs >= (file.modifiedMs ?? Number.POSITIVE_INFINITY);
}

/**
 * The files that bore the name of `file` after it, and were rotated away as well: siblings named as it is with a number
 * or date, younger than it is. What tells their age is a number smaller than the one it has now, or else when they were
 * last written to. Of a file that is still there, and of which nothing was read: those that were written to since the
 * last look. Not a packed copy beside the file it is made of. The oldest first.
 */
export async function findUnseen(
  file: TrackedFile,
  { name, siblings }: FileSurroundings,
  isOther: IsOther,
): Promise<SiblingFile[]> {
  const itself = file.state === "attached" ? undefined : siblings.find((sibling) => sibling.key === file.key);
  const modifiedMs = itself?.modifiedMs ?? file.unreadMs ?? file.modifiedMs;
  if (modifiedMs === undefined) return [];
  const age = itself && rotationOf(name, itself.path);
  const paths = new Set(siblings.map(({ path }) => path));
  const places: SiblingFile[] = [];
  for (const sibling of siblings.toReversed()) {
    const { path } = sibling;
    const rotation = rotationOf(name, path);
    if (rotation === undefined || sibling === itself || paths.has(unpackedName(path) ?? "")) continue;
    const isNumbered = age?.number !== undefined && rotation.number !== undefined;
    const isYounger = isNumbered
      ? rotation.number! < age.number! && sibling.modifiedMs >= modifiedMs
      : sibling.modifiedMs > modifiedMs;
    // Copied, and about to be truncated: it is read where it is.
    const isCopy = file.state === "attached" && (await beginsAlike(name, path));
    if (isYounger && !isCopy && !(await isOther(sibling))) places.push(sibling);
  }
  return places;
}

/**
 * Whether the first lines of the file at `path` are those of the other, which may be packed. False while it has none.
 */
async function beginsAlike(path: string, other: string): Promise<boolean> {
  const head = headLines(await headAt(path));
  return head.length > 0 && (await headAt(other)).subarray(0, head.length).equals(head);
}

async function headAt(path: string): Promise<Buffer> {
  return archiveHead(path).catch((error) => {
    if (isTooMany(error)) throw error;
    return Buffer.alloc(0);
  });
}

/** `sibling` as the place of `file`, if it holds its content. */
async function placeOf({ path, key }: SiblingFile, file: TrackedFile): Promise<FilePlace | undefined> {
  let fd: number;
  let bornMs: number | undefined;
  try {
    fd = openSync(systemPath(path), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isTooMany(error)) throw error;
    return undefined;
  }
  try {
    if (fileKeyText(fstatSync(fd, { bigint: true })) !== key) return undefined;
    const stats = fstatSync(fd);
    bornMs = bornMsOf(stats);
    if (key === file.key && file.isReborn(stats)) return undefined;
    if (!isArchive(fd)) return holds(fd, file) ? { path, key, bornMs, isArchive: false } : undefined;
  } finally {
    closeSync(fd);
  }
  return (await archiveHolds(path, file)) ? { path, key, bornMs, isArchive: true } : undefined;
}

/** Whether the file at `path`, open at `fd`, has the content of `file`, as it is or packed. */
export async function contains(file: TrackedFile, fd: number, path: string): Promise<boolean> {
  if (!file.isArchive) return file.isIn(fd);
  if (!isArchive(fd)) return false;
  return (
    file.head.length === 0 ||
    archiveHolds(path, file.isFinished ? { ...file, offset: 0, tail: EMPTY_PRINT } : file)
  );
}
