import { Block } from "../../event/block.js";
import { FieldSet, type Rows } from "../../event/rows/rows.js";
import { EventTime } from "../../event/time/event-time.js";
import { instant } from "../../event/time/instant.js";
import { EventReader } from "../../pipeline/contract/event-reader.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";
import { LineCollector } from "../common/line-collector.js";
import { StreamClock } from "../common/stream-clock.js";
import { ReorderBuffer, type ReorderLimits, type SavedBuffer } from "./reorder-buffer.js";

export interface StreamSorterSettings extends ReorderLimits {
  readonly bufferMs: number;
  readonly timeField: string;
}

const VERSION = 1;

/**
 * Sorts a stream by time as far as events are late by less than the buffer. After each event, those that are older than
 * the newest less the buffer leave in order: `bound`. An event before the bound is late and leaves at once.
 *
 * Cuts do not matter because the order is that of a key which is known when an event comes: its instant, or the bound
 * if that is later; whatever is below the bound can leave at any moment after.
 */
export class StreamSorter implements Transform {
  private readonly settings: StreamSorterSettings;
  private readonly context: StageContext;
  private readonly reader: EventReader;
  private readonly time: EventTime;
  private readonly buffer = new ReorderBuffer();
  private readonly out = new LineCollector();
  private readonly clock = new StreamClock();
  private boundMs = Number.NEGATIVE_INFINITY;
  private boundNs = 0;
  /** The key of the event before, which one without a time stays behind. */
  private lastMs = Number.NEGATIVE_INFINITY;
  private lastNs = 0;
  /** When the last block came, by the clock on the wall. */
  private pushedMs = 0;

  constructor(settings: StreamSorterSettings, context: StageContext) {
    this.settings = settings;
    this.context = context;
    const fields = new FieldSet();
    this.time = new EventTime(fields, settings.timeField, (name) => context.count(name));
    this.reader = new EventReader(fields, context);
  }

  push(block: Block, emit: Emit): boolean {
    const rows = this.reader.read(block);
    for (let row = 0; row < rows.count; row++) this.take(rows, row);
    this.release();
    this.pushedMs = this.context.nowMs();
    const bytes = this.out.take();
    this.buffer.settle();
    return emit(new Block(bytes));
  }

  /** A stream that has stopped for as long as the buffer is has nothing more that could come in between. */
  idle(emit: Emit): void {
    if (this.buffer.count === 0 || this.context.nowMs() - this.pushedMs < this.settings.bufferMs) return;
    this.end(emit);
  }

  end(emit: Emit): void {
    while (this.buffer.count > 0) {
      this.raise(this.buffer.firstMs, this.buffer.firstNs);
      this.shift();
    }
    const bytes = this.out.take();
    this.buffer.settle();
    if (bytes.length > 0) emit(new Block(bytes));
  }

  save(): State {
    const { boundMs, boundNs, lastMs, lastNs } = this;
    return {
      version: VERSION,
      clock: this.clock.save(),
      held: this.buffer.save(),
      marks: [boundMs, boundNs, lastMs, lastNs],
    };
  }

  load(state: State): void {
    const saved = state as { version: unknown; clock: number[]; held: SavedBuffer; marks: number[] };
    checkStateVersion("sort", saved.version, VERSION);
    this.clock.load(saved.clock);
    this.buffer.load(saved.held);
    const [boundMs, boundNs, lastMs, lastNs] = saved.marks;
    this.boundMs = boundMs!;
    this.boundNs = boundNs!;
    this.lastMs = lastMs!;
    this.lastNs = lastNs!;
    this.pushedMs = this.context.nowMs();
  }

  private take(rows: Rows, row: number): void {
    const { buffer } = this;
    let { lastMs: ms, lastNs: ns } = this;
    if (this.time.read(rows, row)) {
      this.followClock(instant.ms);
      ms = instant.ms;
      ns = instant.ns;
      if (this.isBefore(ms, ns)) this.context.count("late");
    } else this.context.count("without_time");
    if (this.isBefore(ms, ns)) {
      ms = this.boundMs;
      // Below everything at the bound, behind everything before it.
      ns = this.boundNs - 0.5;
    }
    buffer.add(rows.bytes, rows.lineStart(row), rows.lineEnd(row), ms, ns);
    this.lastMs = ms;
    this.lastNs = ns;
    const newestMs = this.clock.ms - this.settings.bufferMs;
    if (newestMs > this.boundMs) this.raise(newestMs, 0);
    if (this.isOverfull()) this.release();
    while (this.isOverfull()) {
      this.context.count("released_early");
      this.raise(buffer.firstMs, buffer.firstNs);
      this.shift();
    }
  }

  /** Where the stream's clock is set back (an older file follows), all that is held leaves and sorting starts over. */
  private followClock(ms: number): void {
    const before = this.clock.ms;
    if (!(this.clock.after(ms) < before)) return;
    while (this.buffer.count > 0) this.shift();
    this.boundMs = this.lastMs = Number.NEGATIVE_INFINITY;
    this.boundNs = this.lastNs = 0;
    this.context.count("set_back");
  }

  private isOverfull(): boolean {
    return this.buffer.count > this.settings.eventsMax || this.buffer.heldBytes > this.settings.bytesMax;
  }

  private isBefore(ms: number, ns: number): boolean {
    return ms < this.boundMs || (ms === this.boundMs && ns < this.boundNs);
  }

  private raise(ms: number, ns: number): void {
    if (!this.isBefore(ms, ns)) {
      this.boundMs = ms;
      this.boundNs = ns;
    }
  }

  private release(): void {
    const { buffer } = this;
    while (buffer.count > 0 && this.isBefore(buffer.firstMs, buffer.firstNs)) this.shift();
  }

  private shift(): void {
    this.buffer.shift(this.out);
  }
}
