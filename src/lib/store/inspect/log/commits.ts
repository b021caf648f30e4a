/** The commits of a table's log, each by its own checksum and by what the versions around it know of it. */
import type { Files } from "../../../base/files.js";
import type { LogAction } from "../../delta/actions.js";
import { listCopies, needsCopy, readCopy } from "../../delta/guard/copies.js";
import { type NewestNote, readNewest } from "../../delta/guard/newest.js";
import {
  CommitFault,
  type CommitNote,
  isSameCommit,
  type OpenedCommit,
  openCommit,
} from "../../delta/guard/seal.js";
import { commitPath } from "../../delta/listing.js";
import { LocalStorage } from "../../storage/local.js";

export interface BrokenCommit {
  readonly version: number;
  /** What the commit "is" or "has". */
  readonly reason: string;
}

export interface CommitHealth {
  readonly broken: readonly BrokenCommit[];
  /** Versions that take out files which no version before them added: one of those has lost a line. */
  readonly unknownRemoves: readonly {
    readonly version: number;
    readonly path: string;
    readonly isOurs: boolean;
  }[];
  /** Sound commits that are to have a copy; whether they have one is not looked at here. */
  readonly toCopy: ReadonlyMap<number, CommitNote>;
  readonly isSealed: boolean;
}

/** What is known from outside of the log, read before it is listed: so all of it was committed before. */
export interface Outside {
  readonly newest: NewestNote | "broken" | undefined;
  readonly copies: readonly number[];
}

export async function readOutside(files: Files, directory: string): Promise<Outside> {
  const newest = await readNewest(new LocalStorage(directory, files));
  return { newest, copies: await listCopies(new LocalStorage(directory, files)) };
}

/** The newest version that was committed, whether the log still has it or not; -1 when nothing says so. */
export function lastCommittedVersion({ newest, copies }: Outside): number {
  const noted = newest === undefined || newest === "broken" ? -1 : newest.version;
  return Math.max(noted, copies.at(-1) ?? -1);
}

export async function inspectCommits(
  files: Files,
  directory: string,
  commits: readonly number[],
  outside: Outside,
): Promise<CommitHealth> {
  const broken = new Map<number, string>();
  const walk = new Walk(commits[0] === 0);
  const toCopy = new Map<number, CommitNote>();
  let isSealed = false;
  const known = new Map<number, Linked>();
  for (const version of commits) {
    const opened = await open(files, directory, version);
    if (opened === undefined || typeof opened === "string") {
      if (opened !== undefined) broken.set(version, opened);
      walk.miss();
      continue;
    }
    walk.take(version, opened);
    if (opened.isSealed) isSealed = true;
    if (opened.isSealed && needsCopy(opened.actions)) toCopy.set(version, opened.note);
    known.set(version, { note: opened.note, previous: opened.previous });
  }
  for (const [version, reason] of brokenLinks(known, outside)) broken.set(version, reason);
  const inOrder = [...broken].sort(([a], [b]) => a - b).map(([version, reason]) => ({ version, reason }));
  return { broken: inOrder, unknownRemoves: walk.unknown, toCopy, isSealed };
}

interface Linked {
  readonly note: CommitNote;
  readonly previous: CommitNote | undefined;
}

/** Sound commits that are not the ones which the versions around them know. */
function* brokenLinks(
  known: ReadonlyMap<number, Linked>,
  { newest }: Outside,
): Iterable<[version: number, reason: string]> {
  /** What is told of the version from behind it. */
  const toldOf = (version: number) => {
    if (newest !== "broken" && newest?.version === version) return newest;
    return known.get(version + 1)?.previous;
  };
  const isOther = (version: number) => {
    const [own, told] = [known.get(version)?.note, toldOf(version)];
    return own !== undefined && told !== undefined && !isSameCommit(own, told);
  };
  for (const version of known.keys()) {
    if (!isOther(version)) continue;
    // The one that tells may be the one that was replaced: then nothing behind it knows it, either.
    if (isOther(version + 1)) continue;
    yield [version, "is not the one that was written, by what is known of it elsewhere"];
  }
}

/**
 * What a lost or broken version was, as far as the version after it, its copy, or the note of the newest version tell.
 */
export async function noteOfLost(
  files: Files,
  directory: string,
  version: number,
  outside: Outside,
): Promise<CommitNote | undefined> {
  const next = await open(files, directory, version + 1);
  if (typeof next === "object" && next.previous !== undefined) return next.previous;
  const copy = await readCopy(new LocalStorage(directory, files), version + 1);
  if (typeof copy === "object" && copy.previous !== undefined) return copy.previous;
  const { newest } = outside;
  return newest !== "broken" && newest?.version === version ? newest : undefined;
}

/** The commit, or what is wrong with it; undefined when it is not there. */
async function open(
  files: Files,
  directory: string,
  version: number,
): Promise<OpenedCommit | string | undefined> {
  const bytes = await files.read(commitPath(directory, version));
  if (bytes === undefined) return undefined;
  try {
    return openCommit(bytes, version);
  } catch (error) {
    if (error instanceof CommitFault) return error.message;
    throw error;
  }
}

/** Every path that some version added. Once a version cannot be read, what comes after it is not judged. */
class Walk {
  readonly unknown: { version: number; path: string; isOurs: boolean }[] = [];
  readonly #added = new Set<string>();
  #isWhole: boolean;

  constructor(isWhole: boolean) {
    this.#isWhole = isWhole;
  }

  miss(): void {
    this.#isWhole = false;
  }

  take(version: number, { actions }: OpenedCommit): void {
    if (!this.#isWhole) return;
    for (const { add } of actions) if (add !== undefined) this.#added.add(add.path);
    // A log that was rewritten keeps what was taken out of the one that is gone.
    if (actions.some(({ commitInfo }) => commitInfo?.["operation"] === "REPAIR")) return;
    const path = actions.find(({ remove }) => remove !== undefined && !this.#added.has(remove.path))?.remove
      ?.path;
    if (path !== undefined) this.unknown.push({ version, path, isOurs: isOfLogpipe(actions) });
  }
}

function isOfLogpipe(actions: readonly LogAction[]): boolean {
  return actions.some(({ commitInfo }) => commitInfo?.["engineInfo"] === "logpipe");
}
