/**
 * Copies of commits that nothing else could tell again, `_log_copies/VERSION.json`: all but those that only add files,
 * as each Parquet file says what its commit said. They are written after the commit, so whatever has a copy was
 * committed. A log that has lost a deletion gets it back from here, and not the events that were deleted.
 */
import type { TablePlace, TableStorage } from "../../storage/storage.js";
import type { LogAction } from "../actions.js";
import { factsOf } from "../table-file.js";
import { COPIES_PREFIX, writeNewest } from "./newest.js";
import { CommitFault, type OpenedCommit, openCommit, type SealedCommit } from "./seal.js";

/** Versions that have a copy, in order; whether the copies are sound is not looked at. */
export async function listCopies(storage: TableStorage): Promise<number[]> {
  const names = await storage.names(COPIES_PREFIX);
  return names.flatMap((name) => versionOf(name) ?? []).sort((a, b) => a - b);
}

export interface Copy extends OpenedCommit {
  readonly bytes: Buffer;
}

/** The copy of a version; "broken" when it is not what was written, undefined when there is none. */
export async function readCopy(storage: TableStorage, version: number): Promise<Copy | "broken" | undefined> {
  const bytes = await storage.read(copyKey(version));
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
  storage: TableStorage,
  version: number,
  commit: SealedCommit,
): Promise<void> {
  try {
    if (needsCopy(commit.actions) && (await hasRoom(storage, commit.bytes.length)))
      await writeCopy(storage, version, commit.bytes);
    await writeNewest(storage, { version, ...commit.note });
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== "string") throw error;
  }
}

/**
 * On a disk that is nearly full the room is left to the commits themselves: a removal may need several to make more.
 */
async function hasRoom(storage: TableStorage, bytes: number): Promise<boolean> {
  const freeBytes = (await storage.freeBytes()) ?? Number.POSITIVE_INFINITY;
  return freeBytes >= ROOM_BYTES_MIN + 4 * bytes;
}

const ROOM_BYTES_MIN = 64 * 1024;

export function writeCopy(storage: TableStorage, version: number, bytes: Buffer): Promise<void> {
  return storage.put(copyKey(version), bytes, "durable");
}

/**
 * Removes the copies of versions before `version`, which the log has no more; but not that of a deletion as long as a
 * file which it took out is on the disk: should all of the log be lost, nothing else says that its rows are not to come
 * back.
 */
export async function removeOldCopies(table: TablePlace, version: number): Promise<void> {
  const { storage } = table;
  for (const old of (await listCopies(storage)).filter((one) => one < version)) {
    const copy = await readCopy(storage, old);
    if (typeof copy === "object" && (await holdsSomethingBack(table, copy))) continue;
    await removeCopy(storage, old);
  }
}

async function holdsSomethingBack(table: TablePlace, { actions }: Copy): Promise<boolean> {
  for (const { remove } of actions)
    if (remove !== undefined && remove.dataChange !== false)
      if ((await factsOf(table, remove.path)) !== undefined) return true;
  return false;
}

export function removeCopy(storage: TableStorage, version: number): Promise<void> {
  return storage.remove([copyKey(version)]);
}

export function copyName(version: number): string {
  return `${version.toString().padStart(20, "0")}.json`;
}

function copyKey(version: number): string {
  return COPIES_PREFIX + copyName(version);
}

function versionOf(name: string): number | undefined {
  const match = /^(\d{20})\.json$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}
