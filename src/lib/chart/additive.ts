/** Counts and measures told apart: counts are stacked, added up and 0 where there are none. */
import type { ChartColumn } from "./rows.js";

/** Names that tell of a measure, which is no count even where it is whole. */
const MEASURE =
  /^(?:p\d|q\d|min|max|avg|mean|median|first|last|stddev|rate|ratio|share|quantile|latency|duration)|_(?:ms|s|us|ns|seconds|percent|pct|ratio|rate|avg|mean|min|max|p\d+)$/i;

/** Whether its values can be added up: whole numbers that no name says to be a measure. */
export function isAdditive({ name, values }: ChartColumn): boolean {
  const isSum = /^(?:count|sum|total)/i.test(name);
  if (MEASURE.test(name) && !isSum) return false;
  return values.every(
    (value) =>
      value === null || (typeof value === "number" && value >= 0 && (isSum || Number.isInteger(value))),
  );
}
