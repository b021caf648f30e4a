/**
 * Copies of commits that nothing else could tell again, `_log_copies/VERSION.json`: all but those that only add files,
 * as each Parquet file says what its commit said. They are written after the commit, so whatever has a copy was
 * committed. A log that has lost a deletion gets it back from here, and not the events that were deleted.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type Files, isSystemError, makeDurableDirectory } from "../../../base/files.js";
import type { LogAction } from "../actions.js";
import { pathOfAdd } from "../table-file.js";
import { COPIES_DIRECTORY, writeNewest } from "./newest.js";
import { CommitFault, type OpenedCommit, openCommit, type SealedCommit } from "./seal.js";

/** Versions that have a copy, in order; whether the copies are sound is not looked at. */
export async function listCopies(files: Files, tableDirectory: string): Promise<number[]> {
  const names = await files.list(join(tableDirectory, COPIES_DIRECTORY));
  return names.flatMap((name) => versionOf(name) ?? []).sort((a, b) => a - b);
}

export interface Copy extends OpenedCommit {
  readonly bytes: Buffer;
}

/** The copy of a version; "broken" when it is not what was written, undefined when there is none. */
export async function readCopy(
  files: Files,
  tableDirectory: string,
  version: number,
): Promise<Copy | "broken" | undefined> {
  const bytes = await files.read(copyPath(tableDirectory, version));
  if (bytes === undefined) return undefined;
  try {
    const opened = openCommit(bytes, version);
    return opened.isSealed ? { ...opened, bytes } : "broken";
  } catch (error) {
    if (!(error instanceof CommitFault)) throw error;
    return "broken";
  }
}

/** Whether a commit is one that is copied. */
export function needsCopy(actions: readonly LogAction[]): boolean {
  return (
    !actions.some(({ add }) => add?.dataChange === true) || actions.some(({ remove }) => remove !== undefined)
  );
}

/**
 * To be called once a version is committed: its copy, durably, if it needs one, and the note of the newest version. The
 * commit stands whatever comes of this: errors of the file system are kept to ourselves, and `store verify` names what
 * is not there.
 */
export async function guardCommit(
  files: Files,
  tableDirectory: string,
  version: number,
  commit: SealedCommit,
): Promise<void> {
  try {
    if (needsCopy(commit.actions) && (await hasRoom(files, tableDirectory, commit.bytes.length))) {
      await makeDurableDirectory(files, join(tableDirectory, COPIES_DIRECTORY));
      await writeCopy(files, tableDirectory, version, commit.bytes);
    }
    const note = { version, ...commit.note };
    await writeNewest(files, tableDirectory, note).catch(async (error) => {
      if (!isSystemError(error, "ENOENT")) throw error;
      await makeDurableDirectory(files, join(tableDirectory, COPIES_DIRECTORY));
      await writeNewest(files, tableDirectory, note);
    });
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== "string") throw error;
  }
}

/**
 * On a disk that is nearly full the room is left to the commits themselves: a removal may need several to make more.
 */
async function hasRoom(files: Files, tableDirectory: string, bytes: number): Promise<boolean> {
  const freeBytes = (await files.freeBytes?.(tableDirectory)) ?? Number.POSITIVE_INFINITY;
  return freeBytes >= ROOM_BYTES_MIN + 4 * bytes;
}

const ROOM_BYTES_MIN = 64 * 1024;

export async function writeCopy(
  files: Files,
  tableDirectory: string,
  version: number,
  bytes: Buffer,
): Promise<void> {
  const directory = join(tableDirectory, COPIES_DIRECTORY);
  const draft = join(directory, `.draft-${randomUUID()}`);
  try {
    const file = await files.open(draft, "create");
    try {
      await file.write([bytes], 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(draft, copyPath(tableDirectory, version));
  } catch (error) {
    await files.remove(draft).catch(() => {});
    throw error;
  }
  await files.syncDirectory(directory);
}

/**
 * Removes the copies of versions before `version`, which the log has no more; but not that of a deletion as long as a
 * file which it took out is on the disk: should all of the log be lost, nothing else says that its rows are not to come
 * back.
 */
export async function removeOldCopies(files: Files, tableDirectory: string, version: number): Promise<void> {
  for (const old of (await listCopies(files, tableDirectory)).filter((one) => one < version)) {
    const copy = await readCopy(files, tableDirectory, old);
    if (typeof copy === "object" && (await holdsSomethingBack(files, tableDirectory, copy))) continue;
    await removeCopy(files, tableDirectory, old);
  }
}

async function holdsSomethingBack(files: Files, tableDirectory: string, { actions }: Copy): Promise<boolean> {
  for (const { remove } of actions)
    if (remove !== undefined && remove.dataChange !== false)
      if ((await files.stat(pathOfAdd(tableDirectory, remove.path))) !== undefined) return true;
  return false;
}

export async function removeCopy(files: Files, tableDirectory: string, version: number): Promise<void> {
  await files.remove(copyPath(tableDirectory, version)).catch((error) => {
    if (!isSystemError(error, "ENOENT")) throw error;
  });
}

export function copyName(version: number): string {
  return `${version.toString().padStart(20, "0")}.json`;
}

function copyPath(tableDirectory: string, version: number): string {
  return join(tableDirectory, COPIES_DIRECTORY, copyName(version));
}

function versionOf(name: string): number | undefined {
  const match = /^(\d{20})\.json$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}
