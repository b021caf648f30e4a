/**
 * What holds of a segment whose writer is gone, what was being written when it died, and what is damaged. The checks of
 * `store verify` and recovery's decisions are the same: these.
 *
 * A commit that was written only in part by a crash looks like one that was damaged later. The writer's mark tells them
 * apart, and a sound commit behind them; where neither does, what has a whole line counts as damaged: it may have been
 * acknowledged.
 */
import { type Files, isSystemError, type OpenFile } from "../../../base/files.js";
import { checksumOf } from "../checksum.js";
import type { Acknowledged } from "../mark.js";
import { type AsideRange, type Commit, type DecodedIndex, decodeCommits } from "../segment.js";
import { type DamagedFile, type Part, pathOf } from "./damaged-file.js";

/**
 * "changed": not the bytes that were written. "cut": the file ends before, or within. "unlisted": no line of the index
 * tells of them. "foreign": the files are another segment's, under this one's name.
 */
export type DamageReason = "changed" | "cut" | "unlisted" | "foreign";

export interface Damage {
  readonly part: Part;
  readonly reason: DamageReason;
  readonly offset: number;
  readonly length: number;
  /** Bytes of these that are there. */
  readonly present: number;
  /** Events, or lines set aside, that the index counts there. */
  readonly events: number;
  readonly lines: number;
  /** Whether they were acknowledged for certain; else they may have been. */
  readonly isAcknowledged: boolean;
}

export interface Examined {
  /** What holds, in order. */
  readonly commits: readonly Commit[];
  readonly damages: readonly Damage[];
  /** Bytes that were being written when the writer died, of all files. */
  readonly tornBytes: number;
  /** Whether some of these are of a transaction that has not ended. */
  readonly isOpen: boolean;
  /** Whose files they are, when not this segment's. */
  readonly owner: string | undefined;
}

export interface SegmentPlace {
  /** Its path without an ending. */
  readonly base: string;
  /** `segmentId` of what it should be. */
  readonly id: string;
  /** What its writer is known to have acknowledged of it. */
  readonly acknowledged: Acknowledged | undefined;
  /** What recoveries before have taken out of it. */
  readonly kept: readonly DamagedFile[];
  /** Its commits, where they are known: its writer need not believe the index. */
  readonly commits?: readonly Commit[];
}

/** Rejects with the errors of the file system. Cost: reads the whole segment. */
export async function examineSegment(files: Files, place: SegmentPlace): Promise<Examined> {
  const index = await files.read(pathOf(place.base, "index"));
  const data = await openIfThere(files, pathOf(place.base, "data"));
  const aside = await openIfThere(files, pathOf(place.base, "aside")).catch(async (error) => {
    await data?.close();
    throw error;
  });
  try {
    return await new Examination(place, index, data, aside).run();
  } finally {
    await data?.close();
    await aside?.close();
  }
}

class Examination {
  readonly #place: SegmentPlace;
  readonly #index: Buffer | undefined;
  readonly #listed: DecodedIndex;
  readonly #files: Readonly<Record<"data" | "aside", OpenFile | undefined>>;
  readonly #commits: Commit[] = [];
  readonly #damages: Damage[] = [];
  readonly #size = { data: 0, aside: 0 };
  /** Blocks may be small, and calls to the system are not: more is read than is asked for. */
  readonly #ahead = { data: { at: 0, bytes: NO_BYTES }, aside: { at: 0, bytes: NO_BYTES } };
  #tornBytes = 0;

  constructor(
    place: SegmentPlace,
    index: Buffer | undefined,
    data: OpenFile | undefined,
    aside: OpenFile | undefined,
  ) {
    this.#place = place;
    this.#index = index;
    this.#listed = decodeCommits(index ?? NO_BYTES);
    if (place.commits !== undefined)
      this.#listed = { ...this.#listed, commits: [...place.commits], open: [], brokenLines: 0 };
    this.#files = { data, aside };
  }

  async run(): Promise<Examined> {
    this.#size.data = (await this.#files.data?.size()) ?? 0;
    this.#size.aside = (await this.#files.aside?.size()) ?? 0;
    const owner = ownerOf(this.#listed.commits);
    if (owner !== undefined && owner !== this.#place.id) this.#noteForeign();
    else await this.#judgeAll();
    const damages = joined(this.#damages);
    return {
      commits: this.#commits,
      damages,
      tornBytes: this.#tornBytes,
      isOpen: this.#listed.open.length > 0,
      owner: owner === this.#place.id ? undefined : owner,
    };
  }

  async #judgeAll(): Promise<void> {
    const { commits } = this.#listed;
    const isSound: { readonly data: boolean; readonly aside: boolean }[] = [];
    for (const commit of commits)
      isSound.push({
        data: await this.#holds("data", commit),
        aside: await this.#holds("aside", commit.aside),
      });
    // What was synced later is there: so was this.
    const last = isSound.findLastIndex(({ data, aside }) => data && aside);
    for (const [i, commit] of commits.entries()) await this.#judge(commit, isSound[i]!, i < last);
    for (const part of ["data", "aside"] as const) {
      await this.#gaps(part);
      await this.#tail(part);
    }
    this.#indexTail();
  }

  /** Takes what holds of the commit for sound; notes what does not. */
  async #judge(
    commit: Commit,
    isSound: { readonly data: boolean; readonly aside: boolean },
    isProven: boolean,
  ): Promise<void> {
    const { aside, ...withoutAside } = commit;
    if (isSound.data) this.#commits.push(isSound.aside ? commit : withoutAside);
    else if (isSound.aside && aside !== undefined) {
      const { offset, observedMs } = commit;
      this.#commits.push({ offset, length: 0, crc32c: 0, events: 0, observedMs, columns: [], aside });
    }
    if (!isSound.data) await this.#note("data", commit, commit.events, 0, isProven);
    if (!isSound.aside && aside !== undefined) await this.#note("aside", aside, 0, aside.lines, isProven);
  }

  async #note(
    part: "data" | "aside",
    { offset, length }: Range,
    events: number,
    lines: number,
    isProven: boolean,
  ): Promise<void> {
    const present = this.#present(part, offset, length);
    const bytes = await this.#read(part, offset, present);
    if (this.#isTakenOut(part, offset, length, present) || (present === length && bytes.every(isNewline)))
      return;
    const promised = this.#place.acknowledged?.[part];
    const isAcknowledged = isProven || (promised !== undefined && promised >= offset + length);
    const reason = present < length ? "cut" : "changed";
    // The machine died before they reached the disk, and nothing of them is of use; or they were copied before that.
    const isTorn = !bytes.includes(10) || (this.#place.acknowledged?.isCopy === true && present < length);
    if (!isAcknowledged && isTorn) this.#tornBytes += present;
    else this.#damages.push({ part, reason, offset, length, present, events, lines, isAcknowledged });
  }

  /** Between what is listed: a line of the index that is gone had told of it. */
  async #gaps(part: "data" | "aside"): Promise<void> {
    let end = 0;
    for (const range of this.#listed.commits.flatMap((commit) => rangeOf(part, commit) ?? [])) {
      if (range.offset > end) await this.#unlisted(part, end, range.offset, true);
      end = Math.max(end, range.offset + range.length);
    }
  }

  /** Behind what is listed. */
  async #tail(part: "data" | "aside"): Promise<void> {
    const size = this.#size[part];
    const promised = this.#place.acknowledged?.[part];
    const end = endOf(part, this.#listed.commits);
    // No crash leaves data without an index. And a line may lie across the end of what is damaged.
    const isAdjacent = this.#damages.some((one) => one.part === part && one.offset + one.length === end);
    const isSuspect = this.#index === undefined || (isAdjacent && end > 0);
    const isExact = promised !== undefined && Number.isFinite(promised);
    // Open commits that are whole: their transaction never ended, or goes on in the next segment.
    const from = isExact || isSuspect ? end : Math.max(end, endOf(part, this.#listed.open));
    const to = Math.max(from, isExact ? promised : size);
    if (promised !== undefined) await this.#unlisted(part, from, to, true);
    const rest = promised === undefined ? from : to;
    if ((isSuspect || promised === undefined) && (await this.#hasLine(part, rest)))
      await this.#unlisted(part, rest, size, false);
    else this.#tornBytes += Math.max(0, size - rest);
    this.#tornBytes += Math.max(0, Math.min(size, from) - end);
  }

  async #unlisted(part: "data" | "aside", from: number, to: number, isAcknowledged: boolean): Promise<void> {
    const length = to - from;
    if (length <= 0) return;
    const present = this.#present(part, from, length);
    if (this.#isTakenOut(part, from, length, present)) return;
    // Recovery blanks what it takes out, but cuts off what lies behind the last commit: blank lines there are not its
    // own.
    const isBehind = from >= endOf(part, this.#listed.commits);
    if (!isBehind && present === length && (await this.#isBlank(part, from, to))) return;
    const reason = present === 0 ? "cut" : "unlisted";
    this.#damages.push({
      ...{ part, reason, offset: from, length, present, events: 0, lines: 0, isAcknowledged },
    });
  }

  #present(part: "data" | "aside", offset: number, length: number): number {
    return Math.max(0, Math.min(offset + length, this.#size[part]) - offset);
  }

  /**
   * Whether an earlier recovery has cut these bytes off: then there is a file that has them, or that says that they
   * were gone.
   */
  #isTakenOut(part: "data" | "aside", offset: number, length: number, present: number): boolean {
    if (present === length) return false;
    return this.#place.kept.some(
      (kept) =>
        kept.part === "index" ||
        (kept.part === part && kept.number >= offset && kept.number < offset + length),
    );
  }

  /** Lines of the index that are gone or do not hold, where nothing else has told of it. */
  #indexTail(): void {
    const { wholeLength, indexLength, brokenLines } = this.#listed;
    const size = this.#index?.length ?? 0;
    const promised = this.#place.acknowledged?.index ?? 0;
    const isKnown = this.#place.commits !== undefined || this.#place.kept.length > 0;
    if (isKnown || this.#damages.length > 0) return;
    const isSealed = promised === Number.POSITIVE_INFINITY;
    const isShort = isSealed ? size > wholeLength : indexLength < promised;
    if (!isShort && brokenLines === 0) this.#tornBytes += size - indexLength;
    else
      this.#damages.push({
        part: "index",
        reason: !isSealed && size < promised ? "cut" : "changed",
        ...{ offset: indexLength, length: size - indexLength, present: 0, events: 0, lines: 0 },
        isAcknowledged: true,
      });
  }

  #noteForeign(): void {
    const sum = (of: (commit: Commit) => number) => this.#listed.commits.reduce((n, one) => n + of(one), 0);
    for (const part of ["data", "aside"] as const) {
      const length = this.#size[part];
      const events = part === "data" ? sum((one) => one.events) : 0;
      const lines = part === "aside" ? sum((one) => one.aside?.lines ?? 0) : 0;
      const known = { reason: "foreign", offset: 0, isAcknowledged: false } as const;
      if (length > 0) this.#damages.push({ part, ...known, length, present: length, events, lines });
    }
  }

  async #holds(part: "data" | "aside", range: Range | undefined): Promise<boolean> {
    if (range === undefined || range.length === 0) return true;
    const bytes = await this.#read(part, range.offset, range.length);
    return bytes.length === range.length && checksumOf(bytes) === range.crc32c;
  }

  async #read(part: "data" | "aside", offset: number, length: number): Promise<Buffer> {
    const file = this.#files[part];
    if (file === undefined || length <= 0) return NO_BYTES;
    let ahead = this.#ahead[part];
    const end = Math.min(offset + length, this.#size[part]);
    if (offset < ahead.at || end > ahead.at + ahead.bytes.length) {
      ahead = { at: offset, bytes: await file.read(offset, Math.max(length, CHUNK_BYTES)) };
      this.#ahead[part] = ahead;
    }
    return ahead.bytes.subarray(offset - ahead.at, offset - ahead.at + length);
  }

  async #hasLine(part: "data" | "aside", from: number): Promise<boolean> {
    for (let at = from; at < this.#size[part]; at += CHUNK_BYTES)
      if ((await this.#read(part, at, CHUNK_BYTES)).includes(10)) return true;
    return false;
  }

  async #isBlank(part: "data" | "aside", from: number, to: number): Promise<boolean> {
    for (let at = from; at < to; at += CHUNK_BYTES)
      if (!(await this.#read(part, at, Math.min(CHUNK_BYTES, to - at))).every(isNewline)) return false;
    return true;
  }
}

const CHUNK_BYTES = 1024 * 1024;
const NO_BYTES: Buffer = Buffer.alloc(0);

type Range = Pick<Commit, "offset" | "length" | "crc32c">;
function rangeOf(part: "data" | "aside", commit: Commit): Range | AsideRange | undefined {
  return part === "data" ? commit : commit.aside;
}

function endOf(part: "data" | "aside", commits: readonly Commit[]): number {
  return commits.reduce((end, commit) => {
    const range = rangeOf(part, commit);
    return range === undefined ? end : Math.max(end, range.offset + range.length);
  }, 0);
}

/**
 * Neighbours as one: a line may lie across them, and a file that is gone is one damage, not as many as it had blocks.
 */
function joined(damages: readonly Damage[]): Damage[] {
  const found: Damage[] = [];
  for (const damage of damages.toSorted((a, b) =>
    a.part < b.part ? -1 : a.part > b.part ? 1 : a.offset - b.offset,
  )) {
    const last = found.at(-1);
    const isNext = last?.part === damage.part && last.offset + last.length === damage.offset;
    if (last === undefined || !isNext) found.push(damage);
    else
      found[found.length - 1] = {
        ...last,
        reason: last.reason === damage.reason ? last.reason : last.present < last.length ? "cut" : "changed",
        // Bytes that nothing counts are only reported as there.
        isAcknowledged:
          damage.events + damage.lines === 0
            ? last.isAcknowledged
            : (last.isAcknowledged || last.events + last.lines === 0) && damage.isAcknowledged,
        length: last.length + damage.length,
        present: last.present + damage.present,
        events: last.events + damage.events,
        lines: last.lines + damage.lines,
      };
  }
  return found;
}

/** What the files say that they are, where they say it: logs of older versions do not. */
export function ownerOf(commits: readonly Commit[]): string | undefined {
  return commits.find(({ segment }) => segment !== undefined)?.segment;
}

function isNewline(byte: number): boolean {
  return byte === 10;
}

async function openIfThere(files: Files, path: string): Promise<OpenFile | undefined> {
  return files.open(path, "read").catch((error) => {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  });
}
