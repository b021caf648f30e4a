/** Watches for groups, or values of a field, that were regular and then stop. */
import { formatDuration } from "../../base/duration.js";
import type { FieldSet } from "../../event/rows/rows.js";
import { scoreOf } from "./method.js";
import { type SavedSeries, SeriesTable } from "./series-table.js";
import {
  type Alarm,
  keyJson,
  type LateAlarm,
  type Moment,
  numberJson,
  type Watch,
  type WatchSettings,
} from "./watch.js";

/**
 * Numbers of a series: newest time, gaps seen, mean gap, largest gap of late, and how many gaps are to come before it
 * can be silent again: an alarm asks for a few, so that what comes back for a moment only is no new silence.
 */
const LAST = 0;
const GAPS = 1;
const MEAN = 2;
const LARGEST = 3;
const OWED = 4;
const SIZE = 5;
const OWED_GAPS = 20;
/**
 * A silence makes a surprise of 1 when it is this many mean gaps long, and this many times the largest gap, and not
 * short.
 */
const MEAN_GAPS = 3;
const LARGEST_GAPS = 2;
const SHORTEST_MS = 1000;
const MEMORY = 1000;

export class SilenceWatch implements Watch {
  private readonly name: string | undefined;
  private readonly field: number | undefined;
  private readonly settings: WatchSettings;
  private readonly series: SeriesTable;
  /** No series is overdue before this time. */
  private nextMs = Number.POSITIVE_INFINITY;

  /** `name`: the field whose values are watched, each for itself; undefined: groups are. */
  constructor(name: string | undefined, fields: FieldSet, settings: WatchSettings) {
    this.name = name;
    this.field = name === undefined ? undefined : fields.add(name);
    this.settings = settings;
    this.series = new SeriesTable(SIZE, settings.maxGroups, () =>
      settings.count(name === undefined ? "forgotten_groups" : "forgotten_values"),
    );
  }

  look({ rows, row, group, timeMs }: Moment): undefined {
    if (Number.isNaN(timeMs)) return;
    const raw = this.field === undefined ? "" : rows.raw(this.field, row);
    if (raw === undefined) {
      this.settings.count("without_value");
      return;
    }
    const key = `${group}\n${keyJson(raw)}`;
    const isNew = !this.series.has(key);
    const at = this.series.use(key);
    const { memory } = this.series;
    if (isNew) memory[at + LAST] = timeMs;
    else if (timeMs > memory[at + LAST]!) this.takeGap(memory, at, timeMs);
    this.nextMs = Math.min(this.nextMs, this.dueMs(memory, at));
  }

  advance(nowMs: number): readonly LateAlarm[] {
    if (!(nowMs > this.nextMs)) return [];
    const { memory } = this.series;
    const alarms: LateAlarm[] = [];
    this.nextMs = Number.POSITIVE_INFINITY;
    this.series.each((key, at) => {
      const dueMs = this.dueMs(memory, at);
      if (dueMs >= nowMs) this.nextMs = Math.min(this.nextMs, dueMs);
      else {
        memory[at + OWED] = OWED_GAPS + 1;
        alarms.push(this.alarm(key, memory, at, dueMs));
      }
    });
    return alarms.sort((a, b) => a.timeMs - b.timeMs);
  }

  save(): unknown {
    return { series: this.series.save(), nextMs: this.nextMs };
  }

  load(saved: unknown): void {
    const { series, nextMs } = saved as { series: SavedSeries; nextMs: number };
    this.series.load(series);
    this.nextMs = nextMs;
  }

  /** A silence that was told of is no gap: it does not become what is usual. */
  private takeGap(memory: Float64Array, at: number, timeMs: number): void {
    const gap = timeMs - memory[at + LAST]!;
    memory[at + LAST] = timeMs;
    if (memory[at + OWED]! > 0 && memory[at + OWED]!-- > OWED_GAPS) return;
    const newest = Math.max(1 / ++memory[at + GAPS]!, 1 / MEMORY);
    memory[at + MEAN]! += newest * (gap - memory[at + MEAN]!);
    const largest = memory[at + LARGEST]!;
    memory[at + LARGEST] = Math.max(gap, largest - (largest - memory[at + MEAN]!) / MEMORY);
  }

  /** The time at which the silence becomes an alarm; Infinity for a series that was told of lately, or is young. */
  private dueMs(memory: Float64Array, at: number): number {
    if (memory[at + OWED]! > 0 || memory[at + GAPS]! < Math.max(1, this.settings.warmup))
      return Number.POSITIVE_INFINITY;
    return memory[at + LAST]! + this.settings.surprise * standardMs(memory, at);
  }

  private alarm(key: string, memory: Float64Array, at: number, dueMs: number): LateAlarm {
    const cut = key.lastIndexOf("\n");
    const raw = key.slice(cut + 1);
    const silentMs = Math.ceil(dueMs - memory[at + LAST]!);
    const subject = this.name === undefined ? "no events" : `no event whose ${this.name} is ${raw}`;
    const usually = formatDuration(memory[at + MEAN]!);
    const longest = formatDuration(memory[at + LARGEST]!);
    const alarm: Alarm = {
      score: scoreOf(silentMs / standardMs(memory, at)),
      expected: numberJson(memory[at + MEAN]! / 1000),
      observed: numberJson(silentMs / 1000)!,
      reason: `${subject} for ${formatDuration(silentMs)}, where one usually comes every ${usually} and the longest gap was ${longest}`,
    };
    const fields = this.name === undefined ? {} : { [this.name]: raw };
    return { ...alarm, fields, group: key.slice(0, cut), timeMs: Math.ceil(dueMs) };
  }
}

function standardMs(memory: Float64Array, at: number): number {
  return Math.max(MEAN_GAPS * memory[at + MEAN]!, LARGEST_GAPS * memory[at + LARGEST]!, SHORTEST_MS);
}
