/**
 * Which contents have, or had, an inode: one that is read now, and others that are remembered. An inode whose file was
 * deleted, or was truncated, is soon another content's; so an inode alone says where to look, and never what it is.
 */
import type { FileKey } from "../../identity/open-handles.js";
import { unpackedName } from "../../identity/siblings.js";
import type { TrackedFile } from "../../identity/tracked-file.js";
import type { There } from "../paths.js";

export class Lives {
  private readonly byKey = new Map<FileKey, TrackedFile[]>();

  add(file: TrackedFile): void {
    if (file.key === "") return;
    const others = this.byKey.get(file.key) ?? [];
    this.byKey.set(file.key, [...others.filter((other) => other !== file), file]);
  }

  remove(file: TrackedFile): void {
    const others = (this.byKey.get(file.key) ?? []).filter((other) => other !== file);
    if (others.length === 0) this.byKey.delete(file.key);
    else this.byKey.set(file.key, others);
  }

  has(key: FileKey): boolean {
    return this.byKey.has(key);
  }

  /** The content that is read from this inode. */
  active(key: FileKey): TrackedFile | undefined {
    return this.byKey.get(key)?.find(isActive);
  }

  /**
   * Contents that were there when they were looked at last: those that are not finished first, then the newest first.
   */
  remembered(key: FileKey): TrackedFile[] {
    const idle = (this.byKey.get(key) ?? []).filter((file) => !isActive(file)).reverse();
    return [...idle.filter((file) => !file.isFinished), ...idle.filter((file) => file.isFinished)];
  }
}

/**
 * The remembered files that others may have come after, unseen: those that are not finished, and of those that are, the
 * one of each name that was written to last.
 */
export function possiblyRotated(files: Iterable<TrackedFile>): TrackedFile[] {
  const unfinished: TrackedFile[] = [];
  const newest = new Map<string, TrackedFile>();
  for (const file of files) {
    const other = newest.get(file.path);
    if (!file.isFinished) unfinished.push(file);
    else if (other === undefined || (file.modifiedMs ?? 0) >= (other.modifiedMs ?? 0))
      newest.set(file.path, file);
  }
  return [...newest.values(), ...unfinished].filter(({ path }) => unpackedName(path) === undefined);
}

/**
 * The files of which nothing is known and that have changed since they were looked at first: what was in them may have
 * been copied and truncated away meanwhile.
 */
export function changedUnread(
  files: Iterable<TrackedFile>,
  there: ReadonlyMap<FileKey, There>,
): TrackedFile[] {
  return [...files].filter(({ state, key, unreadMs }) => {
    const stats = state === "attached" ? there.get(key)?.stats : undefined;
    return stats !== undefined && unreadMs !== undefined && modifiedMsOf(stats) > unreadMs;
  });
}

export function modifiedMsOf({ mtimeNs }: There["stats"]): number {
  return Number(mtimeNs) / 1e6;
}

function isActive({ state }: TrackedFile): boolean {
  return state === "attached" || state === "detached";
}
