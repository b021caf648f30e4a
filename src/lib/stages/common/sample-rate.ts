import type { Rows } from "../../event/rows/rows.js";
import { lineWith } from "./added-field.js";

/** The field that says which part of the events is kept: 0.1 stands for ten of them. */
export const SAMPLE_RATE = "sample_rate";

/**
 * The line of an event that stands for 1 / `share` of them, its "\n" included. Where it was sampled before, the rates
 * multiply. `field`: the number of SAMPLE_RATE.
 */
export function sampledLine(rows: Rows, row: number, field: number, share: number): string {
  const before = rows.number(field, row);
  const rate = before > 0 && before <= 1 ? before * share : share;
  return lineWith(rows, row, field, SAMPLE_RATE, String(Number(rate.toPrecision(12))));
}
