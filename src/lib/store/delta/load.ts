/** Reads a table's log up to some version: the newest base that can be read, then the commits after it. */
import { failure, LogpipeError, reasonOf } from "../../base/errors/index.js";
import type { Position } from "../../event/position.js";
import type { TablePlace, TableStorage } from "../storage/storage.js";
import type { LogAction } from "./actions.js";
import { readSnapshotCache } from "./cache/cache-read.js";
import { type CheckpointState, readCheckpoint } from "./checkpoints/checkpoint-read.js";
import { listCopies } from "./guard/copies.js";
import { readNewest } from "./guard/newest.js";
import { CommitFault, type CommitNote, isSameCommit, LinkFault, openCommit } from "./guard/seal.js";
import { commitKey, hasVersion, type LogListing, listLog, newestVersion } from "./listing.js";
import { positionsIn } from "./positions.js";
import { EMPTY_START, type LogStart, LogState } from "./state.js";

export interface Loaded {
  readonly state: LogState;
  /** It took a while: a cache would have been welcome. */
  readonly isCostly: boolean;
}

/** The state at `version`, or the newest. Throws store.unreadable when the log does not reach back or has a hole. */
export async function loadState(table: TablePlace, version?: number): Promise<Loaded> {
  if (version !== undefined) return load(table, version);
  // Before the log: what has a note or a copy was committed before.
  const last = await lastCommitted(table.storage);
  const loaded = await load(table);
  checkEnd(loaded.state, last);
  return loaded;
}

interface LastCommitted {
  readonly version: number;
  /** Undefined: there is only its copy. */
  readonly note: CommitNote | undefined;
}

/** The newest version that is known from outside of the log to have been committed. */
async function lastCommitted(storage: TableStorage): Promise<LastCommitted | undefined> {
  const newest = await readNewest(storage);
  const copied = (await listCopies(storage)).at(-1);
  const noted = newest === "broken" ? undefined : newest;
  if (copied !== undefined && copied > (noted?.version ?? -1)) return { version: copied, note: undefined };
  return noted === undefined ? undefined : { version: noted.version, note: noted };
}

function checkEnd({ directory, version, commit }: LogState, last: LastCommitted | undefined): void {
  if (last === undefined || last.version < version) return;
  if (last.version > version) {
    const what = version < 0 ? "its log is gone" : `its log ends with version ${version}`;
    const reason = `${what}, but version ${last.version} had been committed`;
    throw failure("store.unreadable", { path: directory, reason, help: REPAIR_LOG });
  }
  if (last.note === undefined || commit === undefined || isSameCommit(commit, last.note)) return;
  throw brokenCommit(directory, version, new CommitFault("is not the one that was written"));
}

async function load(table: TablePlace, version?: number): Promise<Loaded> {
  const cached = await fromCache(table, version);
  if (cached !== undefined) return cached;
  try {
    return await fromLog(table, version);
  } catch (error) {
    // A listing may have missed a commit that came meanwhile, or named one that was being cleaned away.
    if (!(error instanceof LogpipeError)) throw error;
    return fromLog(table, version);
  }
}

/** Commits that are read as fast as a cache. */
const FEW_COMMITS = 200;

async function fromCache(table: TablePlace, version?: number): Promise<Loaded | undefined> {
  const { directory, storage } = table;
  const start = await readSnapshotCache(table, version);
  if (start === undefined) return undefined;
  const state = new LogState(directory, start);
  try {
    if (version !== undefined) await applyUpTo(storage, state, version);
    else if (!(await follow(storage, state)) || (await hasHoleAfter(storage, state))) return undefined;
  } catch (error) {
    // Commits that are gone since may be in a checkpoint; a log that is broken says so when it is read.
    if (error instanceof LogpipeError) return undefined;
    throw error;
  }
  return { state, isCostly: state.version - start.version > FEW_COMMITS };
}

/** Whether later commits are there and the next one is not: to follow from a cache would hide them. */
async function hasHoleAfter(storage: TableStorage, { version }: LogState): Promise<boolean> {
  if (newestVersion(await listLog(storage)) <= version) return false;
  return (await storage.facts(commitKey(version + 1))) === undefined;
}

async function fromLog(table: TablePlace, version?: number): Promise<Loaded> {
  const listing = await listLog(table.storage);
  const last = version ?? newestVersion(listing);
  const start = await startFor(table, listing, last);
  const state = new LogState(table.directory, start);
  await applyUpTo(table.storage, state, last);
  return { state, isCostly: start.version >= 0 || last > FEW_COMMITS };
}

/** Applies the commits up to `last`, which must be there. */
export async function applyUpTo(storage: TableStorage, state: LogState, last: number): Promise<void> {
  while (state.version < last) {
    const commits = await readCommits(storage, state.version + 1, last);
    for (const bytes of commits) {
      if (bytes === undefined) throw missingCommit(state.directory, state.version + 1);
      applyNext(state, bytes);
    }
  }
}

/** Applies the file of the version that comes next. Throws store.unreadable for what is no commit. */
function applyNext(state: LogState, bytes: Buffer): void {
  const version = state.version + 1;
  try {
    state.applyCommit(openCommit(bytes, version));
  } catch (error) {
    if (error instanceof LinkFault) {
      const reason = `versions ${version - 1} and ${version} of its log do not belong together: one of them was changed or replaced`;
      throw failure("store.unreadable", { path: state.directory, reason, help: REPAIR_LOG }, error);
    }
    throw error instanceof CommitFault ? brokenCommit(state.directory, version, error) : error;
  }
}

/** The actions of a version. Throws store.unreadable for what is no commit, or not the one that was written. */
export function actionsOf(bytes: Buffer, tableDirectory: string, version: number): LogAction[] {
  try {
    return openCommit(bytes, version).actions;
  } catch (error) {
    throw error instanceof CommitFault ? brokenCommit(tableDirectory, version, error) : error;
  }
}

function brokenCommit(path: string, version: number, fault: CommitFault): Error {
  const reason = `the commit of version ${version} of its log is broken: it ${fault.message}`;
  return failure("store.unreadable", { path, reason, help: REPAIR_LOG }, fault);
}

const REPAIR_LOG =
  "put the commit back from a backup of _delta_log, or run `logpipe store repair`: it says what can be had again";

/** Applies what came since. False: the log no longer has what the state was read from, and must be read again. */
export async function follow(storage: TableStorage, state: LogState): Promise<boolean> {
  const { directory } = state;
  const next = () => storage.read(commitKey(state.version + 1));
  for (let bytes = await next(); bytes !== undefined; bytes = await next()) {
    applyNext(state, bytes);
    // Where one has come, many may have. A gap is a commit that came while they were read, or a hole.
    const more = await readCommits(storage, state.version + 1, state.version + READ_AT_ONCE);
    const end = more.findLastIndex((commit) => commit !== undefined);
    for (const commit of more.slice(0, end + 1)) {
      const present = commit ?? (await next());
      if (present === undefined) throw missingCommit(directory, state.version + 1);
      applyNext(state, present);
    }
  }
  return hasVersion(storage, state.version);
}

const READ_AT_ONCE = 64;

/** Commits `first` to `last`, but not more than are read at once. */
function readCommits(storage: TableStorage, first: number, last: number): Promise<(Buffer | undefined)[]> {
  const count = Math.min(READ_AT_ONCE, last - first + 1);
  return Promise.all(Array.from({ length: count }, (_, i) => storage.read(commitKey(first + i))));
}

/** The newest checkpoint up to `last` that can be read, or the empty table when all commits are there. */
async function startFor(table: TablePlace, listing: LogListing, last: number): Promise<LogStart> {
  const { directory, storage } = table;
  let broken: unknown;
  for (const checkpoint of listing.checkpoints) {
    if (checkpoint.version > last || !hasAll(listing.commits, checkpoint.version + 1, last)) continue;
    try {
      const state = await readCheckpoint(table, checkpoint);
      const positions = await withHeldLines(table, listing, state);
      return { ...state, positions, commit: await noteAt(storage, checkpoint.version) };
    } catch (error) {
      if (error instanceof LogpipeError) throw error;
      broken ??= error;
    }
  }
  if (last < 0 || hasAll(listing.commits, 0, last)) return EMPTY_START;
  throw unreadable(directory, listing, last, broken);
}

/** What the commit of a checkpoint says of itself, if it is still there and sound: nothing else is taken from it. */
async function noteAt(storage: TableStorage, version: number): Promise<CommitNote | undefined> {
  const bytes = await storage.read(commitKey(version));
  try {
    return bytes === undefined ? undefined : openCommit(bytes, version).note;
  } catch (error) {
    if (error instanceof CommitFault) return undefined;
    throw error;
  }
}

function hasAll(commits: readonly number[], first: number, last: number): boolean {
  if (first > last) return true;
  const at = commits.indexOf(first);
  return at >= 0 && commits[at + last - first] === last;
}

/**
 * The positions of a checkpoint. One of another engine does not have the lines that sources hold: they are looked up in
 * the commits it was made of, as far as these are still there.
 */
async function withHeldLines(
  { directory, storage }: TablePlace,
  { commits }: LogListing,
  { version, heldVersion, positions }: CheckpointState,
): Promise<readonly Position[]> {
  if (heldVersion === version || positions.length === 0) return positions;
  const known = new Map(positions.map((position) => [position.source, position]));
  for (const commit of commits.filter((v) => v > heldVersion && v <= version)) {
    const bytes = await storage.read(commitKey(commit));
    for (const position of bytes === undefined ? [] : positionsIn(actionsOf(bytes, directory, commit)))
      if (known.get(position.source)?.offset === position.offset) known.set(position.source, position);
  }
  return [...known.values()];
}

function missingCommit(path: string, version: number): Error {
  const reason = `version ${version} of its log is missing, while later ones are there`;
  return failure("store.unreadable", { path, reason, help: REPAIR_LOG });
}

function unreadable(path: string, listing: LogListing, last: number, broken: unknown): Error {
  if (broken !== undefined) {
    const reason = `its log begins with a checkpoint that cannot be read: ${reasonOf(broken).split("\n")[0]}`;
    return failure("store.unreadable", { path, reason }, broken);
  }
  if (listing.foreignCheckpoints.length > 0) {
    const reason = "its checkpoints are of Delta's second specification, which logpipe does not read";
    return failure("store.unreadable", { path, reason });
  }
  const { commits } = listing;
  const missing = commits.findIndex((version, i) => version !== i);
  return missingCommit(path, missing === -1 ? Math.min(commits.length, last) : missing);
}
