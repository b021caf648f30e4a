import { basename, join } from "node:path";
import type { Files, OpenFile } from "../../base/files.js";
import { checksumOf } from "./checksum.js";
import type { Mark } from "./mark.js";
import { type Commit, commitOf, type Entry, encodeCommit, segmentId, segmentName } from "./segment.js";

/** A segment that no longer changes: everything in it is durable. */
export interface SealedSegment {
  readonly sequence: number;
  readonly dataPath: string;
  readonly commitsPath: string;
  /** There only when `asideLines` is not 0. */
  readonly asidePath: string;
  readonly commits: readonly Commit[];
  /** Bytes of data, all of them committed. */
  readonly length: number;
  readonly events: number;
  /** Bytes of the records of lines that were set aside, and their number. */
  readonly asideLength: number;
  readonly asideLines: number;
}

/** The sealed segment that these commits make. `base`: its path without an ending. */
export function sealedSegment(base: string, sequence: number, commits: readonly Commit[]): SealedSegment {
  const last = commits.at(-1);
  const lastAside = commits.findLast((commit) => commit.aside !== undefined)?.aside;
  return {
    sequence,
    dataPath: `${base}.ndjson`,
    commitsPath: `${base}.commits`,
    asidePath: `${base}.aside`,
    commits,
    length: last === undefined ? 0 : last.offset + last.length,
    events: commits.reduce((sum, commit) => sum + commit.events, 0),
    asideLength: lastAside === undefined ? 0 : lastAside.offset + lastAside.length,
    asideLines: commits.reduce((sum, commit) => sum + (commit.aside?.lines ?? 0), 0),
  };
}

/** One of the segment's files, and how much of it is durable. */
interface Part {
  readonly file: OpenFile;
  length: number;
}

/** Of which journal a segment is, and where it begins in that: see `Commit.at`. */
export interface QueuePlace {
  readonly id: string;
  readonly from: number;
}

/** The segment that is being written. */
export class SegmentFile {
  readonly sequence: number;
  readonly openedMs: number;
  readonly #files: Files;
  readonly #directory: string;
  readonly #base: string;
  readonly #data: Part;
  readonly #index: Part;
  readonly #commits: Commit[] = [];
  readonly #queue: QueuePlace | undefined;
  #aside: Part | undefined;
  /** How much of each is behind the last commit that is not open. */
  #closed = { commits: 0, data: 0, index: 0, aside: 0, events: 0, lines: 0 };

  private constructor(
    files: Files,
    directory: string,
    sequence: number,
    openedMs: number,
    parts: { data: OpenFile; index: OpenFile },
    queue: QueuePlace | undefined,
  ) {
    this.#files = files;
    this.#directory = directory;
    this.#base = join(directory, segmentName(sequence));
    this.sequence = sequence;
    this.openedMs = openedMs;
    this.#queue = queue;
    this.#data = { file: parts.data, length: 0 };
    this.#index = { file: parts.index, length: 0 };
  }

  static async create(
    files: Files,
    directory: string,
    sequence: number,
    nowMs: number,
    queue?: QueuePlace,
  ): Promise<SegmentFile> {
    const base = join(directory, segmentName(sequence));
    const opened: OpenFile[] = [];
    try {
      for (const ending of ["ndjson", "commits"])
        opened.push(await files.open(`${base}.${ending}`, "create"));
      await files.syncDirectory(directory);
    } catch (error) {
      await Promise.allSettled(opened.map((file) => file.close()));
      // A segment without commits is nothing: whoever recovers the directory removes what cannot be removed now.
      for (const ending of ["ndjson", "commits"]) await files.remove(`${base}.${ending}`).catch(() => {});
      throw error;
    }
    const parts = { data: opened[0]!, index: opened[1]! };
    return new SegmentFile(files, directory, sequence, nowMs, parts, queue);
  }

  /** Bytes of data and of records of lines set aside. */
  get length(): number {
    return this.#data.length + (this.#aside?.length ?? 0);
  }

  /** Bytes that count; those of open commits do not yet. */
  get closedLength(): number {
    return this.#closed.data + this.#closed.aside;
  }

  /** What counts of it, to be said once it may be acknowledged. */
  get mark(): Mark {
    const { commits: _, ...counts } = this.#closed;
    return { sequence: this.sequence, ...counts };
  }

  /** Of a journal: where what counts of it begins and ends in all that was ever written to that, in bytes. */
  get from(): number {
    return this.#queue?.from ?? 0;
  }

  get end(): number {
    return this.from + this.#closed.data;
  }

  /** Its commits, as far as they count: the first `count` of `all`, which grows. */
  get commits(): { readonly all: readonly Commit[]; readonly count: number } {
    return { all: this.#commits, count: this.#closed.commits };
  }

  /** Those that do not count yet. */
  get openCommits(): readonly Commit[] {
    return this.#commits.slice(this.#closed.commits);
  }

  /** Its path without an ending. */
  get base(): string {
    return this.#base;
  }

  /** Bytes of the index that count. */
  get indexLength(): number {
    return this.#closed.index;
  }

  /** Whether its last commits are open. */
  get isOpen(): boolean {
    return this.#closed.commits < this.#commits.length;
  }

  /**
   * Appends the entries and makes them durable: once this resolves they may be acknowledged. When it rejects, nothing
   * of them counts, and the segment can only be sealed.
   */
  async commit(entries: readonly Entry[], nowMs: number): Promise<readonly Commit[]> {
    const asides = entries.flatMap(({ aside }) => (aside === undefined ? [] : [aside.bytes]));
    if (asides.length > 0) this.#aside ??= await this.#createAside();
    const commits = this.#commitsOf(entries, nowMs);
    const records = commits.map(encodeCommit);
    const writes: [Part, readonly Buffer[]][] = [
      [this.#data, entries.map(({ block }) => block.bytes)],
      ...(this.#aside === undefined ? [] : [[this.#aside, asides] as [Part, Buffer[]]]),
      [this.#index, records],
    ];
    const touched = writes.filter(([, buffers]) => bytesOf(buffers) > 0);
    for (const [{ file, length }, buffers] of touched) await file.write(buffers, length);
    await Promise.all(touched.map(([{ file }]) => file.sync()));
    for (const [part, buffers] of touched) part.length += bytesOf(buffers);
    this.#add(commits, records);
    return commits;
  }

  /**
   * Closes the files. What is open is cut off, and after a failed write what had not been made durable. Data that
   * somebody has moved stays as long as it is: whoever stores the segment notices.
   */
  async seal(): Promise<SealedSegment> {
    const { commits, data, index, aside } = this.#closed;
    const parts: [OpenFile, number][] = [
      [this.#data.file, data],
      [this.#index.file, index],
    ];
    if (this.#aside !== undefined) parts.push([this.#aside.file, aside]);
    try {
      for (const [file, length] of parts) {
        const isLonger = (await file.size()) > length;
        if (isLonger && (file !== this.#data.file || (await this.#isInPlace()))) await file.truncate(length);
      }
    } finally {
      await Promise.allSettled(parts.map(([file]) => file.close()));
    }
    return sealedSegment(this.#base, this.sequence, this.#commits.slice(0, commits));
  }

  /** Closes the files as they are: they are another process's by now. */
  async abandon(): Promise<void> {
    await Promise.allSettled([this.#data, this.#index, this.#aside].map((part) => part?.file.close()));
  }

  /** Copies what is open to the segment that comes next, durably, so that this one can be sealed. */
  async carryTo(next: SegmentFile): Promise<void> {
    const { commits, data, aside } = this.#closed;
    const open = this.#commits.slice(commits);
    await copyRange(this.#data, data, next.#data);
    const touched = [next.#data, next.#index];
    if (this.#aside !== undefined && this.#aside.length > aside) {
      next.#aside = await next.#createAside();
      await copyRange(this.#aside, aside, next.#aside);
      touched.push(next.#aside);
    }
    const moved = open.map(
      ({ segment: _, journal: __, ...one }, i): Commit => ({
        ...one,
        ...(i === 0 ? next.#name : {}),
        offset: one.offset - data,
        ...(one.aside === undefined ? {} : { aside: { ...one.aside, offset: one.aside.offset - aside } }),
      }),
    );
    const records = moved.map(encodeCommit);
    await next.#index.file.write(records, 0);
    await Promise.all(touched.map(({ file }) => file.sync()));
    next.#index.length = bytesOf(records);
    next.#add(moved, records);
  }

  /** Closes and removes the files of a segment that is not wanted after all. */
  async discard(): Promise<void> {
    const { dataPath, commitsPath, asidePath } = await this.seal();
    for (const path of [dataPath, commitsPath, asidePath]) await this.#files.remove(path).catch(() => {});
  }

  /** Whether the last block that counts is where it was written. */
  async #isInPlace(): Promise<boolean> {
    const last = this.#commits.slice(0, this.#closed.commits).findLast(({ length }) => length > 0);
    if (last === undefined) return true;
    return checksumOf(await this.#data.file.read(last.offset, last.length)) === last.crc32c;
  }

  /** What is before the last that is not open counts. */
  #add(commits: readonly Commit[], records: readonly Buffer[]): void {
    const before = this.#commits.length;
    for (const commit of commits) this.#commits.push(commit);
    const last = commits.findLastIndex(({ isOpen }) => isOpen !== true);
    if (last < 0) return;
    const fresh = this.#commits.slice(this.#closed.commits, before + last + 1);
    const { offset, length } = commits[last]!;
    const aside = fresh.findLast((commit) => commit.aside !== undefined)?.aside;
    this.#closed = {
      commits: before + last + 1,
      events: this.#closed.events + fresh.reduce((sum, { events }) => sum + events, 0),
      lines: this.#closed.lines + fresh.reduce((sum, one) => sum + (one.aside?.lines ?? 0), 0),
      data: offset + length,
      index: this.#index.length - bytesOf(records.slice(last + 1)),
      aside: aside === undefined ? this.#closed.aside : aside.offset + aside.length,
    };
  }

  #commitsOf(entries: readonly Entry[], nowMs: number): Commit[] {
    let offset = this.#data.length;
    let asideOffset = this.#aside?.length ?? 0;
    return entries.map((entry, i) => {
      const plain = commitOf(entry, offset, asideOffset, nowMs);
      const commit = this.#queue === undefined ? plain : { ...plain, at: this.from + offset };
      offset += commit.length;
      asideOffset += commit.aside?.length ?? 0;
      return this.#commits.length + i === 0 ? { ...commit, ...this.#name } : commit;
    });
  }

  /** What its first commit says that it is. */
  get #name(): Pick<Commit, "segment" | "journal"> {
    const segment = segmentId(basename(this.#directory), this.sequence);
    return this.#queue === undefined ? { segment } : { segment, journal: this.#queue.id };
  }

  async #createAside(): Promise<Part> {
    const file = await this.#files.open(`${this.#base}.aside`, "create");
    try {
      await this.#files.syncDirectory(this.#directory);
      return { file, length: 0 };
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

/** Copies what is in `from` behind an offset to the start of `to`. */
async function copyRange(from: Part, offset: number, to: Part): Promise<void> {
  for (let at = offset; at < from.length; at += COPY_BYTES) {
    const bytes = await from.file.read(at, Math.min(COPY_BYTES, from.length - at));
    await to.file.write([bytes], at - offset);
  }
  to.length = from.length - offset;
}

const COPY_BYTES = 1024 * 1024;

function bytesOf(buffers: readonly Uint8Array[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}
