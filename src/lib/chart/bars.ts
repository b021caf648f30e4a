/** Rows with names as bars. */
import { isAdditive } from "./additive.js";
import { seriesOf } from "./group.js";
import type { BarChart } from "./model.js";
import { type ChartColumn, labelText } from "./rows.js";

export interface BarColumns {
  /** Absent: bars are numbered. */
  readonly x: ChartColumn | undefined;
  readonly y: readonly ChartColumn[];
  readonly by: readonly ChartColumn[];
  readonly count: number;
}

/** A bar for each value of x, in the order of the rows. */
export function barChart({ x, y, by, count }: BarColumns): BarChart {
  const numbers = new Map<string, number>();
  const places = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const label = x === undefined ? String(row + 1) : labelText(x.values[row] ?? null);
    const known = numbers.get(label);
    if (known === undefined) numbers.set(label, numbers.size);
    places[row] = known ?? numbers.size - 1;
  }
  const isSum = y.every(isAdditive);
  const series = seriesOf({ places, placeCount: numbers.size, y, by, isAdditive: isSum });
  return {
    kind: "bars",
    title: y.map(({ name }) => name).join(", ") || "count",
    labels: [...numbers.keys()],
    series,
    isAdditive: isSum,
    hasLegend: by.length > 0 || y.length > 1,
  };
}
