/** All aggregates: one line each. */
import type { Aggregate } from "./aggregate.js";
import { avg } from "./functions/avg.js";
import { count } from "./functions/count.js";
import { distinct } from "./functions/distinct.js";
import { first } from "./functions/first.js";
import { histogram } from "./functions/histogram.js";
import { last } from "./functions/last.js";
import { max } from "./functions/max.js";
import { min } from "./functions/min.js";
import { median, percentile, quantile } from "./functions/quantile.js";
import { rate } from "./functions/rate.js";
import { ratio } from "./functions/ratio.js";
import { stddev } from "./functions/stddev.js";
import { sum } from "./functions/sum.js";
import { topk } from "./functions/topk.js";

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
