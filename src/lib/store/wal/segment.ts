/**
 * One segment of the write-ahead log is two or three files that grow together:
 *
 *     00000000000000000001.ndjson     the events' lines, byte for byte as they came
 *     00000000000000000001.aside      records of lines that are no events; made with the first of them
 *     00000000000000000001.commits    one line a block: `crc32c-of-the-JSON(8 hex) SPACE JSON LF`
 *
 * A commit counts when its own checksum holds and the bytes it points at have the checksums it names. So the files can
 * be synced together, in one round: whichever part of a commit is missing after a crash, the commit does not count.
 * What does not count is not gone: `examineSegment` tells what was being written from what was acknowledged and is
 * damaged.
 *
 * Commits that belong together are open, but for the last, which is written when the others are durable: open ones with
 * no such commit behind them do not count, for readers and for recovery alike. See docs/decisions/0025.
 */
import { crc32c, hex8 } from "../../base/hash/crc32c.js";
import type { Block, Labels, Origin } from "../../event/block.js";
import type { Delivery } from "../../event/delivery/delivery.js";
import type { Position } from "../../event/position.js";
import type { ColumnSummary } from "../../event/summary.js";
import type { Aside } from "../../pipeline/contract/sink.js";

/** One block as the log holds it. */
export interface Commit {
  /** Where the block begins in the segment's data, in bytes. */
  readonly offset: number;
  readonly length: number;
  /** CRC-32C of the block's bytes. */
  readonly crc32c: number;
  readonly events: number;
  /** When the writer took the block: milliseconds since the epoch. */
  readonly observedMs: number;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly position?: Position;
  /** Further positions that become durable with it. */
  readonly positions?: readonly Position[];
  /** It counts only once a commit behind it in the segment counts that is not open. */
  readonly isOpen?: true;
  /** In the first commit of a segment: `WRITER/SEQUENCE`, so that files under another's name are noticed. */
  readonly segment?: string;
  readonly columns: readonly ColumnSummary[];
  /** The records of lines that were set aside on the way to this block. */
  readonly aside?: AsideRange;
  /** Names of the readers of a journal that the block is for; absent: all there were when it was written. */
  readonly to?: readonly string[];
  /** In a journal: where the block begins in all that was ever written to it, in bytes; it never goes back. */
  readonly at?: number;
  /** In a journal: what the block has besides its bytes. */
  readonly facts?: BlockFacts;
  /** In the first commit of a segment of a journal: the id of that. */
  readonly journal?: string;
}

/** What a reader of a journal gives back with a block. */
export interface BlockFacts {
  /** Its lines are text, and no events that were checked. */
  readonly isText?: true;
  /**
   * Its lines are records of lines that were set aside, one an event of the commit's count: for the quarantine of the
   * table that it is for, and no rows.
   */
  readonly isAside?: true;
  readonly entry?: number;
  readonly labels?: Labels;
  readonly origin?: Origin;
  /** The stream of its cursor, where lines are text: records may go on in the next block of the stream. */
  readonly stream?: string;
}

/** Whether a block of a journal is for the reader of this name. */
export function isFor({ to }: Pick<Commit, "to">, reader: string): boolean {
  return to === undefined || to.includes(reader);
}

/** Whether a block of a journal holds records of lines that were set aside. */
export function isAside({ facts }: { readonly facts?: BlockFacts | undefined }): boolean {
  return facts?.isAside === true;
}

/** A stretch of the segment's `.aside` file. */
export interface AsideRange {
  readonly offset: number;
  readonly length: number;
  readonly crc32c: number;
  readonly lines: number;
}

/** What is made durable in one piece: a block, and what was set aside before it. */
export interface Entry {
  readonly block: Block;
  readonly aside?: Aside | undefined;
  /** How far the block's source is durable with it. */
  readonly position?: Position | undefined;
  readonly positions?: readonly Position[];
  /** Further deliveries that settle with it. */
  readonly deliveries?: readonly Delivery[];
  /** Part of a transaction: see `Commit.isOpen`. */
  readonly isOpen?: boolean;
  /** As of `Commit`. */
  readonly to?: readonly string[] | undefined;
  readonly facts?: BlockFacts | undefined;
}

/** `_wal` under a table's directory. */
export const WAL_DIRECTORY = "_wal";

export function segmentName(sequence: number): string {
  return sequence.toString().padStart(20, "0");
}

/** The sequence number of `00000000000000000007.ndjson`, or undefined for any other name. */
export function sequenceOf(fileName: string): number | undefined {
  const match = /^(\d{20})\.ndjson$/.exec(fileName);
  return match === null ? undefined : Number(match[1]);
}

/** The same of any file of a segment: its data, its index, or its lines set aside. */
export function segmentOf(fileName: string): number | undefined {
  const match = /^(\d{20})\.(ndjson|commits|aside)$/.exec(fileName);
  return match === null ? undefined : Number(match[1]);
}

/** The application id under which a table's log records how far a writer's segments are covered. */
export function transactionOf(writer: string): string {
  return `${TRANSACTION_PREFIX}${writer}`;
}

const TRANSACTION_PREFIX = "wal:";

/** The writer of such an application id; undefined for one of anything else. */
export function writerOfTransaction(appId: string): string | undefined {
  return appId.startsWith(TRANSACTION_PREFIX) ? appId.slice(TRANSACTION_PREFIX.length) : undefined;
}

/** The commit of an entry whose parts begin at these offsets, in bytes. */
export function commitOf(
  { block, aside, position, positions, isOpen, to, facts }: Entry,
  offset: number,
  asideOffset: number,
  observedMs: number,
): Commit {
  const { summary, bytes } = block;
  return {
    offset,
    length: bytes.length,
    crc32c: summary?.crc32c ?? 0,
    events: summary?.events ?? 0,
    observedMs,
    ...(summary?.firstTimestamp === undefined ? {} : { firstTimestamp: summary.firstTimestamp }),
    ...(summary?.lastTimestamp === undefined ? {} : { lastTimestamp: summary.lastTimestamp }),
    ...(position === undefined ? {} : { position }),
    ...(positions === undefined ? {} : { positions }),
    ...(isOpen === true ? { isOpen } : {}),
    ...(to === undefined ? {} : { to }),
    ...(facts === undefined ? {} : { facts }),
    columns: summary?.columns ?? [],
    ...(aside === undefined ? {} : { aside: rangeOf(aside, asideOffset) }),
  };
}

function rangeOf({ bytes, lines }: Aside, offset: number): AsideRange {
  return { offset, length: bytes.length, crc32c: crc32c(bytes), lines };
}

/** The line of the index that stands for the commit. Columns are written as [name, kinds, count]. */
export function encodeCommit(commit: Commit): Buffer {
  const columns = commit.columns.map((c) => [c.name, c.kinds, c.count]);
  const json = Buffer.from(JSON.stringify({ ...commit, columns }), "utf8");
  return Buffer.concat([Buffer.from(`${hex8(crc32c(json))} `, "latin1"), json, NEWLINE]);
}

/** What an index holds. */
export interface DecodedIndex {
  /** In the order of the data; without those at the end that are open. */
  readonly commits: Commit[];
  /** Bytes of the index up to the end of the last of these, */
  readonly indexLength: number;
  /** and up to the end of the last line that is whole and sound, open or not. */
  readonly wholeLength: number;
  /** The open ones at the end: no commit behind them makes them count. */
  readonly open: readonly Commit[];
  /** Lines before `wholeLength` that are not what was written, stand twice, or in the wrong place. */
  readonly brokenLines: number;
}

/** Of a damaged index every line that is sound still counts: a line says by itself which bytes it vouches for. */
export function decodeCommits(index: Buffer): DecodedIndex {
  const found: Commit[] = [];
  let closed = { count: 0, indexLength: 0, broken: 0 };
  let wholeLength = 0;
  let broken = 0;
  let brokenBefore = 0;
  for (let at = 0, end = index.indexOf(10); end >= 0; at = end + 1, end = index.indexOf(10, at)) {
    const commit = decodeCommit(index.subarray(at, end));
    if (commit === undefined) {
      broken++;
      continue;
    }
    found.push(commit);
    wholeLength = end + 1;
    brokenBefore = broken;
    if (commit.isOpen !== true) closed = { count: found.length, indexLength: wholeLength, broken };
  }
  const listed = found.slice(0, closed.count);
  const commits = inOrder(listed);
  return {
    commits,
    indexLength: closed.indexLength,
    wholeLength,
    open: found.slice(closed.count),
    brokenLines:
      brokenBefore +
      commits.filter((commit, i) => commit !== listed[i]).length +
      listed.length -
      commits.length,
  };
}

/** Lines of a damaged index may have changed places, or be there twice. */
function inOrder(found: Commit[]): Commit[] {
  if (found.every((commit, i) => i === 0 || isBehind(commit, found[i - 1]!))) return found;
  const sorted = [...found].sort((a, b) => a.offset - b.offset || a.length - b.length);
  const kept: Commit[] = [];
  let aside = 0;
  for (const commit of sorted) {
    const last = kept.at(-1);
    if (last !== undefined && !isBehind(commit, last)) continue;
    if (commit.aside !== undefined && commit.aside.offset < aside) continue;
    kept.push(commit);
    if (commit.aside !== undefined) aside = commit.aside.offset + commit.aside.length;
  }
  return kept;
}

function isBehind(commit: Commit, last: Commit): boolean {
  if (commit.offset < last.offset + last.length) return false;
  return (
    last.aside === undefined ||
    commit.aside === undefined ||
    commit.aside.offset >= last.aside.offset + last.aside.length
  );
}

function decodeCommit(line: Buffer): Commit | undefined {
  const json = line.subarray(9);
  if (line.length < 11 || line[8] !== 32 || line.latin1Slice(0, 8) !== hex8(crc32c(json))) return undefined;
  const value = JSON.parse(json.toString("utf8")) as Omit<Commit, "columns"> & {
    columns: [string, number, number][];
  };
  return { ...value, columns: value.columns.map(([name, kinds, count]) => ({ name, kinds, count })) };
}

/** What the first commit of a segment says that it is of. */
export function segmentId(writer: string, sequence: number): string {
  return `${writer}/${sequence}`;
}

const NEWLINE = Buffer.from("\n");
