/** One file that is followed, by its content rather than its name: read from its offset whenever it has grown. */
import { fstatSync, type Stats } from "node:fs";
import type { Labels } from "../../event/block.js";
import { readAt } from "../bytes/bytes.js";
import { type Cut, DEFAULT_BLOCK_BYTES, type LineLimits, LineSplitter } from "../lines/line-splitter.js";
import type { TextEncoding } from "../lines/text-encoding.js";
import { firstLinePrint, HEAD_BYTES, identityOf } from "./file-identity.js";
import {
  EMPTY_PRINT,
  type Evidence,
  encodingOfFile,
  evidenceIn,
  headLines,
  holds,
  type Print,
  printOf,
  readRange,
} from "./fingerprint.js";
import type { FileKey } from "./open-handles.js";

/** What a checkpoint keeps of a file. */
export interface Track extends Evidence {
  /** What its stream is named after: device, inode, first line, and a number when that is not unique. */
  readonly id: string;
  /** The name it is followed under, before it was rotated; absolute in a checkpoint. */
  readonly path: string;
  readonly labels?: Labels | undefined;
  readonly key: FileKey;
  /**
   * When the inode was made, in milliseconds, where the file system tells: another time is another file in its inode.
   */
  readonly bornMs?: number | undefined;
  /** When the content last changed that was read, in milliseconds. */
  readonly modifiedMs?: number | undefined;
  /** Read to its end and gone from where it was: only its content is remembered. */
  readonly isFinished: boolean;
  /** Compressed: read once, never followed. */
  readonly isArchive: boolean;
  /** Lines before `offset` that a pipeline held back, in base64: older versions kept them here. */
  readonly held?: string | undefined;
  /**
   * Where reading of it began; absent: at its start. A table that knows nothing of it has all that was read before, or
   * wants none of it.
   */
  readonly start?: TrackStart | undefined;
}

/** Where reading began, where that is not a file's start. */
export interface TrackStart {
  readonly offset: number;
  readonly tail: Print;
  /** The id of the file whose content it repeats up to there. */
  readonly after?: string;
}

/** attached: at a path we follow; detached: renamed or deleted, read for a while yet; lost: not found; finished. */
export type TrackState = "attached" | "detached" | "lost" | "finished";

/** A cut, the end of what there is, or: this is no longer the content that was read before. */
export type ReadOutcome = Cut | "end" | "replaced";

export class TrackedFile implements Track {
  id = "";
  readonly path: string;
  /** Where it is now. */
  place: string;
  key: FileKey;
  offset = 0;
  head: Print = EMPTY_PRINT;
  tail: Print = EMPTY_PRINT;
  /** Fingerprint of the first line, of an archive: for its identity. */
  firstLine: string | undefined;
  bornMs: number | undefined;
  modifiedMs: number | undefined;
  isArchive = false;
  start: TrackStart | undefined;
  /** How far it was handed over: behind that only lines were read that were too long. */
  toldOffset = 0;
  state: TrackState = "attached";
  readonly labels: Labels | undefined;
  /** When it last grew or was detached. */
  activeMs = 0;
  /** When it was last changed at the first look at it, as long as nothing of it is known. */
  unreadMs: number | undefined;
  /** Size and time of the last change that was looked at: nothing to read while they stay. */
  seen = "";
  private readonly limits: LineLimits;
  /** Nothing was left to read but an unfinished line, the last time. */
  hasEnded = false;
  /** Its unfinished last line was handed over, where files are read only once. */
  hasGivenLastLine = false;
  /** Kept only within a line longer than a block. */
  private longLine: LineSplitter | undefined;
  private readTo = 0;
  /** What it is written in, once that can be told. */
  private encoding: TextEncoding | undefined;

  constructor(path: string, key: FileKey, labels: Labels | undefined, limits: LineLimits) {
    this.path = path;
    this.place = path;
    this.key = key;
    this.labels = labels;
    this.limits = limits;
  }

  get isFinished(): boolean {
    return this.state === "finished";
  }

  /** Puts it where a checkpoint says. */
  restore(track: Track): void {
    this.id = track.id;
    this.offset = track.offset;
    this.head = track.head;
    this.tail = track.tail;
    this.bornMs = track.bornMs;
    this.modifiedMs = track.modifiedMs;
    this.isArchive = track.isArchive;
    this.start = track.start;
    this.toldOffset = track.offset;
  }

  /**
   * Takes note of whole lines that are there before any is read: what the file is known by if nothing more is ever
   * said.
   */
  introduce(fd: number): void {
    if (this.head.length > 0) return;
    const head = headLines(readRange(fd, 0, HEAD_BYTES));
    if (head.length === 0) return;
    this.head = printOf(head);
    this.dated(fstatSync(fd));
  }

  /** The same of a file without a whole line: what there is of the first will not change. */
  introduceUnfinished(fd: number): void {
    if (this.head.length > 0) return;
    this.head = printOf(readRange(fd, 0, HEAD_BYTES));
    this.dated(fstatSync(fd));
  }

  /** Whether the inode was recreated since: then it is another file, whatever it holds. */
  isReborn(stats: Stats): boolean {
    const bornMs = bornMsOf(stats);
    return this.bornMs !== undefined && bornMs !== undefined && this.bornMs !== bornMs;
  }

  /** Starts at `offset` of a file without a past. */
  startAt(fd: number, offset: number): void {
    this.offset = offset;
    Object.assign(this, evidenceIn(fd, offset));
    if (offset > 0) this.start = { offset, tail: this.tail };
    this.toldOffset = offset;
  }

  /** It repeats what was read of `other`: only what comes after is new. */
  continueAfter(other: Evidence): void {
    this.offset = other.offset;
    this.head = other.head;
    this.tail = other.tail;
  }

  /** The same of a file that was read itself. */
  beginAfter({ id, ...evidence }: Evidence & { readonly id: string }): void {
    this.continueAfter(evidence);
    this.start = { offset: evidence.offset, tail: evidence.tail, after: id };
    this.toldOffset = evidence.offset;
  }

  isIn(fd: number): boolean {
    return holds(fd, this);
  }

  /**
   * The next whole lines. Invariant: the content is checked after it was read, by what was known of it before, so a
   * file truncated and rewritten in between is never taken for its continuation. `isLast`: an unfinished last line is
   * handed over as well.
   */
  async read(fd: number, isLast = false): Promise<ReadOutcome> {
    const stats = fstatSync(fd);
    const { size } = stats;
    if (size < this.offset) return this.replaced();
    this.introduce(fd);
    for (;;) {
      if (this.offset > 0) this.encoding ??= encodingOfFile(fd);
      const cutter = this.longLine ?? this.newCutter(size);
      const isAtEnd = await this.fill(fd, cutter);
      const cut = cutter.take() ?? (isAtEnd && isLast ? cutter.end() : undefined);
      const isInLongLine = cutter.isInLongLine;
      const offset = isInLongLine ? (cut?.endOffset ?? this.offset) : cutter.handedOffset;
      const ends = offset === this.offset ? undefined : evidenceIn(fd, offset, this.head.length);
      if (!this.isIn(fd)) return this.replaced();
      // Otherwise the rest is read again with what follows it: idle files cost no memory.
      this.longLine = isInLongLine ? cutter : undefined;
      this.hasEnded = isAtEnd && cut === undefined;
      this.offset = offset;
      if (offset > 0) this.encoding ??= cutter.encoding;
      if (ends !== undefined) Object.assign(this, ends);
      if (ends !== undefined) this.dated(stats);
      if (cut !== undefined) return cut;
      if (isAtEnd) return "end";
      if (this.longLine === undefined) this.longLine = cutter;
    }
  }

  private dated(stats: Stats): void {
    this.bornMs = bornMsOf(stats) ?? this.bornMs;
    this.modifiedMs = stats.mtimeMs;
  }

  private async fill(fd: number, cutter: LineSplitter): Promise<boolean> {
    while (!cutter.isFull) {
      const byteCount = await readAt(fd, cutter.free, this.readTo);
      cutter.filled(byteCount);
      this.readTo += byteCount;
      if (byteCount === 0) return true;
    }
    return false;
  }

  private newCutter(size: number): LineSplitter {
    this.readTo = this.offset;
    const available = size - this.offset + 2;
    const blockBytes = Math.min(this.limits.blockBytes ?? DEFAULT_BLOCK_BYTES, available);
    return new LineSplitter(
      { ...this.limits, blockBytes, firstBlockBytes: blockBytes },
      this.offset,
      this.encoding,
    );
  }

  private replaced(): "replaced" {
    this.longLine = undefined;
    return "replaced";
  }
}

/** Undefined where the file system does not tell: then it is 0, or the time of the last change. */
export function bornMsOf({ birthtimeMs, ctimeMs }: Stats): number | undefined {
  return birthtimeMs <= 0 || birthtimeMs === ctimeMs ? undefined : birthtimeMs;
}

/** Fingerprint of the first line of an open file; that of nothing while it has no whole line. */
export function firstLineOf(fd: number): string {
  return firstLinePrint(readRange(fd, 0, HEAD_BYTES + 3)) ?? EMPTY_PRINT.hash;
}

/** Device, inode and first line: what most files are known by alone. */
export function plainId(key: FileKey, firstLine: string): string {
  const [dev = "", ino = ""] = key.split(":");
  return identityOf({ dev: BigInt(dev), ino: BigInt(ino) }, firstLine);
}

/** Whether the first line is whole, so that its fingerprint will not change. */
export function hasFirstLine(fd: number): boolean {
  return firstLinePrint(readRange(fd, 0, HEAD_BYTES + 3)) !== undefined;
}

/** What a checkpoint keeps of the file as it is now. */
export function trackOf(file: Track, path: string): Track {
  const { id, labels, key, bornMs, modifiedMs, offset, head, tail, isFinished, isArchive, start } = file;
  return { id, path, labels, key, bornMs, modifiedMs, offset, head, tail, isFinished, isArchive, start };
}
