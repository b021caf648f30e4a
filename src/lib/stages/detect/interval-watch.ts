/** Watches how many events a group has in each interval, or how many different values of a field. */
import { formatDuration } from "../../base/duration.js";
import type { FieldSet } from "../../event/rows/rows.js";
import { Distinct } from "../../sketch/distinct.js";
import { EPISODE_SIZE, isAlarm } from "./alert-cooldown.js";
import { AnomalyFinding, type Method, scoreOf } from "./method.js";
import { type SavedSeries, SeriesTable } from "./series-table.js";
import { type LateAlarm, type Moment, numberJson, type Watch, type WatchSettings } from "./watch.js";

/** The number of the interval in which the series came up, whose count says little; then its count so far. */
const FIRST = EPISODE_SIZE;
const EVENTS = FIRST + 1;
const METHOD = EVENTS + 1;
/** Empty intervals in a row that are looked at; the others of a longer gap are passed over. */
const EMPTY_MAX = 100;
/** Groups whose different values are counted at once: a sketch of many values takes 16 KiB. */
const SKETCHES_MAX = 10_000;

export class IntervalWatch implements Watch {
  private readonly everyMs: number;
  private readonly distinctField: number | undefined;
  private readonly subject: string;
  private readonly field: string;
  private readonly method: Method;
  private readonly settings: WatchSettings;
  private readonly series: SeriesTable;
  private readonly sketches = new Map<string, Distinct>();
  private readonly finding = new AnomalyFinding();
  /** The interval that is on: its start divided by its length. NaN before the first event. */
  private open = Number.NaN;

  /** `distinct`: the field whose different values are counted; undefined: events are. */
  constructor(
    everyMs: number,
    distinct: string | undefined,
    method: Method,
    fields: FieldSet,
    settings: WatchSettings,
  ) {
    this.everyMs = everyMs;
    this.distinctField = distinct === undefined ? undefined : fields.add(distinct);
    this.field = distinct === undefined ? "count" : `distinct_${distinct.replaceAll(".", "_")}`;
    const every = formatDuration(everyMs);
    this.subject =
      distinct === undefined
        ? `the number of events in ${every}`
        : `the number of different values of ${distinct} in ${every}`;
    this.method = method;
    this.settings = settings;
    const groupsMax =
      distinct === undefined ? settings.maxGroups : Math.min(settings.maxGroups, SKETCHES_MAX);
    this.series = new SeriesTable(METHOD + method.size, groupsMax, (key) => {
      this.sketches.delete(key);
      settings.count("forgotten_groups");
    });
  }

  look({ rows, row, group, timeMs }: Moment): undefined {
    if (Number.isNaN(timeMs)) return;
    const interval = Math.floor(timeMs / this.everyMs);
    if (interval < this.open) {
      this.settings.count("late");
      return;
    }
    const isNew = !this.series.has(group);
    const at = this.series.use(group);
    if (isNew) this.series.memory[at + FIRST] = interval;
    if (this.distinctField === undefined) this.series.memory[at + EVENTS]!++;
    else {
      const raw = rows.raw(this.distinctField, row);
      if (raw === undefined) this.settings.count("without_value");
      else this.sketchOf(group).addText(raw);
    }
  }

  advance(nowMs: number): readonly LateAlarm[] {
    const interval = Math.floor(nowMs / this.everyMs);
    if (!(interval > this.open)) {
      if (Number.isNaN(this.open)) this.open = interval;
      return [];
    }
    const alarms: LateAlarm[] = [];
    const last = Math.min(interval, this.open + 1 + EMPTY_MAX);
    for (; this.open < last; this.open++) this.close(this.open, alarms);
    if (interval > this.open) this.settings.count("passed_over", interval - this.open);
    this.open = interval;
    return alarms;
  }

  save(): unknown {
    const sketches = [...this.sketches].map(([key, sketch]) => [key, sketch.save()] as const);
    return { series: this.series.save(), open: this.open, sketches };
  }

  load(saved: unknown): void {
    const { series, open, sketches } = saved as {
      series: SavedSeries;
      open: number;
      sketches: (readonly [string, Int32Array])[];
    };
    this.series.load(series);
    this.open = open;
    for (const [key, sketch] of sketches) this.sketches.set(key, Distinct.load(sketch));
  }

  private sketchOf(group: string): Distinct {
    let sketch = this.sketches.get(group);
    if (sketch === undefined) {
      sketch = new Distinct();
      this.sketches.set(group, sketch);
    }
    return sketch;
  }

  /** The interval is over: its count is the next value of every series. */
  private close(interval: number, alarms: LateAlarm[]): void {
    const { finding, method, settings } = this;
    const { memory } = this.series;
    const startMs = interval * this.everyMs;
    this.series.each((group, at) => {
      const value =
        this.distinctField === undefined
          ? memory[at + EVENTS]!
          : Math.round(this.sketches.get(group)?.estimate() ?? 0);
      memory[at + EVENTS] = 0;
      if (memory[at + FIRST] === interval) return;
      method.observe(memory, at + METHOD, startMs, value, finding);
      if (!isAlarm(memory, at, finding.surprise, startMs, settings)) return;
      alarms.push({
        group,
        timeMs: startMs,
        fields: { [this.field]: String(value) },
        score: scoreOf(finding.surprise),
        expected: numberJson(finding.expected),
        observed: String(value),
        reason: method.explain(finding, this.subject, value),
      });
    });
    this.sketches.clear();
  }
}
