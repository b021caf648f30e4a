// Enter here: looks at journals from outside, while others write, and changes them while nobody does.
/**
 * What a journal holds, and for whom, by its files alone: takes no lock, writes nothing. Segments are listed first and
 * places read last, so that nothing counts as waiting that was delivered before.
 */
import { join } from "node:path";
import type { Files } from "../../base/files.js";
import { isOwned } from "../../store/wal/lock.js";
import { basePath, pathOf } from "../../store/wal/recovery/damaged-file.js";
import { sequencesIn } from "../../store/wal/recovery/recover.js";
import { type Commit, decodeCommits, isFor, segmentName, WAL_DIRECTORY } from "../../store/wal/segment.js";
import { type Header, readHeader, VERSION } from "../header.js";
import { type FoundPlace, placePath, readerNames, readPlace } from "../places/place.js";
import { countKept } from "../segments/recovery.js";
import { endOfCommit } from "../segments/segments.js";

export interface JournalLook {
  readonly directory: string;
  /** Undefined: both copies of `journal.json` are damaged, or not there yet. */
  readonly header: Header | undefined;
  readonly version: number;
  /** Whether a process has it open, as far as can be said from here. */
  readonly isOpen: boolean;
  /** In the order of what was ever written. */
  readonly segments: readonly SegmentLook[];
  readonly readers: readonly ReaderLook[];
  /** What its segments take of the disk. */
  readonly bytes: number;
  readonly events: number;
  /** What is damaged or missing, a sentence each. */
  readonly problems: readonly string[];
}

export interface SegmentLook {
  /** Its path without an ending. */
  readonly base: string;
  readonly commits: readonly Commit[];
  readonly bytes: number;
  /** The last of its writer: it may grow, or have been cut by a crash. */
  readonly isNewest: boolean;
}

export interface ReaderLook {
  readonly name: string;
  /** Undefined: its file is damaged, or not there; then all that the journal holds waits for it. */
  readonly place: number | undefined;
  /** What is for it begins here. */
  readonly from: number;
  readonly waitingEvents: number;
  /** Bytes of these events. */
  readonly waitingBytes: number;
  /** When the oldest of them came: milliseconds since the epoch. */
  readonly oldestMs: number | undefined;
  /** Since the journal was made, up to when that was written down last. */
  readonly droppedEvents: number;
}

/** Whether there is a journal in this directory itself. */
export async function isJournal(files: Files, directory: string): Promise<boolean> {
  for (const name of ["journal.json", "journal.copy.json"])
    if ((await files.stat(join(directory, name))) !== undefined) return true;
  return false;
}

/**
 * The journals in a directory: its own, and those in folders of it, as a graph has them. Absolute where `directory` is.
 */
export async function journalsIn(files: Files, directory: string): Promise<readonly string[]> {
  const found = (await isJournal(files, directory)) ? [directory] : [];
  for (const name of [...(await files.list(directory))].sort()) {
    const inside = join(directory, name);
    const isFolder = (await files.stat(inside))?.isDirectory === true;
    if (isFolder && (await isJournal(files, inside))) found.push(inside);
  }
  return found;
}

/** Throws journal.version; rejects with the errors of the file system. Cost: reads all indexes, no events. */
export async function lookAtJournal(files: Files, directory: string): Promise<JournalLook> {
  const { header, damaged } = await readHeader(files, directory);
  const problems = damaged.map((path) => `${path} is not what was written`);
  const isOpen = await isOwned(files, directory);
  const segments = await segmentsOf(files, directory, header, problems);
  const readers: ReaderLook[] = [];
  const names = new Set([...(header?.readers ?? []), ...(await readerNames(files, directory))]);
  for (const name of names) {
    const found = await readPlace(files, placePath(directory, name));
    // Of the journal that this is a copy of, or removed a moment ago.
    const isOther = found.place !== undefined && header !== undefined && found.place.journal !== header.id;
    const isGone = found.state === "missing" && header?.readers.includes(name) !== true;
    if (isOther || isGone) continue;
    if (found.state === "damaged") problems.push(`${placePath(directory, name)} is not what was written`);
    readers.push(readerLook(name, found, segments, header));
  }
  return {
    directory,
    header,
    version: VERSION,
    isOpen,
    segments,
    readers,
    bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
    events: segments.reduce((sum, one) => sum + one.commits.reduce((of, { events }) => of + events, 0), 0),
    problems,
  };
}

/** What waits for it, commit by commit, in order. */
export function waitingCommits(
  segments: readonly Pick<SegmentLook, "commits">[],
  { name, place = 0, from }: Pick<ReaderLook, "name" | "place" | "from">,
): Commit[] {
  const begin = Math.max(place, from);
  const all = segments.flatMap(({ commits }) => commits);
  return all.filter((one) => one.events > 0 && endOfCommit(one) > begin && isFor(one, name));
}

function readerLook(
  name: string,
  { place }: FoundPlace,
  segments: readonly SegmentLook[],
  header: Header | undefined,
): ReaderLook {
  const at = { name, place: place?.place, from: place?.from ?? 0 };
  const waiting = waitingCommits(segments, at);
  return {
    ...at,
    waitingEvents: waiting.reduce((sum, { events }) => sum + events, 0),
    waitingBytes: waiting.reduce((sum, { length }) => sum + length, 0),
    oldestMs: waiting[0]?.observedMs,
    droppedEvents: Math.max(place?.dropped ?? 0, header?.dropped?.[name] ?? 0),
  };
}

async function segmentsOf(
  files: Files,
  directory: string,
  header: Header | undefined,
  problems: string[],
): Promise<SegmentLook[]> {
  const parent = join(directory, WAL_DIRECTORY);
  const segments: SegmentLook[] = [];
  for (const writer of [...(await files.list(parent))].sort()) {
    const inside = join(parent, writer);
    if ((await files.stat(inside))?.isDirectory !== true) continue;
    const names = await files.list(inside);
    const kept = countKept(names);
    if (kept > 0)
      problems.push(
        `${inside} has ${kept} .damaged files: what could not be delivered; remove them once you have looked at them`,
      );
    const sequences = sequencesIn(names);
    for (const sequence of sequences) {
      const isNewest = sequence === sequences.at(-1);
      const found = await segmentAt(files, basePath(inside, sequence), isNewest, problems);
      const journal = found?.commits.find((one) => one.journal !== undefined)?.journal;
      if (found === undefined) continue;
      if (journal === undefined || header === undefined || journal === header.id) segments.push(found);
      else problems.push(`${inside}/${segmentName(sequence)} is another journal's`);
    }
  }
  return segments.sort((a, b) => (a.commits[0]?.at ?? 0) - (b.commits[0]?.at ?? 0));
}

/** Undefined: nothing in it counts, or it went meanwhile. */
async function segmentAt(
  files: Files,
  base: string,
  isNewest: boolean,
  problems: string[],
): Promise<SegmentLook | undefined> {
  const index = await files.read(pathOf(base, "index"));
  const data = await files.stat(pathOf(base, "data"));
  if (index === undefined || data === undefined) {
    const isThere = (await files.stat(pathOf(base, "data"))) !== undefined;
    if (index === undefined && isThere && !isNewest) problems.push(`${base}.commits is missing`);
    return undefined;
  }
  const { commits, brokenLines } = decodeCommits(index);
  if (brokenLines > 0) problems.push(`${base}.commits has lines that are not what was written`);
  const there = commits.filter((one) => one.at !== undefined && one.offset + one.length <= data.bytes);
  if (there.length < commits.length && !isNewest)
    problems.push(`${base}.ndjson is cut: it has ${data.bytes} bytes, and its index tells of more`);
  return there.length === 0
    ? undefined
    : { base, commits: there, bytes: data.bytes + index.length, isNewest };
}
