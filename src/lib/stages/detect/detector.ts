// Enter here: anomalies: values, rates, new and vanished values, silence.
/** `logpipe detect`: events pass, those that something is wrong with get a field `anomaly`. */
import { Block } from "../../event/block.js";
import { FieldSet, type Rows } from "../../event/rows/rows.js";
import { EventTime } from "../../event/time/event-time.js";
import { EventReader } from "../../pipeline/contract/event-reader.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";
import { annotated, anomalyJson, lateEvent } from "./print.js";
import { type Alarm, keyJson, type Moment, type Watch } from "./watch.js";
import { SeriesClock } from "./watermark.js";

const VERSION = 1;

export interface DetectorSettings {
  readonly by: readonly string[];
  readonly timeField: string;
  /** Print anomalies alone. */
  readonly isOnly: boolean;
  /** Whether time goes on by the clock, too, while nothing comes. */
  readonly isLive: boolean;
  readonly watches: (fields: FieldSet) => readonly Watch[];
}

export class AnomalyDetector implements Transform {
  private readonly settings: DetectorSettings;
  private readonly context: StageContext;
  private readonly reader: EventReader;
  private readonly time: EventTime;
  private readonly anomaly: number;
  private readonly by: readonly number[];
  private readonly watches: readonly Watch[];
  /** Whether any of them has something to say about what did not come. */
  private readonly goesByTime: boolean;
  private readonly watermark = new SeriesClock();
  private out: Buffer[] = [];
  /** How far the events' time was behind the clock when the last of them came; NaN: not known. */
  private lagMs = Number.NaN;

  constructor(settings: DetectorSettings, context: StageContext) {
    const fields = new FieldSet();
    this.settings = settings;
    this.context = context;
    this.time = new EventTime(fields, settings.timeField, (name) => context.count(name));
    this.anomaly = fields.add("anomaly");
    this.by = settings.by.map((name) => fields.add(name));
    this.watches = settings.watches(fields);
    this.goesByTime = this.watches.some((watch) => watch.advance !== undefined);
    this.reader = new EventReader(fields, context);
  }

  push(block: Block, emit: Emit): boolean {
    const rows = this.reader.read(block);
    this.lookAt(rows);
    if (this.settings.isLive && rows.count > 0) this.lagMs = this.context.nowMs() - this.watermark.nowMs;
    return emit(new Block(this.takeOut(rows.bytes)));
  }

  idle(emit: Emit): void {
    if (!this.settings.isLive) return;
    const nowMs = this.context.nowMs() - this.lagMs;
    if (nowMs > this.watermark.nowMs) {
      this.watermark.nowMs = nowMs;
      const late = this.lateAlarms();
      if (late.length > 0) emit(new Block(Buffer.concat(late)));
    }
  }

  save(): State {
    return {
      version: VERSION,
      watermark: this.watermark.save(),
      lagMs: this.lagMs,
      watches: this.watches.map((watch) => watch.save()),
    };
  }

  load(state: State): void {
    const { version, lagMs, watermark, watches } = state as {
      version: number;
      lagMs: number;
      watermark: readonly number[];
      watches: readonly unknown[];
    };
    checkStateVersion("detect", version, VERSION);
    this.lagMs = lagMs;
    this.watermark.load(watermark);
    this.watches.forEach((watch, n) => {
      watch.load(watches[n]);
    });
  }

  /** Runs of events that pass are copied at once. */
  private lookAt(rows: Rows): void {
    const moment: { -readonly [K in keyof Moment]: Moment[K] } = { rows, row: 0, group: "", timeMs: 0 };
    let from = 0;
    for (let row = 0; row < rows.count; row++) {
      if (row > from && rows.lineStart(row) !== rows.lineEnd(row - 1)) {
        this.keep(rows, from, row);
        from = row;
      }
      moment.row = row;
      moment.group = this.groupOf(rows, row);
      const before = this.watermark.nowMs;
      moment.timeMs = this.timeOf(rows, row);
      if (this.goesByTime && this.watermark.nowMs > before) {
        const late = this.lateAlarms();
        if (late.length > 0) {
          this.keep(rows, from, row);
          this.out.push(...late);
          from = row;
        }
      }
      const alarm = this.look(moment);
      if (alarm === undefined) continue;
      this.keep(rows, from, row);
      this.context.count("anomalies");
      this.out.push(annotated(rows, row, this.anomaly, anomalyJson(alarm)));
      from = row + 1;
    }
    this.keep(rows, from, rows.count);
  }

  /** Passes the events from `from` to before `to`, which stand one behind the other. */
  private keep(rows: Rows, from: number, to: number): void {
    if (from < to && !this.settings.isOnly)
      this.out.push(rows.bytes.subarray(rows.lineStart(from), rows.lineEnd(to - 1)));
  }

  /** Events for what is wrong by now, now that time has gone on. */
  private lateAlarms(): readonly Buffer[] {
    const { by } = this.settings;
    const alarms = this.watches.flatMap((watch) => watch.advance?.(this.watermark.nowMs) ?? []);
    this.context.count("anomalies", alarms.length);
    return alarms.map((alarm) => lateEvent(alarm, by));
  }

  /** The alarm with the highest score of all watches. */
  private look(moment: Moment): Alarm | undefined {
    let highest: Alarm | undefined;
    for (const watch of this.watches) {
      const alarm = watch.look(moment);
      if (alarm !== undefined && !(alarm.score <= (highest?.score ?? -1))) highest = alarm;
    }
    return highest;
  }

  private groupOf(rows: Rows, row: number): string {
    const { by } = this;
    let group = "";
    for (let n = 0; n < by.length; n++) {
      if (n > 0) group += "\n";
      const raw = rows.raw(by[n]!, row);
      if (raw !== undefined) group += keyJson(raw);
    }
    return group;
  }

  private timeOf(rows: Rows, row: number): number {
    const ms = this.time.ms(rows, row);
    if (Number.isNaN(ms)) {
      this.context.count("without_time");
      return ms;
    }
    if (this.watermark.take(ms)) return ms;
    this.context.count("far_ahead");
    return Number.NaN;
  }

  /** What is to go on: the input itself where nothing of it has changed. */
  private takeOut(input: Buffer): Buffer {
    const { out } = this;
    this.out = [];
    return out.length === 1 && out[0]!.length === input.length ? input : Buffer.concat(out);
  }
}
