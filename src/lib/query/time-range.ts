/** `--since` and `--until`: a filter on rows, and on the files that could hold such rows. */
import type { TableFile } from "../table/log/snapshot.js";
import { timestampText } from "./render-times.js";

export interface TimeRange {
  /** Nanoseconds since the epoch, inclusive. */
  readonly sinceNs?: bigint;
  /** Nanoseconds since the epoch, exclusive. */
  readonly untilNs?: bigint;
}

/** The condition on `timestamp`; empty when the range is. */
export function timeCondition({ sinceNs, untilNs }: TimeRange): string {
  const conditions: string[] = [];
  if (sinceNs !== undefined) conditions.push(`timestamp >= ${timeLiteral(sinceNs)}`);
  if (untilNs !== undefined) conditions.push(`timestamp < ${timeLiteral(untilNs)}`);
  return conditions.join(" AND ");
}

/** Whether a file may hold rows of the range: its statistics do not rule it out. */
export function mayHold(file: TableFile, { sinceNs, untilNs }: TimeRange): boolean {
  const { minTimestampMs: min, maxTimestampMs: max } = file;
  // Delta's statistics may cut times to milliseconds: the true maximum is less than one above.
  if (sinceNs !== undefined && max !== undefined && BigInt(max + 1) * 1_000_000n < sinceNs) return false;
  return untilNs === undefined || min === undefined || BigInt(min) * 1_000_000n < untilNs;
}

function timeLiteral(ns: bigint): string {
  const micros = ns / 1000n - (ns < 0n && ns % 1000n !== 0n ? 1n : 0n);
  const seconds = micros / 1_000_000n - (micros < 0n && micros % 1_000_000n !== 0n ? 1n : 0n);
  return `TIMESTAMPTZ '${timestampText(Number(seconds), Number(micros - seconds * 1_000_000n) * 1000)}'`;
}
