import { join } from "node:path";
import { crc32c } from "../base/crc32c.js";
import type { Files, OpenFile } from "../base/files.js";
import { type Lock, takeLock } from "./lock.js";
import { type Commit, decodeCommits, segmentName, sequenceOf, WAL_DIRECTORY } from "./segment.js";
import type { SealedSegment } from "./segment_file.js";

/** The directory of a writer that died, now owned by this process. */
export interface Adopted {
  readonly writer: string;
  readonly directory: string;
  readonly lock: Lock;
  /** By sequence number. */
  readonly segments: readonly SealedSegment[];
  /** Bytes behind the last whole commit, which were cut off: they were never acknowledged. */
  readonly tornBytes: number;
  /** Bytes of commits whose checksum fails though later ones hold: the device changed them. Kept in `.damaged` files. */
  readonly damagedBytes: number;
}

/** Takes over every writer directory of the table whose process is gone, and makes its segments whole. */
export async function adoptDead(files: Files, tableDirectory: string): Promise<Adopted[]> {
  const parent = join(tableDirectory, WAL_DIRECTORY);
  const adopted: Adopted[] = [];
  for (const writer of [...(await files.list(parent))].sort()) {
    const directory = join(parent, writer);
    const lock = await takeLock(files, directory).catch(() => undefined);
    if (lock === undefined) continue;
    try {
      adopted.push(await recoverDirectory(files, writer, directory, lock));
    } catch (error) {
      for (const one of [...adopted, { lock }]) one.lock.release();
      throw error;
    }
  }
  return adopted;
}

async function recoverDirectory(
  files: Files,
  writer: string,
  directory: string,
  lock: Lock,
): Promise<Adopted> {
  const segments: SealedSegment[] = [];
  let tornBytes = 0;
  let damagedBytes = 0;
  const sequences = (await files.list(directory))
    .flatMap((name) => sequenceOf(name) ?? [])
    .sort((a, b) => a - b);
  for (const sequence of sequences) {
    const found = await recoverSegment(files, join(directory, segmentName(sequence)), sequence);
    segments.push(found.segment);
    tornBytes += found.tornBytes;
    damagedBytes += found.damagedBytes;
  }
  return { writer, directory, lock, segments, tornBytes, damagedBytes };
}

interface Recovered {
  readonly segment: SealedSegment;
  readonly tornBytes: number;
  readonly damagedBytes: number;
}

async function recoverSegment(files: Files, base: string, sequence: number): Promise<Recovered> {
  const dataPath = `${base}.ndjson`;
  const commitsPath = `${base}.commits`;
  const { commits: listed } = decodeCommits((await files.read(commitsPath)) ?? Buffer.alloc(0));
  const data = await files.open(dataPath, "change");
  try {
    const size = await data.size();
    const isWhole: boolean[] = [];
    for (const commit of listed) isWhole.push(await holds(data, commit));
    const last = isWhole.lastIndexOf(true);
    const end = last < 0 ? 0 : listed[last]!.offset + listed[last]!.length;
    const commits: Commit[] = [];
    let damagedBytes = 0;
    for (const [i, commit] of listed.slice(0, last + 1).entries()) {
      if (isWhole[i]) commits.push(commit);
      else damagedBytes += await setAside(files, data, `${base}-${commit.offset}.damaged`, commit);
    }
    if (size > end) await data.truncate(end);
    await data.sync();
    const events = commits.reduce((sum, commit) => sum + commit.events, 0);
    const segment = { sequence, dataPath, commitsPath, commits, length: end, events };
    return { segment, tornBytes: Math.max(0, size - end), damagedBytes };
  } finally {
    await data.close();
  }
}

async function holds(data: OpenFile, commit: Commit): Promise<boolean> {
  const bytes = await data.read(commit.offset, commit.length);
  return bytes.length === commit.length && crc32c(bytes) === commit.crc32c;
}

/** Copies the bytes of a damaged commit to a file of their own and blanks them: blank lines are no events. */
async function setAside(files: Files, data: OpenFile, path: string, commit: Commit): Promise<number> {
  const bytes = await data.read(commit.offset, commit.length);
  if (bytes.every((byte) => byte === 10)) return 0;
  await files.remove(path).catch(() => {});
  const copy = await files.open(path, "create");
  await copy.write([bytes], 0);
  await copy.sync();
  await copy.close();
  await data.write([Buffer.alloc(commit.length, 10)], commit.offset);
  return bytes.length;
}
