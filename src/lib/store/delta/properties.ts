/**
 * Table properties (`metaData.configuration`) that the log obeys. Source: "Delta table properties" of Delta Lake's
 * manual.
 */

import { table } from "../../base/table.js";
import type { Metadata } from "./actions.js";

export interface LogProperties {
  /** How long versions stay in the log. */
  readonly logRetentionMs: number;
  /** How long a removed file stays on the disk, and its `remove` in checkpoints. */
  readonly removedFileRetentionMs: number;
  /** How long a producer's id, with what it has stored, is kept after its last commit. Infinity: for ever. */
  readonly transactionRetentionMs: number;
  /** Commits between two checkpoints. */
  readonly checkpointInterval: number;
  readonly isCleanUpOn: boolean;
}

const DAY_MS = 86_400_000;

/** What the table says, or the protocol's usual values: 30 days, 7 days, for ever, every 100 versions, on. */
export function logProperties(metadata: Metadata | undefined): LogProperties {
  const said = metadata?.configuration ?? {};
  const interval = Number(said["delta.checkpointInterval"]);
  return {
    logRetentionMs: intervalMs(said["delta.logRetentionDuration"]) ?? 30 * DAY_MS,
    removedFileRetentionMs: intervalMs(said["delta.deletedFileRetentionDuration"]) ?? 7 * DAY_MS,
    transactionRetentionMs:
      intervalMs(said["delta.setTransactionRetentionDuration"]) ?? Number.POSITIVE_INFINITY,
    checkpointInterval: Number.isSafeInteger(interval) && interval > 0 ? interval : 100,
    isCleanUpOn: said["delta.enableExpiredLogCleanup"]?.trim().toLowerCase() !== "false",
  };
}

/** Milliseconds of `interval 30 days`, `interval 1 week 12 hours`; undefined for what is no such text. */
export function intervalMs(text: string | undefined): number | undefined {
  const words = text?.trim().toLowerCase().split(/\s+/) ?? [];
  if (words[0] === "interval") words.shift();
  if (words.length === 0 || words.length % 2 === 1) return undefined;
  let sum = 0;
  for (let i = 0; i < words.length; i += 2) {
    const count = Number(words[i]);
    const unit = UNITS_MS[words[i + 1]!.replace(/s$/, "")];
    if (!Number.isFinite(count) || count < 0 || unit === undefined) return undefined;
    sum += count * unit;
  }
  return sum;
}

const UNITS_MS: Readonly<Record<string, number>> = table({
  week: 7 * DAY_MS,
  day: DAY_MS,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
  microsecond: 0.001,
});
