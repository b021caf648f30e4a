import { dirname, join } from "node:path";
import { crc32c } from "../base/crc32c.js";
import type { Files, OpenFile } from "../base/files.js";
import { type Lock, takeLock } from "./lock.js";
import {
  type AsideRange,
  type Commit,
  decodeCommits,
  segmentName,
  sequenceOf,
  WAL_DIRECTORY,
} from "./segment.js";
import { type SealedSegment, sealedSegment } from "./segment_file.js";

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
  const index = await files.read(`${base}.commits`);
  const { commits: listed, wholeLength } = decodeCommits(index ?? Buffer.alloc(0));
  const data = await files.open(`${base}.ndjson`, "change");
  let aside: OpenFile | undefined;
  try {
    aside = await openAside(files, base, listed);
    const isWhole: boolean[] = [];
    for (const commit of listed)
      isWhole.push((await holds(data, commit)) && (await holdsAside(aside, commit.aside)));
    const last = isWhole.lastIndexOf(true);
    const commits: Commit[] = [];
    let damagedBytes = 0;
    for (const [i, commit] of listed.slice(0, last + 1).entries()) {
      if (isWhole[i]) commits.push(commit);
      else damagedBytes += await keepDamaged(files, { data, aside }, base, commit, commits);
    }
    const segment = sealedSegment(base, sequence, commits);
    const end = last < 0 ? 0 : listed[last]!.offset + listed[last]!.length;
    // A crash leaves no index with a whole line that is wrong, nor events without one: what follows may have been acknowledged.
    const isIndexDamaged = index === undefined || index.subarray(wholeLength).includes(10);
    if (isIndexDamaged) damagedBytes += await keepUnlisted(files, data, `${base}-${end}.damaged`, end);
    const cutBytes = await cut(data, end);
    const tornBytes = isIndexDamaged ? 0 : cutBytes;
    if (aside !== undefined) await cut(aside, segment.asideLength);
    return { segment: { ...segment, length: end }, tornBytes, damagedBytes };
  } finally {
    await aside?.close();
    await data.close();
  }
}

async function openAside(
  files: Files,
  base: string,
  listed: readonly Commit[],
): Promise<OpenFile | undefined> {
  const path = `${base}.aside`;
  if (!listed.some((commit) => commit.aside !== undefined)) return undefined;
  return (await files.stat(path)) === undefined ? undefined : files.open(path, "change");
}

/** Cuts the file off and makes it durable; says how much was too many. */
async function cut(file: OpenFile, length: number): Promise<number> {
  const tornBytes = (await file.size()) - length;
  if (tornBytes > 0) await file.truncate(length);
  await file.sync();
  return Math.max(0, tornBytes);
}

async function holds(file: OpenFile, range: Pick<Commit, "offset" | "length" | "crc32c">): Promise<boolean> {
  if (range.length === 0) return true;
  const bytes = await file.read(range.offset, range.length);
  return bytes.length === range.length && crc32c(bytes) === range.crc32c;
}

async function holdsAside(aside: OpenFile | undefined, range: AsideRange | undefined): Promise<boolean> {
  return range === undefined || (aside !== undefined && (await holds(aside, range)));
}

/** Sets the damaged part of a commit aside, and keeps the other part as a commit. Says how many bytes were damaged. */
async function keepDamaged(
  files: Files,
  { data, aside }: { data: OpenFile; aside: OpenFile | undefined },
  base: string,
  commit: Commit,
  commits: Commit[],
): Promise<number> {
  const { aside: range, ...withoutAside } = commit;
  if (!(await holds(data, commit))) {
    const { offset, observedMs } = commit;
    if (range !== undefined && (await holdsAside(aside, range)))
      commits.push({ offset, length: 0, crc32c: 0, events: 0, observedMs, columns: [], aside: range });
    return setAside(files, data, `${base}-${commit.offset}.damaged`, commit);
  }
  commits.push(withoutAside);
  if (aside === undefined || range === undefined) return range?.length ?? 0;
  return setAside(files, aside, `${base}-${range.offset}.aside.damaged`, range);
}

/** Copies what no commit speaks of to a file of its own: the lines may be sound. Says how many bytes they are. */
async function keepUnlisted(files: Files, data: OpenFile, path: string, from: number): Promise<number> {
  const size = await data.size();
  if (size <= from) return 0;
  await files.remove(path).catch(() => {});
  const copy = await files.open(path, "create");
  try {
    for (let at = from; at < size; at += CHUNK_BYTES)
      await copy.write([await data.read(at, Math.min(CHUNK_BYTES, size - at))], at - from);
    await copy.sync();
  } finally {
    await copy.close();
  }
  // The name, too, before what it keeps is cut off.
  await files.syncDirectory(dirname(path));
  return size - from;
}

const CHUNK_BYTES = 1024 * 1024;

/** Copies damaged bytes to a file of their own and blanks them: blank lines are no events. */
async function setAside(
  files: Files,
  file: OpenFile,
  path: string,
  range: { readonly offset: number; readonly length: number },
): Promise<number> {
  const bytes = await file.read(range.offset, range.length);
  if (bytes.every((byte) => byte === 10)) return 0;
  await files.remove(path).catch(() => {});
  const copy = await files.open(path, "create");
  await copy.write([bytes], 0);
  await copy.sync();
  await copy.close();
  await files.syncDirectory(dirname(path));
  await file.write([Buffer.alloc(range.length, 10)], range.offset);
  return bytes.length;
}
