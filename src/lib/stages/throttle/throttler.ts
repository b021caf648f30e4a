// Enter here: lets through so many events and bytes a second, by key.
import { Block } from "../../event/block.js";
import { FieldSet, Projector } from "../../event/rows/rows.js";
import { EventTime } from "../../event/time/event-time.js";
import { compileExpression, type Expression } from "../../expression/expression.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";
import { LineCollector } from "../common/line-collector.js";
import { SAMPLE_RATE, sampledLine } from "../common/sample-rate.js";
import { SteadyClock } from "../common/steady-clock.js";
import { StreamClock } from "../common/stream-clock.js";
import { type BucketSize, type KeyBuckets, TokenBuckets } from "../common/token-buckets.js";
import { BucketFinder } from "./bucket-finder.js";
import { Lines } from "./lines.js";

export interface ThrottlerSettings {
  /** One or more: of events, of bytes. */
  readonly sizes: readonly BucketSize[];
  readonly by: readonly string[];
  readonly onLimit: "drop" | "block" | "sample";
  /** Beyond the limit the first of each so many passes; 1 or more. */
  readonly sampleOneIn: number;
  /** Events with more bytes are dropped; absent: none. */
  readonly maxEventBytes: number | undefined;
  readonly keysMax: number;
  /** An expression: these always pass. */
  readonly keep: string | undefined;
  /** By the time in the events rather than by the clock. Not together with "block". */
  readonly isByEventTime: boolean;
  readonly timeField: string;
}

const VERSION = 1;
/** What waits is let out in portions, so many milliseconds apart where the buckets hold that much. */
const PORTION_MS = 20;

const NOTHING = { passed: 0, kept_always: 0, dropped: 0, sampled: 0, too_large: 0, beyond_max_keys: 0 };

/** What becomes of a line: it passes as it is or marked as one of several, is left out, or has to wait. */
type Fate = "pass" | "sample" | "leave" | "wait";

/** Every line counts as an event. One that is none has no fields: its key is that of events without them. */
export class Throttler implements Transform {
  private readonly settings: ThrottlerSettings;
  private readonly context: StageContext;
  /** Undefined where nothing of an event matters but its length. */
  private readonly projector: Projector | undefined;
  private readonly keep: Expression | undefined;
  private readonly time: EventTime | undefined;
  private readonly rateField: number;
  private readonly share: number;
  private readonly buckets: TokenBuckets;
  private readonly finder: BucketFinder;
  private readonly stream = new StreamClock();
  private readonly clock = new SteadyClock();
  private readonly out = new LineCollector();
  /** Under "block", what waits: the first is read as far as it has passed. */
  private held: Lines[] = [];
  /** When the first line of `held` may pass, by `clock`. */
  private dueMs = 0;
  private counts = { ...NOTHING };

  /** Throws usage.bad-expression. */
  constructor(settings: ThrottlerSettings, context: StageContext) {
    this.settings = settings;
    this.context = context;
    const { by, keep, isByEventTime, timeField, onLimit } = settings;
    const fields = new FieldSet();
    this.buckets = new TokenBuckets(settings.sizes, settings.keysMax);
    this.finder = new BucketFinder(by, fields, this.buckets);
    this.keep =
      keep === undefined ? undefined : compileExpression(keep, fields, "--keep", { isCondition: true });
    this.time = isByEventTime ? new EventTime(fields, timeField, (name) => context.count(name)) : undefined;
    this.share = 1 / settings.sampleOneIn;
    this.rateField = onLimit === "sample" ? fields.add(SAMPLE_RATE) : -1;
    this.projector = fields.paths.length === 0 ? undefined : new Projector(fields);
  }

  push(block: Block, emit: Emit): boolean {
    if (this.held.length > 0) {
      // Its buffer may be used again by then.
      this.held.push(this.linesOf(Buffer.from(block.bytes)));
      return this.letOut(emit);
    }
    const lines = this.linesOf(block.bytes);
    if (!this.through(lines)) this.held.push(this.linesOf(Buffer.from(lines.rest)));
    this.settle();
    return emit(new Block(this.out.take()));
  }

  idle(emit: Emit): void {
    if (this.held.length > 0) this.letOut(emit);
  }

  /** The rest goes at once: whoever ends a stream has waited before, or will not wait. */
  end(emit: Emit): void {
    for (const lines of this.held) {
      while (lines.next()) {
        this.context.count("released_at_end");
        this.out.keep(lines.bytes, lines.start, lines.end);
      }
    }
    this.held = [];
    const bytes = this.out.take();
    if (bytes.length > 0) emit(new Block(bytes));
  }

  waitMs(): number {
    if (this.held.length === 0) return 0;
    // Not 0 before it has been let out: what is pushed meanwhile would wait as well.
    return Math.max(1, this.dueMs - this.clock.after(this.context.nowMs()));
  }

  save(): State {
    return {
      version: VERSION,
      stream: this.stream.save(),
      clock: this.clock.save(),
      buckets: this.buckets.save(),
      held: this.held.map(({ rest }) => Buffer.from(rest)),
    };
  }

  load(state: State): void {
    const saved = state as {
      version: unknown;
      stream: number[];
      clock: number[];
      buckets: unknown;
      held: Uint8Array[];
    };
    checkStateVersion("throttle", saved.version, VERSION);
    this.stream.load(saved.stream);
    this.clock.load(saved.clock);
    this.buckets.load(saved.buckets);
    this.held = saved.held.map((bytes) => this.linesOf(Buffer.from(bytes)));
  }

  private linesOf(bytes: Buffer): Lines {
    return new Lines(bytes, this.projector);
  }

  /** As much of what waits as may pass now. */
  private letOut(emit: Emit): boolean {
    const { held } = this;
    while (held.length > 0 && this.through(held[0]!)) held.shift();
    this.settle();
    const bytes = this.out.take();
    return bytes.length === 0 || emit(new Block(bytes));
  }

  /** Whether all lines could be handled; else the next one has to wait. */
  private through(lines: Lines): boolean {
    const { out } = this;
    // Blocks come and are handled at one time, by the clock.
    let nowMs = this.time === undefined ? this.clock.after(this.context.nowMs()) : 0;
    while (lines.next()) {
      if (this.time !== undefined) nowMs = this.clock.after(this.timeAt(lines));
      const fate = this.fateOf(lines, nowMs);
      if (fate === "wait") {
        lines.back();
        return false;
      }
      if (fate === "pass") out.keep(lines.bytes, lines.start, lines.end);
      else if (fate === "sample") out.add(sampledLine(lines.rows!, lines.row, this.rateField, this.share));
    }
    return true;
  }

  private fateOf(lines: Lines, nowMs: number): Fate {
    const { settings, counts, buckets } = this;
    const bytes = lines.end - lines.start;
    if (settings.maxEventBytes !== undefined && bytes - 1 > settings.maxEventBytes) {
      counts.too_large++;
      return "leave";
    }
    if (this.isKept(lines)) {
      counts.kept_always++;
      return "pass";
    }
    const own = this.finder.of(lines.rows, lines.row, nowMs);
    const mayPass = buckets.take(own, nowMs, bytes);
    if (!mayPass && settings.onLimit === "block") {
      this.wait(own, nowMs, bytes);
      return "wait";
    }
    if (buckets.isShared(own)) counts.beyond_max_keys++;
    if (mayPass) {
      counts.passed++;
      return "pass";
    }
    return this.beyond(own, lines.row !== -1);
  }

  /** What becomes of what found its bucket empty and does not wait. A line that is no event cannot be marked. */
  private beyond(buckets: KeyBuckets, isEvent: boolean): Fate {
    const { settings, counts } = this;
    if (settings.onLimit === "sample" && isEvent) {
      const isFirst = buckets.over === 0;
      buckets.over = (buckets.over + 1) % settings.sampleOneIn;
      if (isFirst) {
        counts.sampled++;
        return "sample";
      }
    }
    counts.dropped++;
    return "leave";
  }

  private isKept({ rows, row }: Lines): boolean {
    return this.keep !== undefined && row !== -1 && this.keep.test(rows!, row);
  }

  private wait(buckets: KeyBuckets, nowMs: number, bytes: number): void {
    const neededMs = this.buckets.waitMs(buckets, nowMs, bytes);
    const usefulMs = Math.min(PORTION_MS, this.buckets.fullInMs(buckets, nowMs));
    this.dueMs = nowMs + Math.max(neededMs, usefulMs);
  }

  /** Where no event has had a time yet, there is only the clock on the wall. */
  private timeAt({ rows, row }: Lines): number {
    const ms = row === -1 ? Number.NaN : this.time!.ms(rows!, row);
    if (Number.isNaN(ms)) this.context.count("without_time");
    const streamMs = this.stream.after(ms);
    return Number.isNaN(streamMs) ? this.context.nowMs() : streamMs;
  }

  /** Hands on what was counted since the last time. */
  private settle(): void {
    const { counts } = this;
    for (const [name, count] of Object.entries(counts)) if (count > 0) this.context.count(name, count);
    this.counts = { ...NOTHING };
  }
}
