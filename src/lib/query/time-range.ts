/** `--since` and `--until`, a filter on rows and on the files that could hold such rows; `--as-of`. */
import { allOf, type Condition } from "../table/file/condition.js";
import type { AsOf } from "../table/log/snapshot.js";
import { timestampText } from "./render-times.js";

export interface TimeRange {
  /** Nanoseconds since the epoch, inclusive. */
  readonly sinceNs?: bigint;
  /** Nanoseconds since the epoch, exclusive. */
  readonly untilNs?: bigint;
  /** The state of the tables that is asked, without the live end; the newest and all of it when absent. */
  readonly asOf?: AsOf;
}

/** The condition on `timestamp`; empty when the range is. */
export function timeCondition({ sinceNs, untilNs }: TimeRange): string {
  const conditions: string[] = [];
  if (sinceNs !== undefined) conditions.push(`timestamp >= ${timeLiteral(sinceNs)}`);
  if (untilNs !== undefined) conditions.push(`timestamp < ${timeLiteral(untilNs)}`);
  return conditions.join(" AND ");
}

/** The same as a condition on files. */
export function rangeCondition({ sinceNs, untilNs }: TimeRange): Condition {
  const conditions: Condition[] = [];
  if (sinceNs !== undefined) conditions.push(comparison(">=", sinceNs));
  if (untilNs !== undefined) conditions.push(comparison("<", untilNs));
  return allOf(conditions);
}

function comparison(operator: ">=" | "<", ns: bigint): Condition {
  const value = Number(microsOf(ns));
  const isExact = Number.isSafeInteger(value);
  return { kind: "compare", column: "timestamp", type: "timestamp", operator, value, isExact };
}

function timeLiteral(ns: bigint): string {
  const micros = microsOf(ns);
  const seconds = micros / 1_000_000n - (micros < 0n && micros % 1_000_000n !== 0n ? 1n : 0n);
  return `TIMESTAMPTZ '${timestampText(Number(seconds), Number(micros - seconds * 1_000_000n) * 1000)}'`;
}

function microsOf(ns: bigint): bigint {
  return ns / 1000n - (ns < 0n && ns % 1000n !== 0n ? 1n : 0n);
}
