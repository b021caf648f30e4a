/**
 * The live end of a table: segments that no commit of the table covers yet. Order matters: list the segments first, read
 * the table's snapshot second, then drop what the snapshot covers. A segment's files go only after its commit, so
 * nothing is missed and nothing is seen twice.
 */
import { createReadStream, promises as fs } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isSystemError } from "../base/files.js";
import { newFileStream } from "../base/private-files/modes.js";
import {
  type Commit,
  decodeCommits,
  segmentName,
  sequenceOf,
  transactionOf,
  WAL_DIRECTORY,
} from "./segment.js";

export interface LiveSegment {
  readonly writer: string;
  readonly sequence: number;
  readonly commits: readonly Commit[];
  /** Bytes of the data file that hold committed events. */
  readonly length: number;
  readonly events: number;
  /**
   * A path that holds exactly the committed bytes until `close`: the file itself where it no longer grows, else a copy
   * in `tempDirectory`.
   */
  readable(tempDirectory: string): Promise<string>;
  /** Copies the committed bytes from an offset on. */
  copyTo(path: string, from: number): Promise<void>;
  close(): Promise<void>;
}

/** Indexes of segments as far as they have been read, by path: kept between listings, only new commits are read. */
export type ReadIndexes = Map<string, { readonly commits: Commit[]; readonly indexLength: number }>;

/** All segments that have committed events. Close every one. */
export async function listSegments(
  tableDirectory: string,
  read: ReadIndexes = new Map(),
): Promise<LiveSegment[]> {
  const parent = join(tableDirectory, WAL_DIRECTORY);
  const segments: LiveSegment[] = [];
  const present = new Set<string>();
  for (const writer of (await namesIn(parent)).sort()) {
    const directory = join(parent, writer);
    const sequences = (await namesIn(directory))
      .flatMap((name) => sequenceOf(name) ?? [])
      .sort((a, b) => a - b);
    for (const sequence of sequences) {
      present.add(indexPath(directory, sequence));
      const segment = await openSegment(directory, writer, sequence, sequence === sequences.at(-1), read);
      if (segment !== undefined) segments.push(segment);
    }
  }
  for (const path of read.keys()) if (!present.has(path)) read.delete(path);
  return segments;
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

async function openSegment(
  directory: string,
  writer: string,
  sequence: number,
  isNewest: boolean,
  read: ReadIndexes,
): Promise<LiveSegment | undefined> {
  const base = join(directory, segmentName(sequence));
  try {
    const handle = await fs.open(`${base}.ndjson`, "r");
    try {
      const listed = await readIndex(indexPath(directory, sequence), read);
      const { size } = await handle.stat();
      const commits = listed.filter((commit) => commit.offset + commit.length <= size);
      if (commits.some(({ events }) => events > 0)) {
        // Behind the last commit may be what is open, and is not to be read.
        const mustCopy = isNewest || size > endOf(commits) || platform() !== "linux";
        return liveSegment(handle, writer, sequence, commits, mustCopy);
      }
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    return undefined;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

function indexPath(directory: string, sequence: number): string {
  return join(directory, `${segmentName(sequence)}.commits`);
}

async function readIndex(path: string, read: ReadIndexes): Promise<readonly Commit[]> {
  const handle = await fs.open(path, "r");
  try {
    const { size } = await handle.stat();
    const known = read.get(path);
    // Shorter than before: a commit that never became durable was cut off.
    const { commits, indexLength } =
      known === undefined || known.indexLength > size ? { commits: [], indexLength: 0 } : known;
    const rest = Buffer.alloc(size - indexLength);
    const { bytesRead } = await handle.read(rest, 0, rest.length, indexLength);
    const found = decodeCommits(rest.subarray(0, bytesRead));
    const all = [...commits, ...found.commits];
    read.set(path, { commits: all, indexLength: indexLength + found.indexLength });
    return all;
  } finally {
    await handle.close();
  }
}

function liveSegment(
  handle: fs.FileHandle,
  writer: string,
  sequence: number,
  commits: readonly Commit[],
  mustCopy: boolean,
): LiveSegment {
  const length = endOf(commits);
  // Names the open file itself, so that it can be read even after its name is gone. proc(5).
  const openPath = `/proc/self/fd/${handle.fd}`;
  let copy: string | undefined;
  const copyTo = async (path: string, start: number) => {
    const source = createReadStream("", { fd: handle, start, end: length - 1, autoClose: false });
    await pipeline(source, await newFileStream(path));
  };
  return {
    writer,
    sequence,
    commits,
    length,
    events: commits.reduce((sum, commit) => sum + commit.events, 0),
    readable: async (tempDirectory) => {
      if (!mustCopy) return openPath;
      copy ??= join(tempDirectory, `${writer}-${segmentName(sequence)}.ndjson`);
      await copyTo(copy, 0);
      return copy;
    },
    copyTo,
    close: async () => {
      await handle.close();
      if (copy !== undefined) await fs.rm(copy, { force: true });
    },
  };
}

function endOf(commits: readonly Commit[]): number {
  const last = commits.at(-1)!;
  return last.offset + last.length;
}

async function namesIn(path: string): Promise<string[]> {
  return fs.readdir(path).catch((error) => {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  });
}
