/** Rows of counts by window and by range of values as a heat map. */
import type { HeatChart } from "./model.js";
import { axisNumber } from "./numbers.js";
import { type ChartColumn, type ColumnKind, cellTimeMs, numberOf } from "./rows.js";
import { windowStepMs } from "./step.js";
import { placeAtMs, timeChart } from "./time-chart.js";

type Typed = ChartColumn & { readonly kind: ColumnKind };

/** Whether rows are those of a heat map: a window, a range of values, a count. */
export function isHeat(columns: readonly Typed[]): boolean {
  const has = (name: string, kind: ColumnKind) =>
    columns.some((one) => one.name === name && one.kind === kind);
  return (
    has("window_start", "time") &&
    has("value_from", "number") &&
    has("value_to", "number") &&
    has("count", "number")
  );
}

export function heatChart(columns: readonly Typed[], zone: string): HeatChart {
  const column = (name: string) => columns.find((one) => one.name === name)!;
  const [x, from, to, count] = [
    column("window_start"),
    column("value_from"),
    column("value_to"),
    column("count"),
  ];
  const ends = columns.find(({ name }) => name === "window_end");
  const stepMs = ends === undefined ? undefined : windowStepMs(x, ends, zone);
  const { starts, stepMs: step } = timeChart({ x, y: [count], by: [], stepMs, zone });
  const ranges = new Map<number, number>();
  for (const [row, value] of from.values.entries()) ranges.set(numberOf(value), numberOf(to.values[row]!));
  const rows = withGaps(ranges);
  const counts = rows.map(() => new Float64Array(starts.length));
  const rowOf = new Map(rows.map(({ low }, n) => [low, n]));
  for (let n = 0; n < x.values.length; n++) {
    const row = rowOf.get(numberOf(from.values[n]!));
    const value = numberOf(count.values[n]!);
    if (row !== undefined && !Number.isNaN(value))
      counts[row]![placeAtMs(starts, cellTimeMs(x.values[n]!))]! += value;
  }
  const labels = rows.map(({ low }) => (Number.isNaN(low) ? "0" : axisNumber(low)));
  return { kind: "heat", title: "count by value", starts, stepMs: step, labels, counts };
}

/** Ranges without a count between those that have one are rows too, where they are as long as these. */
function withGaps(ranges: ReadonlyMap<number, number>): { low: number }[] {
  // What has no lower bound is the lowest.
  const known = [...ranges].sort(([a], [b]) => (Number.isNaN(a) ? -1 : Number.isNaN(b) ? 1 : a - b));
  const rows: { low: number }[] = [];
  const step = Math.min(...known.map(([low, high]) => high - low));
  const isEven = known.every(([low, high]) => Math.abs(high - low - step) < step / 100);
  for (const [n, [low, high]] of known.entries()) {
    rows.push({ low });
    const next = known[n + 1]?.[0];
    if (next === undefined || !isEven || (next - high) / step > 200) continue;
    for (let k = 0; k < Math.round((next - high) / step); k++)
      rows.push({ low: Number((high + k * step).toPrecision(12)) });
  }
  return rows;
}
