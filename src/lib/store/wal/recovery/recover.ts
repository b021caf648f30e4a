// Enter here: takes over the logs of writers that died.
/**
 * Takes over the logs of writers that died. What is sound of them is to be stored, what is damaged is kept beside it.
 */
import { join } from "node:path";
import { type Files, isNoRoom, isSystemError, type OpenFile } from "../../../base/files.js";
import { type Lock, takeLock } from "../lock.js";
import { acknowledgedOf, type Mark, readMark } from "../mark.js";
import { removeSegment } from "../remove.js";
import { encodeCommit, segmentId, segmentOf, WAL_DIRECTORY } from "../segment.js";
import { type SealedSegment, sealedSegment } from "../segment-writer.js";
import { basePath, damagedFile, keepBytes, keepDamaged, keptOf, pathOf } from "./damaged-file.js";
import { type Damage, type Examined, examineSegment, type SegmentPlace } from "./examine.js";

/** The directory of a writer that died, now owned by this process. */
export interface AdoptedLog extends Losses {
  readonly writer: string;
  readonly directory: string;
  readonly lock: Lock;
  /** By sequence number. */
  readonly segments: readonly SealedSegment[];
  /** There is nothing in it but what earlier recoveries have set aside. */
  readonly isSettled: boolean;
}

/** What a log does not have as it was written. */
export interface Losses {
  /** Bytes that were being written when the writer died, which were cut off: it had not acknowledged them. */
  readonly tornBytes: number;
  /** Bytes that are not as they were acknowledged, or may have been: kept in `.damaged` files. */
  readonly damagedBytes: number;
  /**
   * Events that the log counts in them, of these those that no file has any more, and lines that had been set aside.
   */
  readonly damagedEvents: number;
  readonly lostEvents: number;
  readonly damagedLines: number;
}

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function noLosses(): Writable<Losses> {
  return { tornBytes: 0, damagedBytes: 0, damagedEvents: 0, lostEvents: 0, damagedLines: 0 };
}

export interface LogAdoption {
  readonly adopted: readonly AdoptedLog[];
  /** Logs that could not be taken over, or not be read: they are as they were. */
  readonly failures: readonly AdoptionFailure[];
}

export interface AdoptionFailure {
  /** The writer's directory. */
  readonly path: string;
  readonly error: unknown;
}

/** The newest of a writer's segments that the table has; 0: none. Asked when the writer's lock is held. */
export type CoveredOf = (writer: string) => Promise<number>;

/**
 * Takes over every writer directory of the table whose process is gone, and makes its segments whole. Rejects when
 * there is no room for what is to be kept; any other failure leaves the writer's directory alone, and is told.
 */
export async function adoptDead(
  files: Files,
  tableDirectory: string,
  coveredOf: CoveredOf = async () => 0,
): Promise<LogAdoption> {
  const parent = join(tableDirectory, WAL_DIRECTORY);
  const adopted: AdoptedLog[] = [];
  const failures: AdoptionFailure[] = [];
  for (const writer of [...(await files.list(parent))].sort()) {
    const directory = join(parent, writer);
    let lock: Lock | undefined;
    try {
      lock = await takeLock(files, directory);
      if (lock === undefined) continue;
      adopted.push(await recoverDirectory(files, writer, directory, lock, await coveredOf(writer)));
    } catch (error) {
      lock?.release();
      // Gone meanwhile, or no directory.
      if (lock === undefined && isSystemError(error, "ENOENT", "ENOTDIR")) continue;
      if (isNoRoom(error) || (error as NodeJS.ErrnoException).syscall === undefined) {
        for (const one of adopted) one.lock.release();
        throw error;
      }
      failures.push({ path: directory, error });
    }
  }
  return { adopted, failures };
}

async function recoverDirectory(
  files: Files,
  writer: string,
  directory: string,
  lock: Lock,
  covered: number,
): Promise<AdoptedLog> {
  const names = await files.list(directory);
  const sequences = sequencesIn(names);
  const found = (await readMark(files, directory, writer)).mark;
  const mark = lock.isFirst ? "copy" : found;
  const segments: SealedSegment[] = [];
  const losses = noLosses();
  if (mark !== "copy" && isMissed(mark, names, covered)) await keepCounts(files, directory, mark, losses);
  for (const sequence of sequences) {
    const place = placeOf(directory, writer, sequence, names, mark);
    const examined = await examineSegment(files, place);
    const isStored = sequence <= covered && examined.owner === undefined;
    if (isStored) await removeStored(files, place.base, sequence, examined, losses);
    else segments.push(await mend(files, place.base, sequence, examined, losses));
  }
  const isSettled = sequences.length === 0 && names.some((name) => damagedFile(name) !== undefined);
  return { writer, directory, lock, segments, isSettled, ...losses };
}

/** Whether there is nothing left of a segment that the mark tells of. */
export function isMissed(mark: Mark | undefined, names: readonly string[], covered: number): mark is Mark {
  if (mark === undefined || mark.sequence <= covered || mark.events + mark.lines === 0) return false;
  return !names.some((name) => (segmentOf(name) ?? damagedFile(name)?.sequence) === mark.sequence);
}

/** Of a segment of which every file is gone there is what its writer's mark says: kept as the line of an index. */
export async function keepCounts(
  files: Files,
  directory: string,
  { sequence, data, aside, events, lines }: Mark,
  losses: Writable<Losses>,
): Promise<void> {
  const range = { offset: 0, length: aside, crc32c: 0, lines };
  const block = { offset: 0, length: data, crc32c: 0, events, observedMs: 0, columns: [] };
  await keepBytes(files, basePath(directory, sequence), "index", encodeCommit({ ...block, aside: range }));
  losses.damagedEvents += events;
  losses.lostEvents += events;
  losses.damagedLines += lines;
}

/**
 * The table has the segment: its writer died between its commit and its removal, and what is missing of it was removed.
 * What is there and is not what was stored may be the data of another under its name, and is kept.
 */
async function removeStored(
  files: Files,
  base: string,
  sequence: number,
  examined: Examined,
  losses: Writable<Losses>,
): Promise<void> {
  const damages = examined.damages.filter(({ present }) => present > 0);
  for (const part of ["data", "aside"] as const)
    await mendPart(files, base, part, damages, Number.POSITIVE_INFINITY);
  losses.damagedBytes += damages.reduce((sum, { present }) => sum + present, 0);
  await removeSegment(files, sealedSegment(base, sequence, []));
}

/** The segments of which any file is there, in order. */
export function sequencesIn(names: readonly string[]): number[] {
  return [...new Set(names.flatMap((name) => segmentOf(name) ?? []))].sort((a, b) => a - b);
}

/** What `examineSegment` has to know of a segment. `names`: what is in its directory. */
export function placeOf(
  directory: string,
  writer: string,
  sequence: number,
  names: readonly string[],
  mark: Mark | "copy" | undefined,
): SegmentPlace {
  const hasNewer = sequencesIn(names).some((other) => other > sequence);
  return {
    base: basePath(directory, sequence),
    id: segmentId(writer, sequence),
    acknowledged: acknowledgedOf(mark, sequence, hasNewer),
    kept: keptOf(names, sequence),
  };
}

/**
 * Makes the files of a segment hold what is sound of them and nothing else: what is damaged is copied to files of its
 * own first, and blanked then: blank lines are no events. Every step can be killed and done again. Adds to `losses`.
 */
export async function mend(
  files: Files,
  base: string,
  sequence: number,
  { commits, damages, tornBytes }: Examined,
  losses: Writable<Losses>,
): Promise<SealedSegment> {
  const segment = sealedSegment(base, sequence, commits);
  // The index tells what there was: once nothing else does, it is kept.
  if (damages.some(({ part, present, length }) => part !== "index" && present < length))
    await keepIndex(files, base);
  await mendPart(files, base, "data", damages, segment.length);
  await mendPart(files, base, "aside", damages, segment.asideLength);
  losses.tornBytes += tornBytes;
  for (const { present, length, events, lines } of damages) {
    losses.damagedBytes += present;
    losses.damagedLines += lines;
    losses.damagedEvents += events;
    // Of a block that is there in part nobody knows how many lines are.
    if (present < length) losses.lostEvents += events;
  }
  return segment;
}

async function keepIndex(files: Files, base: string): Promise<void> {
  const index = await openIfThere(files, pathOf(base, "index"), "read");
  try {
    const size = (await index?.size()) ?? 0;
    if (index !== undefined && size > 0) await keepDamaged(files, base, "index", index, 0, size);
  } finally {
    await index?.close();
  }
}

/** Keeps the damaged parts, blanks those before `end`, and cuts off what is behind. */
async function mendPart(
  files: Files,
  base: string,
  part: "data" | "aside",
  damages: readonly Damage[],
  end: number,
): Promise<void> {
  const own = damages.filter((damage) => damage.part === part && damage.present > 0);
  const file = await openIfThere(files, pathOf(base, part), "change");
  if (file === undefined) return;
  try {
    for (const { offset, present } of own) await keepDamaged(files, base, part, file, offset, present);
    for (const { offset, present } of own) if (offset < end) await blank(file, offset, present);
    if ((await file.size()) > end) await file.truncate(end);
    await file.sync();
  } finally {
    await file.close();
  }
}

const CHUNK_BYTES = 1024 * 1024;

async function blank(file: OpenFile, offset: number, length: number): Promise<void> {
  for (let at = 0; at < length; at += CHUNK_BYTES)
    await file.write([Buffer.alloc(Math.min(CHUNK_BYTES, length - at), 10)], offset + at);
}

async function openIfThere(
  files: Files,
  path: string,
  mode: "read" | "change",
): Promise<OpenFile | undefined> {
  return files.open(path, mode).catch((error) => {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  });
}
