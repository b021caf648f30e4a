// Enter here: rotated, copied and compressed content that was read before.
/**
 * Whether a file never seen before repeats content that was already read: a copy, a backup, a compressed log. What
 * decides is what both files have on the disk: the head and the tail of what was read, and where that is little, their
 * names and whether the content is still where it was read. In doubt a file is read: a line twice is better than none.
 */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, type Stats } from "node:fs";
import { systemPath } from "../../../base/local/byte-name.js";
import { firstLineIn, firstLinePrint, HEAD_BYTES } from "../../identity/file-identity.js";
import {
  type Evidence,
  holds,
  printOf,
  readRange,
  TAIL_BYTES,
  weightOf,
} from "../../identity/fingerprint.js";
import { fileKeyText, type Handles } from "../../identity/open-handles.js";
import { isNamedAfter, isSamePath } from "../../identity/siblings.js";
import type { TrackedFile } from "../../identity/tracked-file.js";
import { type ArchiveEnds, archiveEnds, areEndsOf } from "./archive.js";
import { SURE_BYTES } from "./rotated-file.js";

/** What was read of another file. */
export type ReadElsewhere = Evidence & { readonly id: string };

/**
 * "new": read it from its start. Evidence: that much of it is not to be read again. "copy": all of it is there in a
 * file that is read itself. "undecided": it is not complete yet, or is about to be told from what it repeats; asked
 * again soon.
 */
export type Recognised = "new" | "copy" | "undecided" | ReadElsewhere;

/**
 * A file that may still grow into a copy, or whose original is about to go, is a file of its own after this long. Two
 * programs may write the same lines to two logs: while the original is there, only a name as rotation gives it makes a
 * copy.
 */
const COPY_MS = 2000;
const MOST_COMPARED = 1000;

/** A file as it is compared: its first bytes, and its two ends up to an offset. */
interface Candidate {
  readonly file: TrackedFile;
  readonly stats: Stats;
  readonly head: Buffer;
  /** Of the head's first bytes, by their number: most files that are known have heads of the same length. */
  readonly hashes: Map<number, string>;
  /** Undefined for an archive: it takes decompressing to tell. */
  readonly sizeBytes: number | undefined;
  endsAt(offset: number, headBytes: number): ArchiveEnds | Promise<ArchiveEnds>;
}

export class CopyDetection {
  private readonly known: ReadonlySet<TrackedFile>;
  private readonly handles: Handles;
  private readonly nowMs: () => number;
  private readonly firstSeen = new Map<TrackedFile["key"], number>();
  /** Decompressing is dear: once for each archive as it is, and offset. */
  private readonly compared = new Map<string, ArchiveEnds>();

  constructor(known: ReadonlySet<TrackedFile>, handles: Handles, nowMs: () => number) {
    this.known = known;
    this.handles = handles;
    this.nowMs = nowMs;
  }

  /** `file` is open at `fd`. */
  async plain(file: TrackedFile, fd: number, stats: Stats): Promise<Recognised> {
    const endsAt = (offset: number, headBytes: number) => endsIn(fd, stats.size, offset, headBytes);
    const { head } = endsAt(0, HEAD_BYTES);
    return this.decide({
      file,
      stats,
      head,
      hashes: new Map(),
      sizeBytes: stats.size,
      endsAt,
    });
  }

  /** Rejects with a DecodeError where it cannot be decompressed. */
  async archive(file: TrackedFile, stats: Stats): Promise<Recognised> {
    const path = file.place;
    const stamp = stampOf(stats);
    if (this.compared.size > MOST_COMPARED) this.compared.clear();
    const { head } = await this.endsOf(`${file.key} ${stamp}`, () => archiveEnds(path, 0, HEAD_BYTES));
    const endsAt = (offset: number, headBytes: number) =>
      this.endsOf(`${file.key} ${stamp} ${offset} ${headBytes}`, () => archiveEnds(path, offset, headBytes));
    return this.decide({ file, stats, head, hashes: new Map(), sizeBytes: undefined, endsAt });
  }

  private async endsOf(name: string, find: () => Promise<ArchiveEnds>): Promise<ArchiveEnds> {
    const ends = this.compared.get(name) ?? (await find());
    this.compared.set(name, ends);
    return ends;
  }

  private async decide(candidate: Candidate): Promise<Recognised> {
    let isDoubtful = false;
    for (const known of this.known) {
      if (known.offset === 0 || weightOf(known) === 0) continue;
      const found = await this.compare(candidate, known);
      if (found === "undecided") isDoubtful = true;
      else if (found !== "new") return found;
    }
    if (isDoubtful && this.ageMs(candidate) < COPY_MS) return "undecided";
    this.firstSeen.delete(candidate.file.key);
    return "new";
  }

  private async compare(candidate: Candidate, known: TrackedFile): Promise<Recognised> {
    const { file, head, sizeBytes } = candidate;
    const isRotated = isNamedAfter(known.path, file.place);
    if (known.offset < SURE_BYTES && !isRotated) return "new";
    const isCut = head.length < known.head.length;
    if (isCut && !mayBeginAs(head, known)) return "new";
    if (!isCut && hashOf(candidate, known.head.length) !== known.head.hash) return "new";
    const ends = await candidate.endsAt(known.offset, known.head.length);
    if (ends.length < known.offset || isCut) return this.isPartOf(candidate, ends, known, isRotated);
    if (!areEndsOf(ends, known)) return "new";
    const isSure = known.offset >= SURE_BYTES && (isRotated || known.isFinished);
    if (!isSure && (await this.isIntact(known))) return "undecided";
    if (known.isFinished) return elsewhere(known);
    // A copy is not longer than its original, unless something was written to it that is its own.
    const original = this.handles.get(known);
    const isLonger =
      sizeBytes !== undefined && original !== undefined && sizeBytes > fstatSync(original.fd).size;
    return isLonger && holds(original.fd, known) ? elsewhere(known) : "copy";
  }

  /**
   * What begins as the other does and is shorter: a copy that is not complete, one made a while ago, or another file.
   */
  private async isPartOf(
    { file, head, sizeBytes }: Candidate,
    ends: ArchiveEnds,
    known: TrackedFile,
    isRotated: boolean,
  ): Promise<Recognised> {
    const { tail, length } = ends;
    if (length === 0 || isSamePath(file.place, known.path)) return "new";
    const isPart = await this.withFile(known, (fd) => {
      if (known.isArchive) return undefined;
      const start = head.subarray(0, length);
      return (
        readRange(fd, 0, start.length).equals(start) &&
        readRange(fd, length - tail.length, tail.length).equals(tail)
      );
    });
    // Only a plain file can be on its way to being a copy: an archive can be decompressed to its end.
    const inDoubt = sizeBytes === undefined ? "new" : "undecided";
    if (isPart === undefined) return inDoubt;
    if (!isPart) return "new";
    return length >= SURE_BYTES && isRotated ? "copy" : inDoubt;
  }

  /** Whether the content is still where it was read, so that nothing has made a copy take its place. */
  private async isIntact(known: TrackedFile): Promise<boolean> {
    const isIntact = await this.withFile(
      known,
      (fd) => fstatSync(fd).nlink > 0 && (known.isArchive || holds(fd, known)),
    );
    return isIntact ?? false;
  }

  /** The file of `known`, if it is where it was. */
  private async withFile<T>(known: TrackedFile, use: (fd: number) => T): Promise<T | undefined> {
    const opened = this.handles.get(known);
    if (opened !== undefined) return use(opened.fd);
    let fd: number;
    try {
      fd = openSync(systemPath(known.place), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      return undefined;
    }
    try {
      return fileKeyText(fstatSync(fd, { bigint: true })) === known.key ? use(fd) : undefined;
    } finally {
      closeSync(fd);
    }
  }

  private ageMs({ file, stats }: Candidate): number {
    const sinceMs = this.firstSeen.get(file.key) ?? this.nowMs();
    this.firstSeen.set(file.key, sinceMs);
    return this.nowMs() - Math.min(sinceMs, stats.mtimeMs);
  }
}

function elsewhere({ id, offset, head, tail }: TrackedFile): ReadElsewhere {
  return { id, offset, head, tail };
}

/** Whether the first line, where it is whole, is that of the other file. */
function mayBeginAs(head: Buffer, { id }: TrackedFile): boolean {
  const print = firstLinePrint(head);
  return print === undefined || print === firstLineIn(id);
}

function hashOf({ head, hashes }: Candidate, length: number): string {
  const hash = hashes.get(length) ?? printOf(head.subarray(0, length)).hash;
  hashes.set(length, hash);
  return hash;
}

/** Size and time of the last change. */
export function stampOf({ size, mtimeMs }: Pick<Stats, "size" | "mtimeMs"> | BigIntStats): string {
  return `${size}:${Math.trunc(Number(mtimeMs))}`;
}

function endsIn(fd: number, sizeBytes: number, offset: number, headBytes: number): ArchiveEnds {
  const length = Math.min(offset, sizeBytes);
  const start = Math.max(0, length - TAIL_BYTES);
  return { head: readRange(fd, 0, headBytes), tail: readRange(fd, start, length - start), length };
}
