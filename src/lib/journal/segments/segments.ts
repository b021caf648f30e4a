// Enter here: the segments of a journal: listed, read, kept while they are wanted, recovered.
/** The segments of a journal, in the order of what was ever written to it. */
import type { Files } from "../../base/files.js";
import { pathOf } from "../../store/wal/recovery/damaged-file.js";
import { type Commit, decodeCommits, isFor } from "../../store/wal/segment.js";
import type { SegmentFile } from "../../store/wal/segment-writer.js";

/** Whose directory a segment is in. */
export interface WriterLog {
  readonly name: string;
  readonly directory: string;
  /** Removes a segment of it. */
  remove(segment: JournalSegment): Promise<void>;
}

export interface JournalSegment {
  readonly writer: WriterLog;
  readonly sequence: number;
  /** Its path without an ending. */
  readonly base: string;
  /** Where it begins and ends, in bytes of the journal. */
  readonly from: number;
  end: number;
  /** What it takes of the disk. */
  bytes: number;
  /** Events for all readers, and further ones by reader. */
  shared: number;
  readonly byReader: Map<string, number>;
  /** While it is written; and how many of its commits are counted. */
  file: SegmentFile | undefined;
  counted: number;
  /** When its first events came, by a clock that is never set, in milliseconds. */
  readonly sinceMs: number;
  /** All of it was read and held to its checksums. */
  isChecked: boolean;
  /** How often it was mended since it was opened, and what held of it the last time. */
  mends: number;
  sound: readonly Commit[] | undefined;
  /** Readers that have given it up, for want of room: none of it is for them any more. */
  readonly givenUpBy: Set<string>;
}

export function newSegment(
  writer: WriterLog,
  { sequence, base, from }: { readonly sequence: number; readonly base: string; readonly from: number },
  file?: SegmentFile,
): JournalSegment {
  return {
    writer,
    sequence,
    base,
    from,
    end: from,
    bytes: 0,
    shared: 0,
    byReader: new Map(),
    file,
    counted: 0,
    sinceMs: performance.now(),
    isChecked: false,
    mends: 0,
    sound: undefined,
    givenUpBy: new Set(),
  };
}

export function addCommit(segment: JournalSegment, { events, to }: Commit): void {
  if (events === 0) return;
  if (to === undefined) segment.shared += events;
  for (const name of to ?? []) segment.byReader.set(name, (segment.byReader.get(name) ?? 0) + events);
}

/** Events of it that are for the reader. */
export function eventsFor(segment: JournalSegment, reader: string): number {
  if (segment.givenUpBy.has(reader)) return 0;
  return segment.shared + (segment.byReader.get(reader) ?? 0);
}

/** What the index says, in order; of an open segment what counts by now. */
export async function commitsOf(files: Files, segment: JournalSegment): Promise<readonly Commit[]> {
  const { file, sound } = segment;
  if (sound !== undefined) return sound;
  if (file !== undefined) return file.commits.all.slice(0, file.commits.count);
  const index = await files.read(pathOf(segment.base, "index"));
  return index === undefined ? [] : decodeCommits(index).commits;
}

/** In order of address, without holes between a segment and the next but where something was removed or is missing. */
export class SegmentList {
  #all: JournalSegment[] = [];

  get all(): readonly JournalSegment[] {
    return this.#all;
  }

  get bytes(): number {
    return this.#all.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  add(segment: JournalSegment): void {
    this.#all.push(segment);
    const last = this.#all.at(-2);
    if (last !== undefined && last.from > segment.from) this.#all.sort((a, b) => a.from - b.from);
  }

  remove(segment: JournalSegment): void {
    this.#all = this.#all.filter((one) => one !== segment);
  }

  /** The first that ends behind the place. */
  behind(place: number): JournalSegment | undefined {
    return this.#all.find(({ end }) => end > place);
  }

  /** Of the segments that it has not passed. */
  bytesFor(reader: { readonly wants: (segment: JournalSegment) => boolean }): number {
    return this.#all.reduce((sum, one) => (reader.wants(one) ? sum + one.bytes : sum), 0);
  }

  /** Events for the reader in segments that begin at `from` or later. */
  eventsFrom(reader: string, from: number): number {
    let sum = 0;
    for (const segment of this.#all) if (segment.from >= from) sum += eventsFor(segment, reader);
    return sum;
  }
}

/** Events of commits for the reader that end behind `place`. */
export function eventsBehind(commits: readonly Commit[], reader: string, place: number): number {
  return commits.reduce(
    (sum, commit) => (endOfCommit(commit) > place && isFor(commit, reader) ? sum + commit.events : sum),
    0,
  );
}

export function endOfCommit({ at = 0, length }: Pick<Commit, "at" | "length">): number {
  return at + length;
}

/**
 * Bytes that are there from the place up to `end`: between addresses of one run and the next there may be nothing, so
 * the addresses alone do not tell.
 */
export function bytesBehind(segments: readonly JournalSegment[], place: number, end: number): number {
  return segments.reduce(
    (sum, segment) => sum + Math.max(0, Math.min(segment.end, end) - Math.max(segment.from, place)),
    0,
  );
}
