// Enter here: events in, results of windows out.
/** The running half of `window`: events in, results out. */
import type { Block } from "../../event/block.js";
import { LineCounter } from "../../event/lines.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";
import { RowCondition } from "../common/row-condition.js";
import type { WindowDefinition } from "./definition/definition.js";
import { sliding, tumbling } from "./definition/panes.js";
import { nearMs, shapeName, type WindowKind } from "./definition/window-kinds.js";
import { readBlock, unpackColumns } from "./prepare.js";
import { Printer } from "./printer.js";
import { ColumnReader, type Columns } from "./read.js";
import { emitAll, Results } from "./results.js";
import { CountStore } from "./stores/count-store.js";
import { PaneStore } from "./stores/pane-store.js";
import { SessionStore } from "./stores/session-store.js";
import type { Store, Timed } from "./stores/store.js";
import { Watermark } from "./watermark.js";

/** Events between two looks at the memory, at least. */
const CHECK_EVENTS = 65_536;
const STATE_VERSION = 1;
/** Reasons for setting events aside. */
const UNTIMED = "no usable time";
const LATE = "too late for its window";
const CROWDED = "too many windows are open";

export class Windower implements Transform {
  private readonly definition: WindowDefinition;
  private readonly context: StageContext;
  private readonly reader: ColumnReader;
  private readonly watermark: Watermark;
  private readonly results: readonly Results[];
  private readonly stores: readonly Store[];
  private readonly condition: RowCondition | undefined;
  private emit: Emit = () => true;
  private isWanted = true;
  /** The last multiple of --every that event time has passed. */
  private tick = Number.NEGATIVE_INFINITY;
  private untilCheck = CHECK_EVENTS;
  private lastInputMs = Number.POSITIVE_INFINITY;

  constructor(definition: WindowDefinition, context: StageContext) {
    this.definition = definition;
    this.context = context;
    this.reader = new ColumnReader(definition.inputs);
    const { lateness, processingTime } = definition.options;
    this.watermark = new Watermark(processingTime ? 0 : lateness, definition.aheadMs);
    const { options, failIf } = definition;
    this.condition = failIf === undefined ? undefined : new RowCondition(failIf, options.by, context);
    const isAlone = definition.shapes.length === 1;
    this.results = definition.shapes.map(() => new Results(isAlone ? () => this.release() : undefined));
    this.stores = definition.shapes.map((shape, n) => this.makeStore(shape, this.results[n]!));
  }

  push(block: Block, emit: Emit): boolean {
    return this.take(readBlock(this.reader, block, this.context), emit);
  }

  pushPrepared(prepared: Buffer, emit: Emit): boolean {
    return this.take(unpackColumns(prepared), emit);
  }

  idle(emit: Emit): void {
    this.emit = emit;
    const nowMs = this.context.nowMs();
    const { idleTimeout, processingTime } = this.definition.options;
    for (const results of this.results) results.row = 0;
    if (processingTime) this.passTime(nowMs);
    else if (idleTimeout > 0 && nowMs - this.lastInputMs >= idleTimeout) this.closeAll();
    this.release();
  }

  end(emit: Emit): void {
    this.emit = emit;
    for (const results of this.results) results.row = 0;
    for (const store of this.stores) store.end();
    this.release();
  }

  save(): State {
    return {
      version: STATE_VERSION,
      watermark: this.watermark.save(),
      tick: this.tick,
      untilCheck: this.untilCheck,
      stores: this.stores.map((store) => store.save()),
      ...(this.condition === undefined ? {} : { hasHeld: this.condition.hasHeld }),
    };
  }

  load(state: State): void {
    const saved = state as Saved;
    checkStateVersion("window", saved.version, STATE_VERSION);
    this.watermark.load(saved.watermark);
    this.tick = saved.tick;
    this.untilCheck = saved.untilCheck;
    this.stores.forEach((store, n) => {
      store.load(saved.stores[n]);
    });
    if (this.condition !== undefined) this.condition.hasHeld = saved.hasHeld === true;
    this.lastInputMs = this.context.nowMs();
  }

  private take(columns: Columns, emit: Emit): boolean {
    this.emit = emit;
    this.lastInputMs = this.context.nowMs();
    const timed = this.timed(columns);
    for (let from = 0; from < columns.count; ) {
      const to = Math.min(columns.count, from + this.untilCheck);
      for (const store of this.stores) store.add(timed, from, to);
      this.untilCheck -= to - from;
      if (this.untilCheck === 0) this.checkMemory();
      from = to;
    }
    this.refuse(timed);
    this.countOdd(columns);
    return this.release();
  }

  private makeStore(shape: WindowKind, results: Results): Store {
    const { aggregation, options, hasWindowField } = this.definition;
    const printer = new Printer({
      by: options.by,
      outputs: aggregation.outputs,
      hasSketches: options.sketches,
      hasTimestamp: options.timestamp || options.sketches,
      window: hasWindowField ? shapeName(shape) : undefined,
    });
    const common = {
      makeAccumulators: aggregation.makeAccumulators,
      groupsMax: options.maxGroups,
      printer,
      results,
      lateAfterMs: options.late === "emit" ? Math.max(nearMs(shape), options.lateness) : undefined,
      count: this.context.count,
    };
    switch (shape.kind) {
      case "tumbling":
        return new PaneStore({ ...common, panes: tumbling(shape.length) });
      case "sliding":
        return new PaneStore({ ...common, panes: sliding(shape.sizeMs, shape.slideMs) });
      case "session":
        return new SessionStore({ ...common, gapMs: shape.gapMs, longestMs: shape.longestMs });
      case "count":
        return new CountStore({ ...common, size: shape.count });
    }
  }

  /** Moves event time on, row by row. */
  private timed(columns: Columns): Timed {
    const { options, everyMs } = this.definition;
    const { times, count } = columns;
    const nowMs = this.context.nowMs();
    const watermarks = new Float64Array(count);
    const isTick = new Uint8Array(count);
    for (let row = 0; row < count; row++) {
      if (options.processingTime || (options.untimed === "now" && Number.isNaN(times[row]!)))
        times[row] = nowMs;
      watermarks[row] = Number.isNaN(times[row]!)
        ? this.watermark.ms
        : this.watermark.advance(times[row]!, nowMs);
      if (everyMs !== undefined && this.passesTick(everyMs)) isTick[row] = 1;
    }
    return { columns, watermarks, isTick, refused: new Uint8Array(count) };
  }

  private passesTick(everyMs: number): boolean {
    const tick = Math.floor(this.watermark.newest / everyMs);
    if (tick <= this.tick) return false;
    const isFirst = this.tick === Number.NEGATIVE_INFINITY;
    this.tick = tick;
    return !isFirst;
  }

  /** In processing time windows close by the clock. */
  private passTime(nowMs: number): void {
    const watermarkMs = this.watermark.advance(nowMs, nowMs);
    for (const store of this.stores) store.close(watermarkMs);
    const { everyMs } = this.definition;
    if (everyMs !== undefined && this.passesTick(everyMs))
      for (const store of this.stores) store.printEarly();
  }

  /** Nothing has come for so long that nothing is waited for. */
  private closeAll(): void {
    const lastMs = Math.max(...this.stores.map((store) => store.lastEndMs));
    if (lastMs === Number.NEGATIVE_INFINITY) return;
    this.watermark.raise(lastMs);
    for (const store of this.stores) store.close(lastMs);
    this.context.count("idle_closings");
  }

  private checkMemory(): void {
    const { memory } = this.definition.options;
    const bytes = this.stores.reduce((sum, store) => sum + store.memoryBytes, 0);
    if (bytes > memory) {
      this.context.count("memory_limits");
      for (const store of this.stores) store.shrink((0.8 * memory) / bytes);
    }
    const groups = this.stores.reduce((sum, store) => sum + store.groupCount, 0);
    this.untilCheck = Math.max(CHECK_EVENTS, groups);
  }

  /** Sets aside what no window has taken, and counts it. */
  private refuse({ columns, refused }: Timed): void {
    const { late, untimed } = this.definition.options;
    const lines = new LineCounter(columns.lines.bytes);
    for (let row = 0; row < columns.count; row++) {
      const isUntimed = Number.isNaN(columns.times[row]!);
      if (!isUntimed && refused[row] === 0) continue;
      const isLate = !isUntimed && refused[row] === 1;
      this.context.count(isUntimed ? "without_time" : isLate ? "late" : "too_many_windows");
      const isKept = isUntimed ? untimed === "reject" : isLate ? late === "reject" : true;
      if (isKept) this.reject(columns, row, isUntimed ? UNTIMED : isLate ? LATE : CROWDED, lines);
    }
  }

  private reject(
    { lines: { bytes, starts, ends } }: Columns,
    row: number,
    reason: string,
    lines: LineCounter,
  ): void {
    const raw = Buffer.from(bytes.subarray(starts[row]!, ends[row]!));
    this.context.reject({ reason, raw, line: lines.lineOf(starts[row]!) });
  }

  private countOdd(columns: Columns): void {
    const mistyped = columns.numbers.reduce((sum, column) => sum + column.mistyped, 0);
    if (mistyped > 0) this.context.count("not_a_number", mistyped);
    if (this.watermark.aheadCount > 0) this.context.count("far_ahead", this.watermark.aheadCount);
    this.watermark.aheadCount = 0;
  }

  private release(): boolean {
    const { condition, emit } = this;
    const asked = (block: Block) => {
      condition?.look(block.bytes);
      return emit(block);
    };
    if (!emitAll(this.results, condition === undefined ? emit : asked)) this.isWanted = false;
    return this.isWanted;
  }
}

interface Saved {
  readonly version: number;
  readonly watermark: ReturnType<Watermark["save"]>;
  readonly tick: number;
  readonly untilCheck: number;
  readonly stores: readonly State[];
  readonly hasHeld?: boolean;
}
