/** What `histogram` has counted, as NDJSON: a line an interval, range and group. */
import { CHART_ROWS_MAX } from "../../chart/rows.js";
import { nextStart, stepStart, stepStarts } from "../../chart/time-steps.js";
import { quote } from "../../json/quote.js";
import type { CountGrid, GroupCounts } from "./count-grid.js";
import type { HistogramGroups } from "./groups.js";
import type { HistogramSettings } from "./settings.js";
import type { ValueRange } from "./value-scale.js";

/** Intervals without an event have a line, where there are not more of them in all: as many as a chart takes. */
export const FILLED_MAX = CHART_ROWS_MAX;
/** Of a text that is handed on. */
const LINES_MAX = 1000;

/** In order of time, of value, and of groups as they first came; some lines at a time. */
export function* resultLines(
  grid: CountGrid,
  groups: HistogramGroups,
  settings: HistogramSettings,
): Generator<string> {
  if (grid.isEmpty) return;
  const { by, zone } = settings;
  const names = by.map((name) => `${quote(name)}:`);
  let lines: string[] = [];
  const write = (head: string, counts: GroupCounts | undefined) => {
    if (by.length === 0) return void lines.push(`{${head}"count":${counts?.[0] ?? 0}}\n`);
    for (const [group, count] of (counts ?? []).entries()) {
      if (!count) continue;
      const fields = groups.valuesOf(group).map((json, n) => `${names[n]}${json},`);
      lines.push(`{${head}${fields.join("")}"count":${count}}\n`);
    }
  };
  const values = grid.values?.ranges(grid.keys());
  const intervals = intervalsOf(grid, zone);
  for (const { head, rows } of intervals) {
    const sums = summed(rows, values?.of ?? (() => 0));
    if (values === undefined) write(head, sums.get(0));
    else
      for (const [n, range] of values.ranges.entries())
        if (grid.time === undefined || sums.has(n)) write(head + rangeHead(range), sums.get(n));
    if (lines.length < LINES_MAX) continue;
    yield lines.join("");
    lines = [];
  }
  if (lines.length > 0) yield lines.join("");
}

/** Whether there are too many intervals for a line of each: those without an event have none. */
export function hasGaps(grid: CountGrid): boolean {
  const { time, values, span } = grid;
  if (time === undefined || values !== undefined || span === undefined) return false;
  const [first, last] = span;
  return (last - first) / time.shownStep(first, last) >= FILLED_MAX;
}

interface Interval {
  readonly head: string;
  readonly rows: readonly ReadonlyMap<number, GroupCounts>[];
}

/** Fine intervals put together; without a scale of time one that has no name. */
function intervalsOf(grid: CountGrid, zone: string): readonly Interval[] {
  const entries = grid.entries();
  if (grid.time === undefined) return [{ head: "", rows: entries.map(([, row]) => row) }];
  const [first, last] = [entries[0]![0], entries.at(-1)![0]];
  const stepMs = grid.time.shownStep(first, last);
  const byStart = new Map<number, ReadonlyMap<number, GroupCounts>[]>();
  if (grid.values === undefined && !hasGaps(grid))
    for (const start of stepStarts(first, last, stepMs, zone)) byStart.set(start, []);
  for (const [start, row] of entries) {
    const shown = stepStart(start, stepMs, zone);
    const rows = byStart.get(shown);
    if (rows === undefined) byStart.set(shown, [row]);
    else rows.push(row);
  }
  return [...byStart]
    .sort(([a], [b]) => a - b)
    .map(([start, rows]) => {
      const end = nextStart(start, stepMs, zone);
      return { head: `"window_start":"${timeText(start)}","window_end":"${timeText(end)}",`, rows };
    });
}

function summed(rows: Interval["rows"], of: (key: number) => number): Map<number, GroupCounts> {
  const sums = new Map<number, GroupCounts>();
  for (const row of rows)
    for (const [key, counts] of row) {
      const place = of(key);
      let sum = sums.get(place);
      if (sum === undefined) sums.set(place, (sum = []));
      for (const [group, count] of counts.entries()) {
        while (sum.length <= group) sum.push(0);
        sum[group]! += count ?? 0;
      }
    }
  return sums;
}

function rangeHead({ from, to }: ValueRange): string {
  return `"value_from":${JSON.stringify(from)},"value_to":${JSON.stringify(to)},`;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
