/** Charts as data: what is drawn, whoever draws it. */

export interface Series {
  readonly name: string;
  /** One a place on the x axis; NaN: none. */
  readonly values: Float64Array;
}

/** Values over time. */
export interface TimeChart {
  readonly kind: "time";
  /** What is counted or measured. */
  readonly title: string;
  /** Where the places begin, in milliseconds since the epoch, rising. */
  readonly starts: readonly number[];
  /** How long one is, in milliseconds. */
  readonly stepMs: number;
  readonly series: readonly Series[];
  /** Counts and sums: nothing is 0, places can be put together, series stand on one another. */
  readonly isAdditive: boolean;
  /** Rows that have no time. */
  readonly leftOut: number;
  /** Series are named, in a legend. */
  readonly hasLegend: boolean;
}

/** Values by category. */
export interface BarChart {
  readonly kind: "bars";
  readonly title: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly isAdditive: boolean;
  readonly hasLegend: boolean;
}

/** Counts by time and by value. */
export interface HeatChart {
  readonly kind: "heat";
  readonly title: string;
  readonly starts: readonly number[];
  readonly stepMs: number;
  /** From the lowest. */
  readonly labels: readonly string[];
  /** `counts[label][place]`. */
  readonly counts: readonly Float64Array[];
}

export type Chart = TimeChart | BarChart | HeatChart;

/** The sum of all values that are there. */
export function totalOf({ values }: Series): number {
  return values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
}
