import { Block } from "../../event/block.js";
import { type Fault, INVALID_UTF8 } from "../../event/faults.js";
import { FieldSet, Projector, type Rows } from "../../event/rows/rows.js";
import { EventTime } from "../../event/time/event-time.js";
import { instant } from "../../event/time/instant.js";
import { type TimeCounts, TimeTally } from "../../event/time/remarks.js";
import type { Source } from "../../pipeline/contract/source.js";
import { StreamSorter } from "../../stages/sort/stream-sorter.js";

/** Limits of what one input may hold back to put its own lines in order. */
const REORDER_EVENTS_MAX = 100_000;
const REORDER_BYTES_MAX = 64 * 1024 * 1024;

/**
 * One of the inputs that are merged: a block of it at a time, each line with the instant that it is merged by. That
 * never falls: an event that is older than the one before it, or has no time, or is none, stays behind that one.
 */
export class MergeInput {
  readonly name: string;
  /** Events older than the one before them. */
  outOfOrder = 0;
  private readonly times = new TimeTally();
  isDone = false;
  /** Whether the merger has it among those with a line. */
  isReady = false;
  bytes: Buffer = Buffer.alloc(0);
  private readonly source: Source;
  private readonly time: EventTime;
  private readonly projector: Projector;
  private readonly sorter: StreamSorter | undefined;
  private readonly asides: Buffer[] = [];
  private reading: Promise<void> | undefined;
  private starts = new Uint32Array(0);
  private msOf = new Float64Array(0);
  private nsOf = new Uint32Array(0);
  private row = 0;
  private lastMs = Number.NEGATIVE_INFINITY;
  private lastNs = 0;

  constructor(name: string, source: Source, timeField: string, reorderMs: number, nowMs: () => number) {
    this.name = name;
    this.source = source;
    const fields = new FieldSet();
    this.time = new EventTime(fields, timeField, this.times.count);
    this.projector = new Projector(fields);
    if (reorderMs === 0) return;
    const limits = { eventsMax: REORDER_EVENTS_MAX, bytesMax: REORDER_BYTES_MAX };
    this.sorter = new StreamSorter(
      { ...limits, bufferMs: reorderMs, timeField },
      {
        nowMs,
        // Lines that are no events go on with the others: the next stage sets them aside.
        reject: ({ raw }) => this.asides.push(raw, Buffer.from("\n")),
        count: () => {},
      },
    );
  }

  /** What was read of times here, and by what parses the lines. */
  get timeCounts(): TimeCounts {
    const tally = new TimeTally();
    for (const counts of [this.source.timeCounts?.() ?? {}, this.times.counts])
      for (const [name, by] of Object.entries(counts)) tally.count(name, by);
    return tally.counts;
  }

  amount(): ReturnType<NonNullable<Source["amount"]>> {
    return this.source.amount?.();
  }

  get hasLine(): boolean {
    return this.row < this.starts.length;
  }

  /** Instant of the line at hand, and where it is in `bytes`. There must be one. */
  get ms(): number {
    return this.msOf[this.row]!;
  }

  get ns(): number {
    return this.nsOf[this.row]!;
  }

  get start(): number {
    return this.starts[this.row]!;
  }

  get end(): number {
    return this.row + 1 < this.starts.length ? this.starts[this.row + 1]! : this.bytes.length;
  }

  next(): void {
    this.row++;
  }

  /** Resolves once there is a line or the input has ended. The same promise until then. */
  fill(): Promise<void> {
    this.reading ??= this.readOn().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  stop(): void {
    this.source.stop();
  }

  async close(): Promise<void> {
    await this.reading?.catch(() => undefined);
    await this.source.close();
  }

  private async readOn(): Promise<void> {
    while (!this.hasLine && !this.isDone) {
      const block = await this.source.read();
      if (block === undefined) this.isDone = true;
      const bytes = this.sorter === undefined ? block?.bytes : this.sorted(this.sorter, block);
      if (bytes !== undefined && bytes.length > 0) this.load(bytes);
    }
  }

  private sorted(sorter: StreamSorter, block: Block | undefined): Buffer {
    const pieces: Buffer[] = [];
    const emit = ({ bytes }: Block) => pieces.push(bytes) > 0;
    if (block === undefined) sorter.end(emit);
    else sorter.push(new Block(block.bytes), emit);
    return Buffer.concat([...this.asides.splice(0), ...pieces]);
  }

  private load(bytes: Buffer): void {
    const { rows, faults } = this.projector.apply(bytes);
    const count = Math.max(1, rows.count);
    this.bytes = bytes;
    this.row = 0;
    this.starts = startsOf(rows, faults);
    this.msOf = new Float64Array(count);
    this.nsOf = new Uint32Array(count);
    for (let row = 0; row < count; row++) {
      if (row < rows.count && this.time.read(rows, row)) this.follow();
      else if (row < rows.count) this.times.count("without_time");
      this.msOf[row] = this.lastMs;
      this.nsOf[row] = this.lastNs;
    }
  }

  private follow(): void {
    const { ms, ns } = instant;
    if (ms > this.lastMs || (ms === this.lastMs && ns >= this.lastNs)) {
      this.lastMs = ms;
      this.lastNs = ns;
    } else this.outOfOrder++;
  }
}

/**
 * Where the events begin in the block as it was read. Lines that are none belong to the event before them, those at the
 * start to the first; a block of nothing else is as one event.
 */
function startsOf(rows: Rows, faults: readonly Fault[]): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(Math.max(1, rows.count));
  const removed = faults.filter(({ reason }) => reason === INVALID_UTF8);
  let shift = 0;
  let next = 0;
  for (let row = 1; row < rows.count; row++) {
    const start = rows.lineStart(row);
    for (let gone = removed[next]; gone !== undefined && gone.start <= start + shift; gone = removed[++next])
      shift += gone.end + 1 - gone.start;
    starts[row] = start + shift;
  }
  return starts;
}
