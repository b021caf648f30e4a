/** Rows with the same x and series added up. */
import { levelOfNumber } from "../event/level-words.js";
import type { Series } from "./model.js";
import { type ChartColumn, labelText, numberOf } from "./rows.js";

/** Series beside it are one more, "other". */
export const SERIES_MAX = 8;
const OTHER = "other";

const LEVELS = ["fatal", "error", "warn", "info", "debug", "trace"];

/** The level that a name of a series is; undefined: it is none. */
export function levelOf(name: string): string | undefined {
  const lower = name.toLowerCase();
  return LEVELS.includes(lower) ? lower : undefined;
}

export interface Grouping {
  /** The place of each row; -1: it has none. */
  readonly places: Int32Array;
  readonly placeCount: number;
  /** None: rows are counted. */
  readonly y: readonly ChartColumn[];
  readonly by: readonly ChartColumn[];
  readonly isAdditive: boolean;
}

/** Series over the places. What meets in one is added up; of measures the highest counts. */
export function seriesOf({ places, placeCount, y, by, isAdditive }: Grouping): Series[] {
  const nothing = isAdditive ? 0 : Number.NaN;
  const series = new Map<string, Float64Array>();
  const labels = labelsOf(by, places.length);
  const names = y.length === 0 ? [undefined] : y;
  for (const column of names)
    for (let row = 0; row < places.length; row++) {
      const place = places[row]!;
      const value = column === undefined ? 1 : numberOf(column.values[row] ?? null);
      if (place < 0) continue;
      const name = nameOf(labels?.[row], column, names.length > 1);
      let values = series.get(name);
      if (values === undefined) series.set(name, (values = new Float64Array(placeCount).fill(nothing)));
      if (Number.isNaN(value)) continue;
      const before = values[place]!;
      values[place] = Number.isNaN(before) ? value : isAdditive ? before + value : Math.max(before, value);
    }
  const all = [...series].map(([name, values]) => ({ name, values }));
  return inOrder(fewer(all, isAdditive));
}

function labelsOf(by: readonly ChartColumn[], count: number): readonly string[] | undefined {
  if (by.length === 0) return undefined;
  const labels: string[] = [];
  for (let row = 0; row < count; row++)
    labels.push(by.map(({ name, values }) => labelOf(name, values[row] ?? null)).join(" "));
  return labels;
}

function labelOf(name: string, value: ChartColumn["values"][number]): string {
  const text = labelText(value);
  return name === "level" ? (levelOfNumber(text) ?? levelOf(text) ?? text) : text;
}

function nameOf(label: string | undefined, column: ChartColumn | undefined, hasSeveral: boolean): string {
  if (label === undefined) return column?.name ?? "count";
  return hasSeveral ? `${label} ${column!.name}` : label;
}

/** The largest; the rest together where they can be added, else left out. */
function fewer(series: readonly Series[], isAdditive: boolean): Series[] {
  if (series.length <= SERIES_MAX) return [...series];
  const weight = ({ values }: Series) =>
    values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
  const weights = new Map(series.map((one) => [one, weight(one)]));
  const ranked = [...series].sort((a, b) => weights.get(b)! - weights.get(a)!);
  const kept = ranked.slice(0, SERIES_MAX - 1);
  const shown = series.filter((one) => kept.includes(one));
  if (!isAdditive) return shown;
  const values = new Float64Array(series[0]!.values.length);
  for (const one of ranked.slice(SERIES_MAX - 1))
    for (let n = 0; n < values.length; n++) values[n]! += one.values[n]!;
  const taken = new Set(shown.map(({ name }) => name));
  let name = OTHER;
  while (taken.has(name)) name = `(${name})`;
  return [...shown, { name, values }];
}

/** Statuses and the like by their number; others as they came. */
function byNumber(series: readonly Series[]): Series[] {
  const isNumber = ({ name }: Series) => /^-?\d+(?:\.\d+)?$/.test(name);
  if (!series.every((one) => isNumber(one) || one.name === OTHER)) return [...series];
  const rank = (one: Series) => (isNumber(one) ? Number(one.name) : Number.POSITIVE_INFINITY);
  return [...series].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** Levels from the gravest, which stands at the bottom; others as they came. */
function inOrder(series: readonly Series[]): Series[] {
  const rank = ({ name }: Series) => {
    const level = levelOf(name);
    return level === undefined ? LEVELS.length : LEVELS.indexOf(level);
  };
  if (!series.some(({ name }) => levelOf(name) !== undefined)) return byNumber(series);
  return [...series].sort((a, b) => rank(a) - rank(b));
}
