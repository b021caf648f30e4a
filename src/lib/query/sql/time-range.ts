/** `--since` and `--until`, a filter on rows and on the files that could hold such rows; `--as-of`. */

import { table } from "../../base/table.js";
import type { AsOf } from "../../store/delta/snapshot.js";
import { allOf, type Condition } from "../../store/parquet/condition.js";
import { timestampText } from "../render/times.js";

export interface TimeRange {
  /** Nanoseconds since the epoch, inclusive. */
  readonly sinceNs?: bigint;
  /** Nanoseconds since the epoch, exclusive. */
  readonly untilNs?: bigint;
  /**
   * The field of events in files and on standard input that has their time; absent: `timestamp` and the other
   * well-known names.
   */
  readonly timeField?: string;
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

/**
 * The condition on a column, an SQL identifier, of any of DuckDB's types for times, in UTC where the type has no zone;
 * undefined for a type that is none.
 */
export function timeConditionOn(
  name: string,
  type: string,
  { sinceNs, untilNs }: TimeRange,
): string | undefined {
  const [cast, time] = TIME_TYPES[type] ?? [];
  if (cast === undefined || time === undefined) return undefined;
  const column = name + cast;
  const conditions: string[] = [];
  if (sinceNs !== undefined) conditions.push(`${column} >= ${time(sinceNs)}`);
  if (untilNs !== undefined) conditions.push(`${column} < ${time(untilNs)}`);
  return conditions.join(" AND ");
}

const plainTime = (ns: bigint) => `make_timestamp(${microsOf(ns)}::BIGINT)`;

const TIME_TYPES: Readonly<Record<string, readonly [cast: string, time: (ns: bigint) => string]>> = table({
  "TIMESTAMP WITH TIME ZONE": ["", timeLiteral],
  TIMESTAMP: ["", plainTime],
  TIMESTAMP_NS: ["", (ns) => `make_timestamp_ns(${ns}::BIGINT)`],
  TIMESTAMP_MS: ["::TIMESTAMP", plainTime],
  TIMESTAMP_S: ["::TIMESTAMP", plainTime],
  DATE: ["::TIMESTAMP", plainTime],
});

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
