/**
 * The live end of a table: segments that no commit of the table covers yet. Order matters: list the segments first,
 * read the table's snapshot second, then drop what the snapshot covers. A segment's files go only after its commit, so
 * nothing is missed and nothing is seen twice.
 *
 * What is read is held to its checksums. A block that does not hold is left out, and told: see `LiveSegment.problems`.
 */
import { promises as fs } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { diskFiles, isSystemError } from "../../base/files.js";
import { type Copied, copyChecked } from "./checked-copy.js";
import { logsOf, type WalDirectory } from "./feed/logs.js";
import { newestLock } from "./lock.js";
import { type Mark, readMark } from "./mark.js";
import { damagedFile } from "./recovery/damaged-file.js";
import { ownerOf } from "./recovery/examine.js";
import { isMissed, sequencesIn } from "./recovery/recover.js";
import {
  type Commit,
  decodeCommits,
  segmentId,
  segmentName,
  transactionOf,
  WAL_DIRECTORY,
} from "./segment.js";

export interface LiveSegment {
  /** As the table's transactions name it: `feedWriter` of a journal's. */
  readonly writer: string;
  readonly sequence: number;
  /** Those found damaged by a reading are no longer in it. */
  readonly commits: readonly Commit[];
  /** Bytes of the data file that hold committed events. */
  readonly length: number;
  readonly events: number;
  /** What is known to be missing of it. Grows while it is read. */
  readonly problems: readonly LiveProblem[];
  /**
   * A path that holds exactly the committed bytes until `close`: the file itself where it no longer grows and is sound,
   * else a copy in `tempDirectory`, with blank lines for what is damaged. `commits` are then those that hold.
   */
  readable(tempDirectory: string): Promise<string>;
  /** Copies the committed bytes from a commit on; blank lines stand for what does not hold. */
  copyTo(path: string, from: number): Promise<Copied>;
  /** What an earlier reading has found damaged. */
  leaveOut(commits: readonly Commit[]): void;
  close(): Promise<void>;
}

/** Acknowledged events of the live end that cannot be read. */
export interface LiveProblem {
  /** Relative to the table. */
  readonly path: string;
  readonly what: string;
  /** Where that is known. */
  readonly events: number | undefined;
}

/** Indexes of segments as far as they have been read, by path: kept between listings, only new commits are read. */
export type ReadIndexes = Map<string, ReadIndex>;

interface ReadIndex {
  readonly commits: readonly Commit[];
  readonly indexLength: number;
}

/** All segments that have committed events, or should. Close every one. */
export async function listSegments(
  tableDirectory: string,
  read: ReadIndexes = new Map(),
): Promise<LiveSegment[]> {
  const segments: LiveSegment[] = [];
  const present = new Set<string>();
  const { logs, faults } = await logsOf(diskFiles, tableDirectory);
  for (const log of logs) {
    const { directory, writer } = log;
    // First: what was acknowledged by then is in the files that are read after it.
    const found = await readMark(diskFiles, directory, writer).catch(noDirectory);
    const names = await namesIn(directory);
    const sequences = sequencesIn(names);
    // Of a copy whose locks were removed it does not say anything: see `Acknowledged.isCopy`.
    const isCopy = newestLock(names) === undefined;
    const mark = isCopy ? undefined : found.mark;
    for (const sequence of sequences) {
      present.add(indexPath(directory, sequence));
      const place = { ...log, sequence, isNewest: sequence === sequences.at(-1), mark, isCopy };
      const segment = await openSegment(place, read);
      if (segment !== undefined) segments.push(segment);
    }
    // What a journal has removed no reader wants any more: its table need not have stored anything of it.
    if (!log.isFed && isMissed(mark, names, 0) && mark.events > 0) segments.push(goneSegment(writer, mark));
  }
  for (const path of read.keys()) if (!present.has(path)) read.delete(path);
  // Of a journal that nobody can read no transaction covers what it has.
  const broken = faults.map((one) => emptySegment(one.path, Number.POSITIVE_INFINITY, [one]));
  return [...segments, ...broken];
}

/** The segments that a table does not cover yet; the others are closed. `txns`: application id to version. */
export async function keepUncovered(
  segments: readonly LiveSegment[],
  txns: ReadonlyMap<string, number>,
): Promise<LiveSegment[]> {
  const isLive = (s: LiveSegment) => s.sequence > (txns.get(transactionOf(s.writer)) ?? 0);
  await Promise.all(segments.filter((s) => !isLive(s)).map((s) => s.close()));
  return segments.filter(isLive);
}

/** How many parts of the log recoveries have set aside that nobody has looked at since: they are in no answer. */
export async function countDamaged(tableDirectory: string): Promise<number> {
  const parent = join(tableDirectory, WAL_DIRECTORY);
  let count = 0;
  for (const writer of await namesIn(parent)) {
    const parts = (await namesIn(join(parent, writer))).map((name) => damagedFile(name)?.part);
    // Lines that are no events are in no answer anyway.
    count += parts.filter((part) => part === "data" || part === "index").length;
  }
  return count;
}

interface SegmentPlace extends WalDirectory {
  readonly sequence: number;
  readonly isNewest: boolean;
  readonly mark: Mark | undefined;
  readonly isCopy: boolean;
}

async function openSegment(place: SegmentPlace, read: ReadIndexes): Promise<LiveSegment | undefined> {
  const { directory, writer, sequence, name } = place;
  const path = `${join(place.path, segmentName(sequence))}.ndjson`;
  const handle = await orMissing(fs.open(join(directory, `${segmentName(sequence)}.ndjson`), "r"));
  try {
    // After the data: a segment that is stored meanwhile loses its data first.
    const index = await orMissing(readIndex(indexPath(directory, sequence), read));
    const size = (await handle?.stat())?.size ?? 0;
    const problems = problemsOf(place, path, index, handle === undefined ? undefined : size);
    const isForeign = foreignOwner(index?.commits, segmentId(writer, sequence)) !== undefined;
    const isHere = (one: Commit) => one.offset + one.length <= size && place.isWanted(one);
    const commits = isForeign ? [] : (index?.commits ?? []).filter(isHere);
    if (handle === undefined || !commits.some(({ events }) => events > 0)) {
      await handle?.close();
      return problems.length === 0 ? undefined : emptySegment(name, sequence, problems);
    }
    // Behind the last commit may be what is open, and between them what nothing vouches for: it is not to be read.
    const mustCopy =
      place.isNewest || size > endOf(commits) || !isWithoutGaps(commits) || platform() !== "linux";
    return liveSegment(handle, { writer: name, sequence, path, mustCopy }, commits, problems);
  } catch (error) {
    await handle?.close();
    throw error;
  }
}

/** Whose files they are, if they are not what their name says. */
function foreignOwner(commits: readonly Commit[] = [], id: string): string | undefined {
  const owner = ownerOf(commits);
  return owner === id ? undefined : owner;
}

/** What can be told to be missing without reading the data. `size`: of the data; undefined when it is not there. */
function problemsOf(
  { writer, sequence, mark, isCopy, isWanted }: SegmentPlace,
  path: string,
  index: ReadIndex | undefined,
  size: number | undefined,
): LiveProblem[] {
  const commits = index?.commits ?? [];
  const owner = foreignOwner(commits, segmentId(writer, sequence));
  if (owner !== undefined)
    return [{ path, what: `is another segment's, ${owner}, under this name`, events: undefined }];
  const missing = commits.filter((one) => one.offset + one.length > (size ?? 0) && isWanted(one));
  const problems: LiveProblem[] = [];
  if (!isCopy && missing.some(({ length }) => length > 0))
    problems.push({ path, what: size === undefined ? "is gone" : "is cut off", events: eventsOf(missing) });
  // Those before the marked one had been acknowledged as long as they are.
  const promised =
    sequence === mark?.sequence ? mark.data : sequence < (mark?.sequence ?? 0) ? (size ?? 0) : 0;
  if (promised > endOf(commits) || !isWithoutGaps(commits)) {
    const left = sequence === mark?.sequence ? mark.events - eventsOf(commits) : 0;
    problems.push({
      path: path.replace(/ndjson$/, "commits"),
      what: index === undefined ? "is gone" : "is damaged, or cut off",
      events: left > 0 ? left : undefined,
    });
  }
  return problems;
}

/** The mark tells of a segment of which there is nothing. */
function goneSegment(writer: string, { sequence, events }: Mark): LiveSegment {
  const path = join(WAL_DIRECTORY, writer, `${segmentName(sequence)}.ndjson`);
  return emptySegment(writer, sequence, [{ path, what: "is gone, with its index", events }]);
}

function emptySegment(writer: string, sequence: number, problems: readonly LiveProblem[]): LiveSegment {
  const refuse = () => Promise.reject(new Error("a segment without events is not read"));
  const nothing = { commits: [], length: 0, events: 0, readable: refuse, copyTo: refuse, leaveOut: () => {} };
  return { writer, sequence, problems, ...nothing, close: async () => {} };
}

function indexPath(directory: string, sequence: number): string {
  return join(directory, `${segmentName(sequence)}.commits`);
}

async function readIndex(path: string, read: ReadIndexes): Promise<ReadIndex> {
  const handle = await fs.open(path, "r");
  try {
    const { size } = await handle.stat();
    const known = read.get(path);
    // Shorter than before: a commit that never became durable was cut off.
    const { commits, indexLength } = known === undefined || known.indexLength > size ? NOTHING_READ : known;
    const rest = Buffer.alloc(size - indexLength);
    const { bytesRead } = await handle.read(rest, 0, rest.length, indexLength);
    const found = decodeCommits(rest.subarray(0, bytesRead));
    const all: ReadIndex = {
      commits: [...commits, ...found.commits],
      indexLength: indexLength + found.indexLength,
    };
    read.set(path, all);
    return all;
  } finally {
    await handle.close();
  }
}

const NOTHING_READ: ReadIndex = { commits: [], indexLength: 0 };

interface LivePlace {
  readonly writer: string;
  readonly sequence: number;
  /** Relative to the table. */
  readonly path: string;
  readonly mustCopy: boolean;
}

function liveSegment(
  handle: fs.FileHandle,
  { writer, sequence, path, mustCopy }: LivePlace,
  listed: readonly Commit[],
  known: readonly LiveProblem[],
): LiveSegment {
  const length = endOf(listed);
  // Names the open file itself, so that it can be read even after its name is gone. proc(5).
  const openPath = `/proc/self/fd/${handle.fd}`;
  const damaged = new Set<Commit>();
  let copy: string | undefined;
  const copyTo = async (to: string | undefined, from: number) => {
    const wanted = listed.filter(({ offset }) => offset >= from);
    const copied = await copyChecked(handle, wanted, from, to);
    leaveOut(copied.damaged);
    return copied;
  };
  const leaveOut = (commits: readonly Commit[]) => {
    for (const commit of commits) damaged.add(commit);
  };
  return {
    writer,
    sequence,
    length,
    get commits() {
      return damaged.size === 0 ? listed : listed.filter((commit) => !damaged.has(commit));
    },
    get events() {
      return eventsOf(this.commits);
    },
    get problems() {
      return [...known, ...(damaged.size === 0 ? [] : [changed(path, [...damaged])])];
    },
    readable: async (tempDirectory) => {
      if (!mustCopy) {
        await copyTo(undefined, 0);
        if (damaged.size === 0) return openPath;
      }
      copy ??= join(tempDirectory, `${writer}-${segmentName(sequence)}.ndjson`);
      await copyTo(copy, 0);
      return copy;
    },
    copyTo,
    leaveOut,
    close: async () => {
      await handle.close();
      if (copy !== undefined) await fs.rm(copy, { force: true });
    },
  };
}

function changed(path: string, commits: readonly Commit[]): LiveProblem {
  const at = commits.map(({ offset }) => offset).sort((a, b) => a - b);
  const where = at.length === 1 ? `at byte ${at[0]}` : `at byte ${at[0]} and ${at.length - 1} more`;
  return { path, what: `is not what was written (CRC-32C) ${where}`, events: eventsOf(commits) };
}

function eventsOf(commits: readonly Commit[]): number {
  return commits.reduce((sum, { events }) => sum + events, 0);
}

function endOf(commits: readonly Commit[]): number {
  const last = commits.at(-1);
  return last === undefined ? 0 : last.offset + last.length;
}

function isWithoutGaps(commits: readonly Commit[]): boolean {
  let end = 0;
  for (const { offset, length } of commits) {
    if (offset !== end) return false;
    end = offset + length;
  }
  return true;
}

async function orMissing<T>(result: Promise<T>): Promise<T | undefined> {
  return result.catch((error) => {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  });
}

/** A file among the writers' directories, or one whose writer has just removed it. */
function noDirectory(error: unknown): { readonly mark?: undefined } {
  if (isSystemError(error, "ENOTDIR")) return {};
  throw error;
}

async function namesIn(path: string): Promise<string[]> {
  return fs.readdir(path).catch((error) => {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  });
}
