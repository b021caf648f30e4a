/** Watches the values of a number field, one series a group. */
import type { FieldSet } from "../../event/rows/rows.js";
import { EPISODE_SIZE, isAlarm } from "./alert-cooldown.js";
import { AnomalyFinding, type Method, scoreOf } from "./method.js";
import { type SavedSeries, SeriesTable } from "./series-table.js";
import { type Alarm, type Moment, numberJson, type Watch, type WatchSettings } from "./watch.js";

/** Larger ones would be infinite once they are squared. */
const LARGEST = 1e150;
/** The newest time of a series, behind its episode. */
const TIME = EPISODE_SIZE;
const METHOD = TIME + 1;

export class ValueWatch implements Watch {
  private readonly field: number;
  private readonly name: string;
  private readonly method: Method;
  private readonly settings: WatchSettings;
  private readonly series: SeriesTable;
  private readonly finding = new AnomalyFinding();

  constructor(name: string, method: Method, fields: FieldSet, settings: WatchSettings) {
    this.field = fields.add(name);
    this.name = name;
    this.method = method;
    this.settings = settings;
    this.series = new SeriesTable(METHOD + method.size, settings.maxGroups, () =>
      settings.count("forgotten_groups"),
    );
  }

  look({ rows, row, group, timeMs }: Moment): Alarm | undefined {
    const { finding, method, series, settings } = this;
    const value = rows.number(this.field, row);
    if (!(Math.abs(value) <= LARGEST)) {
      settings.count(rows.raw(this.field, row) === undefined ? "without_value" : "not_a_number");
      return undefined;
    }
    const at = series.use(group);
    const { memory } = series;
    if (timeMs < memory[at + TIME]!) settings.count("out_of_order");
    else if (timeMs > memory[at + TIME]!) memory[at + TIME] = timeMs;
    method.observe(memory, at + METHOD, timeMs, value, finding);
    if (!isAlarm(memory, at, finding.surprise, timeMs, settings)) return undefined;
    return {
      score: scoreOf(finding.surprise),
      expected: numberJson(finding.expected),
      observed: rows.raw(this.field, row)!,
      reason: method.explain(finding, this.name, value),
    };
  }

  save(): SavedSeries {
    return this.series.save();
  }

  load(saved: unknown): void {
    this.series.load(saved as SavedSeries);
  }
}
