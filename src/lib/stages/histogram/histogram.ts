// Enter here: the running half of `histogram`: events in, counts out at the end.
import { Block } from "../../event/block.js";
import { FieldSet, type Rows } from "../../event/rows/rows.js";
import { EventTime } from "../../event/time/event-time.js";
import { compileExpression, type Expression } from "../../expression/expression.js";
import { EventReader } from "../../pipeline/contract/event-reader.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";
import { CountGrid } from "./count-grid.js";
import { farTimes } from "./far-times.js";
import { HistogramGroups } from "./groups.js";
import { hasGaps, resultLines } from "./result-lines.js";
import type { HistogramSettings } from "./settings.js";
import { TimeScale } from "./time-scale.js";
import { EvenScale, LogScale } from "./value-scale.js";

const STATE_VERSION = 1;

/** Counters of what could not be counted. */
export const NO_NUMBER = "without_number";
export const LONGER = "intervals_lengthened";
export const OTHERS = "groups_put_together";
export const GAPS = "intervals_not_filled";
/** Events that are a hundred years and more away from where most are. */
export const FAR = "far_away";

export class Histogram implements Transform {
  private readonly settings: HistogramSettings;
  private readonly context: StageContext;
  private readonly reader: EventReader;
  private readonly time: EventTime | undefined;
  private readonly needsTime: boolean;
  private readonly where: Expression | undefined;
  private readonly field: number;
  private readonly groups: HistogramGroups;
  private readonly grid: CountGrid;

  constructor(settings: HistogramSettings, context: StageContext) {
    this.settings = settings;
    this.context = context;
    const { field, isHeatMap, isLog, where, sinceMs, untilMs, timeField } = settings;
    const fields = new FieldSet();
    const hasTime = field === undefined || isHeatMap;
    this.needsTime = hasTime || sinceMs !== undefined || untilMs !== undefined;
    if (this.needsTime) this.time = new EventTime(fields, timeField, (name) => context.count(name));
    this.field = field === undefined ? -1 : fields.add(field);
    this.groups = new HistogramGroups(settings.by.map((path) => fields.add(path)));
    this.where = where === undefined ? undefined : compileExpression(where, fields, "--where");
    this.reader = new EventReader(fields, context);
    const values = field === undefined ? undefined : isLog ? new LogScale() : new EvenScale();
    const time = hasTime ? new TimeScale(settings.intervalMs, settings.zone) : undefined;
    this.grid = new CountGrid(time, values, settings.intervalMs !== undefined && field === undefined);
  }

  push(block: Block): boolean {
    const rows = this.reader.read(block);
    for (let row = 0; row < rows.count; row++)
      if (this.where === undefined || this.where.test(rows, row)) this.take(rows, row);
    return true;
  }

  end(emit: Emit): void {
    if (this.grid.time?.isLonger === true) this.context.count(LONGER);
    if (this.groups.isOver) this.context.count(OTHERS);
    this.leaveOutFarTimes();
    // Of groups, only those with an event have a line in any case.
    if (this.settings.by.length === 0 && hasGaps(this.grid)) this.context.count(GAPS);
    for (const text of resultLines(this.grid, this.groups, this.settings)) emit(new Block(Buffer.from(text)));
    this.grid.clear();
  }

  save(): State {
    return { version: STATE_VERSION, grid: this.grid.save(), groups: this.groups.save() };
  }

  load(state: State): void {
    const saved = state as { version: number; grid: unknown; groups: readonly string[] };
    checkStateVersion("histogram", saved.version, STATE_VERSION);
    this.grid.load(saved.grid);
    this.groups.load(saved.groups);
  }

  /** One time that is none would make all others one interval. Who says from when to when has it all. */
  private leaveOutFarTimes(): void {
    const { sinceMs, untilMs } = this.settings;
    if (this.grid.time === undefined || (sinceMs !== undefined && untilMs !== undefined)) return;
    const { starts, events } = farTimes(this.grid.entries());
    if (events > 0) this.context.count(FAR, events);
    this.grid.leaveOut(starts);
  }

  private take(rows: Rows, row: number): void {
    let ms = 0;
    if (this.needsTime) {
      ms = this.time!.ms(rows, row);
      if (Number.isNaN(ms)) return void this.context.count("without_time");
      const { sinceMs, untilMs } = this.settings;
      if ((sinceMs !== undefined && ms < sinceMs) || (untilMs !== undefined && ms >= untilMs)) return;
    }
    let value = 0;
    if (this.field >= 0) {
      value = rows.number(this.field, row);
      if (!Number.isFinite(value)) return void this.context.count(NO_NUMBER);
    }
    this.grid.add(ms, value, this.groups.of(rows, row));
  }
}
