/** All aggregates: one line each. */
import type { Aggregate } from "./aggregate.js";
import { avg } from "./avg.js";
import { count } from "./count.js";
import { distinct } from "./distinct.js";
import { first } from "./first.js";
import { histogram } from "./histogram.js";
import { last } from "./last.js";
import { max } from "./max.js";
import { min } from "./min.js";
import { median, percentile, quantile } from "./quantile.js";
import { rate } from "./rate.js";
import { ratio } from "./ratio.js";
import { stddev } from "./stddev.js";
import { sum } from "./sum.js";
import { topk } from "./topk.js";

export const AGGREGATES: readonly Aggregate[] = [
  count,
  rate,
  sum,
  avg,
  min,
  max,
  stddev,
  median,
  percentile,
  quantile,
  distinct,
  topk,
  histogram,
  first,
  last,
  ratio,
];

/** The aggregate that is written `name`. */
export function aggregateNamed(name: string): Aggregate | undefined {
  const lower = name.toLowerCase();
  if (/^p\d+(\.\d+)?$/.test(lower)) return percentile;
  return AGGREGATES.find((aggregate) => aggregate.name === lower);
}
