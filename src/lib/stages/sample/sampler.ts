// Enter here: keeps a part of the events, by rate, key or throttle.
import type { Rate } from "../../base/rate.js";
import { Block } from "../../event/block.js";
import { type Level, levelOfNumber, levelOfWord } from "../../event/level-words.js";
import { FieldSet, type Rows } from "../../event/rows/rows.js";
import { StringInterner } from "../../event/rows/string-interner.js";
import { EventTime } from "../../event/time/event-time.js";
import { compileExpression, type Expression } from "../../expression/expression.js";
import { EventReader } from "../../pipeline/contract/event-reader.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";
import { EventKey } from "../common/event-key.js";
import { LineCollector } from "../common/line-collector.js";
import { SAMPLE_RATE, sampledLine } from "../common/sample-rate.js";
import { StreamClock } from "../common/stream-clock.js";
import { KeyHash } from "./key-hash.js";
import { Throttle } from "./throttle.js";

export interface SamplerSettings {
  /** The share that is kept, above 0 and at most 1; absent: all. */
  readonly rate: number | undefined;
  /** Keeps each N-th; by key when there is one. Not together with `rate`. */
  readonly oneIn: number | undefined;
  readonly by: readonly string[];
  readonly seed: number;
  readonly keep: string | undefined;
  readonly keepErrors: boolean;
  readonly throttle: Rate | undefined;
  /** Empty: as `by`. */
  readonly throttleBy: readonly string[];
  readonly everyMs: number;
  readonly keysMax: number;
  readonly isProcessingTime: boolean;
  readonly timeField: string;
}

const VERSION = 2;
const HASHES = 2 ** 32;

/** Whether a sampler with these settings needs to know what went before. */
export function remembers(settings: Pick<SamplerSettings, "throttle" | "oneIn" | "by">): boolean {
  return settings.throttle !== undefined || (settings.oneIn !== undefined && settings.by.length === 0);
}

/** Keeps a part of the events, and says in them how large a part. */
export class Sampler implements Transform {
  private readonly settings: SamplerSettings;
  private readonly context: StageContext;
  private readonly reader: EventReader;
  private readonly rule: KeepRule;
  private readonly share: number;
  private readonly hash: KeyHash | undefined;
  private readonly rateField: number;
  private readonly time: EventTime;
  private readonly throttleKey: EventKey | undefined;
  private readonly throttle: Throttle | undefined;
  private readonly out = new LineCollector();
  private readonly clock = new StreamClock();
  /** Events that `oneIn` has counted, up to N. */
  private counted = 0;

  /** Throws usage.bad-expression. */
  constructor(settings: SamplerSettings, context: StageContext) {
    this.settings = settings;
    this.context = context;
    const fields = new FieldSet();
    this.rule = new KeepRule(settings, fields);
    this.share = settings.rate ?? (settings.oneIn === undefined ? 1 : 1 / settings.oneIn);
    const isCounting = settings.oneIn !== undefined && settings.by.length === 0;
    this.hash = isCounting || this.share === 1 ? undefined : new KeyHash(settings.by, fields, settings.seed);
    this.rateField = fields.add(SAMPLE_RATE);
    this.time = new EventTime(fields, settings.timeField, (name) => context.count(name));
    if (settings.throttle !== undefined) {
      const names = settings.throttleBy.length > 0 ? settings.throttleBy : settings.by;
      this.throttleKey = names.length === 0 ? undefined : new EventKey(names, fields);
      this.throttle = new Throttle({ ...settings, rate: settings.throttle }, this.throttleKey);
    }
    this.reader = new EventReader(fields, context);
  }

  push(block: Block, emit: Emit): boolean {
    const rows = this.reader.read(block);
    let kept = 0;
    let byRule = 0;
    let suppressed = 0;
    for (let row = 0; row < rows.count; row++) {
      const nowMs = this.throttle === undefined ? 0 : this.advance(rows, row);
      if (this.rule.holds(rows, row)) {
        byRule++;
        this.out.keep(rows.bytes, rows.lineStart(row), rows.lineEnd(row));
      } else if (this.isChosen(rows, row)) {
        if (this.mayPass(rows, row, nowMs)) {
          kept++;
          this.write(rows, row);
        } else suppressed++;
      }
    }
    this.context.count("kept", kept);
    this.context.count("kept_always", byRule);
    this.context.count("suppressed", suppressed);
    this.context.count("dropped", rows.count - kept - byRule - suppressed);
    return this.pass(emit);
  }

  idle(emit: Emit): void {
    if (this.throttle === undefined || !this.settings.isProcessingTime) return;
    const lines = this.throttle.due(this.context.nowMs());
    if (lines !== "") emit(new Block(Buffer.from(lines)));
  }

  end(emit: Emit): void {
    const lines = this.throttle?.rest() ?? "";
    if (lines !== "") emit(new Block(Buffer.from(lines)));
  }

  save(): State {
    const { counted } = this;
    return { version: VERSION, clock: this.clock.save(), counted, throttle: this.throttle?.save() };
  }

  load(state: State): void {
    const saved = state as { version: unknown; clock: number[]; counted: number; throttle: unknown };
    checkStateVersion("sample", saved.version, VERSION);
    this.clock.load(saved.clock);
    this.counted = saved.counted;
    if (saved.throttle !== undefined) this.throttle?.load(saved.throttle);
  }

  private isChosen(rows: Rows, row: number): boolean {
    if (this.share === 1) return true;
    if (this.hash !== undefined) return this.hash.of(rows, row) < this.share * HASHES;
    const isFirst = this.counted === 0;
    this.counted = (this.counted + 1) % this.settings.oneIn!;
    return isFirst;
  }

  /** The clock after this event; summaries that are due by then go out before it. */
  private advance(rows: Rows, row: number): number {
    const clockMs = this.settings.isProcessingTime
      ? this.context.nowMs()
      : this.clock.after(this.timeOf(rows, row));
    // Where no event has had a time yet, there is only the clock on the wall.
    const nowMs = Number.isNaN(clockMs) ? this.context.nowMs() : clockMs;
    const lines = this.throttle!.due(nowMs);
    if (lines !== "") this.out.add(lines);
    return nowMs;
  }

  private timeOf(rows: Rows, row: number): number {
    const ms = this.time.ms(rows, row);
    if (Number.isNaN(ms)) this.context.count("without_time");
    return ms;
  }

  private mayPass(rows: Rows, row: number, nowMs: number): boolean {
    const { throttle, throttleKey } = this;
    if (throttle === undefined) return true;
    const buckets = throttle.bucketsOf(throttleKey?.of(rows, row) ?? "", nowMs);
    if (throttle.isShared(buckets)) this.context.count("beyond_max_keys");
    return throttle.take(buckets, nowMs, rows.lineEnd(row) - rows.lineStart(row));
  }

  private write(rows: Rows, row: number): void {
    if (this.share === 1) {
      this.out.keep(rows.bytes, rows.lineStart(row), rows.lineEnd(row));
      return;
    }
    this.out.add(sampledLine(rows, row, this.rateField, this.share));
  }

  private pass(emit: Emit): boolean {
    return emit(new Block(this.out.take()));
  }
}

/** Which events are kept whatever the rate. */
class KeepRule {
  private readonly level: number;
  private readonly keepsErrors: boolean;
  private readonly expression: Expression | undefined;
  private readonly pool = new StringInterner(1024, 64 * 1024);
  private generation = 0;
  /** By number of the level: 1 an error, 2 none, 0 not known yet. */
  private errors = new Uint8Array(1025);

  constructor({ keep, keepErrors }: SamplerSettings, fields: FieldSet) {
    this.level = fields.add("level");
    this.keepsErrors = keepErrors;
    this.expression =
      keep === undefined ? undefined : compileExpression(keep, fields, "--keep", { isCondition: true });
  }

  holds(rows: Rows, row: number): boolean {
    if (this.keepsErrors && this.isError(rows, row)) return true;
    return this.expression?.test(rows, row) ?? false;
  }

  private isError(rows: Rows, row: number): boolean {
    const id = this.pool.of(rows, this.level, row);
    if (this.pool.generation !== this.generation) {
      this.generation = this.pool.generation;
      this.errors.fill(0);
    }
    if (this.errors[id] === 0) {
      const level = id === 0 ? undefined : levelOf(this.pool.text(id) ?? this.pool.raw(id));
      this.errors[id] = level === "error" || level === "fatal" ? 1 : 2;
    }
    return this.errors[id] === 1;
  }
}

function levelOf(text: string): Level | undefined {
  return levelOfWord(text) ?? levelOfNumber(text);
}
