/**
 * The live end of a table: segments that no commit of the table covers yet. Order matters: list the segments first, read
 * the table's snapshot second, then drop what the snapshot covers. A segment's files go only after its commit, so
 * nothing is missed and nothing is seen twice.
 */
import { createReadStream, createWriteStream, promises as fs } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isSystemError } from "../base/files.js";
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
  close(): Promise<void>;
}

/** All segments that have committed events. Close every one. */
export async function listSegments(tableDirectory: string): Promise<LiveSegment[]> {
  const parent = join(tableDirectory, WAL_DIRECTORY);
  const segments: LiveSegment[] = [];
  for (const writer of (await namesIn(parent)).sort()) {
    const directory = join(parent, writer);
    const sequences = (await namesIn(directory))
      .flatMap((name) => sequenceOf(name) ?? [])
      .sort((a, b) => a - b);
    for (const sequence of sequences) {
      const segment = await openSegment(directory, writer, sequence, sequence === sequences.at(-1));
      if (segment !== undefined) segments.push(segment);
    }
  }
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
): Promise<LiveSegment | undefined> {
  const base = join(directory, segmentName(sequence));
  try {
    const handle = await fs.open(`${base}.ndjson`, "r");
    try {
      const { commits: listed } = decodeCommits(await fs.readFile(`${base}.commits`));
      const { size } = await handle.stat();
      const commits = listed.filter((commit) => commit.offset + commit.length <= size);
      if (commits.some(({ events }) => events > 0))
        return liveSegment(handle, writer, sequence, commits, isNewest || platform() !== "linux");
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

function liveSegment(
  handle: fs.FileHandle,
  writer: string,
  sequence: number,
  commits: readonly Commit[],
  mustCopy: boolean,
): LiveSegment {
  const last = commits.at(-1)!;
  const length = last.offset + last.length;
  // Names the open file itself, so that it can be read even after its name is gone. proc(5).
  const openPath = `/proc/self/fd/${handle.fd}`;
  let copy: string | undefined;
  return {
    writer,
    sequence,
    commits,
    length,
    events: commits.reduce((sum, commit) => sum + commit.events, 0),
    readable: async (tempDirectory) => {
      if (!mustCopy) return openPath;
      copy ??= join(tempDirectory, `${writer}-${segmentName(sequence)}.ndjson`);
      const source = createReadStream("", { fd: handle, start: 0, end: length - 1, autoClose: false });
      await pipeline(source, createWriteStream(copy));
      return copy;
    },
    close: async () => {
      await handle.close();
      if (copy !== undefined) await fs.rm(copy, { force: true });
    },
  };
}

async function namesIn(path: string): Promise<string[]> {
  return fs.readdir(path).catch((error) => {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  });
}
