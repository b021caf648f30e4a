/** The last events of files, read from their end: no more is looked at than it takes. */
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { shownName, systemPath } from "../base/local/byte-name.js";
import { countOf } from "../base/size.js";
import { Block, writtenLongAgo } from "../event/block.js";
import { countLines } from "../event/lines.js";
import { type TimeCounts, TimeTally } from "../event/time/remarks.js";
import type { Host } from "../pipeline/contract/host.js";
import type { Source } from "../pipeline/contract/source.js";
import type { Transform } from "../pipeline/contract/stage.js";
import { FileBytes } from "../sources/bytes/bytes.js";
import { complainOf, openFiles } from "../sources/files/files.js";
import { orderOfDatesIn } from "../sources/files/order-of-dates.js";
import type { FilePool } from "../sources/files/pooled.js";
import { readRange } from "../sources/identity/fingerprint.js";
import { BlockReader } from "../sources/lines/block-reader.js";
import { DEFAULT_MAX_LINE_BYTES } from "../sources/lines/line-splitter.js";
import { learnHeaders } from "../stages/parse/memory/learn.js";
import { isPlainStart } from "../stages/parse/records/cut.js";
import type { FoundLog } from "./directory.js";
import { lastLines } from "./last-events.js";
import { pieceStart } from "./piece-start.js";

/** What is read of the end at first, for each wanted event, and at most at a time: it grows from one to the next. */
const FIRST_BYTES = 16 * 1024;
const EVENT_BYTES = 256;
const GROWTH = 4;
const MOST_BYTES = 16 << 20;
const HEAD_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const CONTAINERS = ["cri", "docker", "prefix"] as const;

export interface Wanted {
  readonly count: number;
  /** New ones for each piece of a file: `parse` and `filter`, or none. */
  readonly transforms: (piece: PieceFacts) => readonly Transform[];
  /** Whether lines are records that may go on in the lines below, as `parse` joins them. */
  readonly joinsLines: boolean;
  /** Whether lines can only be read with those before them, as a table's rows. */
  readonly readsAll?: boolean;
  /** What is held to find a record's start in. Default 16 MiB. */
  readonly mostBytes?: number;
  /** The longest line, as of what reads forwards. Default 64 MiB. */
  readonly maxLineBytes?: number;
}

export interface PieceFacts {
  readonly count: (name: string) => void;
  readonly reject: () => void;
  /** What the head of the file says of all its lines: a table's header. */
  readonly known?: { readonly stream: string; readonly text: string };
}

/**
 * The last `count` events of the generations of a log, oldest first, that come through the transforms. Plain files are
 * read in pieces from their end, each cut where a record plainly begins; packed ones from their start. Memory: a piece,
 * and the events.
 */
export class BackwardSource implements Source {
  private readonly pool: FilePool | undefined;
  /** Takes lines that are too long, in pieces. */
  onOversized?: NonNullable<Source["onOversized"]>;
  private stopReading: (() => void) | undefined;
  private readonly files: readonly FoundLog[];
  private readonly wanted: Wanted;
  private readonly host: Host;
  private readonly times = new TimeTally();
  private rejected = 0;
  private shown = 0;
  private isStopped = false;
  private isDone = false;

  /** `pool`: has files read one after the other, where there are more than can be open at once. */
  constructor(files: readonly FoundLog[], wanted: Wanted, host: Host, pool?: FilePool) {
    this.pool = pool;
    this.files = files;
    this.wanted = wanted;
    this.host = host;
  }

  async read(): Promise<Block | undefined> {
    if (this.isDone) return undefined;
    this.isDone = true;
    const pieces: Buffer[] = [];
    let missing = this.wanted.count;
    for (const file of [...this.files].reverse()) {
      if (missing <= 0 || this.isStopped) break;
      try {
        const count = missing;
        const last = () => this.lastOf(file, count);
        const found = await (this.pool?.inTurn(last) ?? last());
        pieces.unshift(found);
        missing -= countLines(found);
      } catch (error) {
        complainOf(this.host, file.path, error);
      }
    }
    if (this.rejected > 0)
      this.host.log("info", `${countOf(this.rejected, "line")} that are no events left out`);
    const { bytes, lines } = lastLines(Buffer.concat(pieces), this.wanted.count);
    this.shown = lines;
    return bytes.length === 0 ? undefined : new Block(bytes);
  }

  stop(): void {
    this.isStopped = true;
    this.stopReading?.();
  }

  /** Of what is shown: that more was looked at is of no interest. */
  timeCounts(): TimeCounts {
    const counts = Object.entries(this.times.counts);
    return Object.fromEntries(counts.map(([name, count]) => [name, Math.min(count, this.shown)]));
  }

  async close(): Promise<void> {
    this.stop();
  }

  private lastOf(file: FoundLog, count: number): Promise<Buffer> {
    const { isPacked, isWide, kind } = file.content;
    return isPacked || isWide || kind === "stream" || this.wanted.readsAll === true
      ? this.lastOfStream(file.path, count)
      : this.lastOfPlain(file.path, count);
  }

  /** From its start, keeping the last ones. */
  private async lastOfStream(path: string, count: number): Promise<Buffer> {
    const { onOversized } = this;
    const source = openFiles([path], { onOversized }, this.host);
    this.stopReading = () => source.stop();
    const transforms = this.newTransforms();
    let kept: Buffer = Buffer.alloc(0);
    const keep = (bytes: Buffer) => {
      kept = lastLines(Buffer.concat([kept, bytes]), count).bytes;
    };
    try {
      for (let block = await source.read(); block !== undefined; block = await source.read()) {
        keep(through(transforms, block, false));
      }
      keep(through(transforms, undefined, true));
    } finally {
      await source.close();
    }
    return kept;
  }

  private async lastOfPlain(path: string, count: number): Promise<Buffer> {
    const file = await open(systemPath(path), "r");
    try {
      const { size, mtimeMs } = await file.stat();
      const head = readRange(file.fd, 0, Math.min(size, HEAD_BYTES));
      const origin = {
        name: shownName(path),
        writtenMs: writtenLongAgo(mtimeMs, this.host.nowMs()),
        dateOrder: await orderOfDatesIn(path),
      };
      const known = this.wanted.joinsLines ? learnHeaders(wholeLines(head), undefined) : undefined;
      const pieces: Buffer[] = [];
      let found = 0;
      const limits = {
        mostBytes: this.wanted.mostBytes ?? MOST_BYTES,
        isStopped: () => this.isStopped,
        isStart: (bytes: Buffer, at: number) =>
          !this.wanted.joinsLines || isPlainStart(bytes, at, CONTAINERS),
      };
      let pieceBytes = Math.min(MOST_BYTES, Math.max(FIRST_BYTES, count * EVENT_BYTES));
      for (let end = size; end > 0 && found < count && !this.isStopped; ) {
        const start = await pieceStart(file.fd, end, pieceBytes, limits);
        if (this.isStopped) break;
        const bytes = await this.eventsOf(file, start, end, { origin, known });
        pieces.unshift(lastLines(bytes, count - found).bytes);
        found += countLines(pieces[0]!);
        end = start;
        pieceBytes = Math.min(pieceBytes * GROWTH, MOST_BYTES);
      }
      return Buffer.concat(pieces);
    } finally {
      await file.close();
    }
  }

  private async eventsOf(
    file: FileHandle,
    start: number,
    end: number,
    { origin, known }: { readonly origin: NonNullable<Block["origin"]>; readonly known: string | undefined },
  ): Promise<Buffer> {
    const { maxLineBytes = DEFAULT_MAX_LINE_BYTES } = this.wanted;
    const onOversized = (piece: Buffer, isLast: boolean) => this.onOversized?.(piece, isLast, origin.name);
    const reader = new BlockReader(
      new Range(file.fd, start, end),
      { maxLineBytes, onOversized },
      { labels: undefined, name: origin.name },
    );
    this.stopReading = () => reader.stop(true);
    const transforms = this.newTransforms(
      start > 0 && known !== undefined ? { stream: origin.name, text: known } : undefined,
    );
    const pieces: Buffer[] = [];
    for (let block = await reader.next(); block !== undefined; block = await reader.next()) {
      block.origin = origin;
      pieces.push(through(transforms, block, false));
    }
    pieces.push(through(transforms, undefined, true));
    return Buffer.concat(pieces);
  }

  private newTransforms(known?: PieceFacts["known"]): readonly Transform[] {
    const { count } = this.times;
    const reject = () => {
      this.rejected++;
    };
    return this.wanted.transforms({ count, reject, ...(known && { known }) });
  }
}

/** What comes out of the last of them, when `block` goes into the first. */
export function through(transforms: readonly Transform[], block: Block | undefined, isEnd: boolean): Buffer {
  let blocks: Block[] = block === undefined ? [] : [block];
  for (const transform of transforms) {
    const out: Block[] = [];
    const emit = (one: Block) => out.push(one) > 0;
    for (const one of blocks) transform.push(one, emit);
    if (isEnd) transform.end?.(emit);
    blocks = out;
  }
  // What a stage gives out may be one that is used again.
  return Buffer.concat(blocks.map(({ bytes }) => bytes));
}

function wholeLines(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1);
}

/** Some bytes of an open file. */
class Range extends FileBytes {
  private left: number;

  constructor(fd: number, start: number, end: number) {
    super(fd, start);
    this.left = end - start;
  }

  override async read(into: Buffer): Promise<number> {
    if (this.left <= 0) return 0;
    const byteCount = await super.read(into.subarray(0, Math.min(into.length, this.left)));
    this.left -= byteCount;
    return byteCount;
  }
}
