/** Rows with times as values over time: gaps are filled, and places put together until they fit. */
import { isAdditive } from "./additive.js";
import { seriesOf } from "./group.js";
import type { Series, TimeChart } from "./model.js";
import { type ChartColumn, cellTimeMs } from "./rows.js";
import { areAtSteps, stepBetween } from "./step.js";
import { nextStart, niceStepMs, stepStart, stepStarts } from "./time-steps.js";

/** Places that are kept apart until it is known how many fit. */
const PLACES_MAX = 20_000;

export interface TimeColumns {
  readonly x: ChartColumn;
  readonly y: readonly ChartColumn[];
  readonly by: readonly ChartColumn[];
  /** How long the places are, where the rows say so. */
  readonly stepMs: number | undefined;
  readonly zone: string;
}

export function timeChart({ x, y, by, stepMs, zone }: TimeColumns): TimeChart {
  const times = Float64Array.from(x.values, cellTimeMs);
  const distinct = [...new Set(times)].filter((ms) => !Number.isNaN(ms)).sort((a, b) => a - b);
  const { starts, step } = placesOf(distinct, stepMs, zone);
  const isSum = y.every(isAdditive);
  const places = Int32Array.from(times, (ms) => (Number.isNaN(ms) ? -1 : placeAtMs(starts, ms)));
  const series = seriesOf({ places, placeCount: starts.length, y, by, isAdditive: isSum });
  return {
    kind: "time",
    title: y.map(({ name }) => name).join(", ") || "count",
    starts,
    stepMs: step,
    series,
    isAdditive: isSum,
    leftOut: places.reduce((sum, place) => sum + (place < 0 ? 1 : 0), 0),
    hasLegend: by.length > 0 || y.length > 1,
  };
}

/**
 * Places at even steps where the times stand at such, with those that none stands at between them; else steps of a
 * round length.
 */
function placesOf(
  times: readonly number[],
  known: number | undefined,
  zone: string,
): { starts: number[]; step: number } {
  const [first = 0] = times;
  const last = times.at(-1) ?? first;
  let step = known ?? stepBetween(times, zone);
  if (!Number.isFinite(step)) step = 60_000;
  if (areAtSteps(times, step, zone) && (last - first) / step <= PLACES_MAX)
    return { starts: times.length === 0 ? [0] : stepStarts(first, last, step, zone), step };
  const isEven = times.every((ms, n) => n === 0 || isMultiple(ms - times[n - 1]!, step));
  const isGrid = isEven && (known !== undefined || step >= 1000 || times.length < 3);
  if (isGrid && (last - first) / step <= PLACES_MAX) return { starts: filled(times, step), step };
  const unit = isGrid ? step : 1;
  const round = niceStepMs(Math.max((last - first) / 4096, 1), unit);
  return { starts: stepStarts(first, last, round, zone), step: round };
}

/** Days of 23 and 25 hours are days. */
function isMultiple(ms: number, step: number): boolean {
  const times = Math.round(ms / step);
  return (
    times > 0 &&
    Math.abs(ms - times * step) <= Math.min(step / 20, 3_600_000) + (step >= 82_800_000 ? 3_600_000 : 0)
  );
}

function filled(times: readonly number[], step: number): number[] {
  const starts: number[] = [];
  for (const [n, ms] of times.entries()) {
    starts.push(ms);
    const gap = (times[n + 1] ?? ms) - ms;
    const missing = Math.round(gap / step) - 1;
    for (let k = 1; k <= missing; k++) starts.push(ms + Math.round((gap * k) / (missing + 1)));
  }
  return starts.length === 0 ? [0] : starts;
}

/** The place that a moment is in: the last that begins at or before it. */
export function placeAtMs(starts: readonly number[], ms: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The places of a chart put together, by a round step, until there are at most `most`. */
export function mergedTo<C extends Pick<TimeChart, "starts" | "stepMs">>(
  chart: C,
  most: number,
  zone: string,
): { readonly starts: readonly number[]; readonly stepMs: number; readonly into: Int32Array } {
  const { starts, stepMs } = chart;
  const identity = () => Int32Array.from(starts, (_, n) => n);
  if (starts.length <= most) return { starts, stepMs, into: identity() };
  const first = starts[0]!;
  const last = starts.at(-1)!;
  for (let least = (last - first) / most; ; ) {
    const step = niceStepMs(Math.max(least, stepMs), Number.isInteger(stepMs) ? stepMs : 1);
    const merged = stepStarts(first, last, step, zone);
    if (merged.length <= most || merged.length === 1)
      return { starts: merged, stepMs: step, into: Int32Array.from(starts, (ms) => placeAtMs(merged, ms)) };
    least = step + 1;
  }
}

/** The series over merged places: counts are added up, of measures the highest is kept. */
export function mergedSeries(
  { series, isAdditive: isSum }: Pick<TimeChart, "series" | "isAdditive">,
  into: Int32Array,
  count: number,
): Series[] {
  return series.map(({ name, values }) => {
    const merged = new Float64Array(count).fill(isSum ? 0 : Number.NaN);
    for (let n = 0; n < values.length; n++) {
      const value = values[n]!;
      if (Number.isNaN(value)) continue;
      const place = into[n]!;
      const before = merged[place]!;
      merged[place] = Number.isNaN(before) ? value : isSum ? before + value : Math.max(before, value);
    }
    return { name, values: merged };
  });
}

/** Where the last place ends. */
export function lastEndMs({ starts, stepMs }: Pick<TimeChart, "starts" | "stepMs">, zone: string): number {
  const last = starts.at(-1) ?? 0;
  return stepStart(last, stepMs, zone) === last ? nextStart(last, stepMs, zone) : last + stepMs;
}
