import type { Commit } from "../wal/segment.js";
import type { SeenKey } from "./schema.js";

/** A file of events to be stored or queried: a sealed segment, or the committed part of a live one. */
export interface EventFile {
  readonly path: string;
  readonly length: number;
  readonly events: number;
  readonly commits: readonly Commit[];
}

/** What the commits' summaries say of one key, all taken together. */
export interface KeySummary extends SeenKey {
  /** Events that have it. */
  readonly count: number;
}

/** Keys of all commits in order of first appearance. */
export function keysOf(commits: readonly Commit[]): KeySummary[] {
  const keys = new Map<string, { name: string; kinds: number; count: number }>();
  for (const { columns } of commits) {
    for (const { name, kinds, count } of columns) {
      const known = keys.get(name);
      if (known === undefined) keys.set(name, { name, kinds, count });
      else {
        known.kinds |= kinds;
        known.count += count;
      }
    }
  }
  return [...keys.values()];
}

/** The time given to events that have none: the same for all rows up to `lastRow` (from 1), in microseconds. */
export interface ObservedRange {
  readonly lastRow: number;
  readonly micros: number;
}

const MOST_RANGES = 64;

/** When the events were observed, commit by commit; neighbours are joined until there are few ranges. */
export function observedRanges(commits: readonly Commit[]): ObservedRange[] {
  const first = commits[0]?.observedMs ?? 0;
  const span = (commits.at(-1)?.observedMs ?? first) - first;
  const stepMs = Math.max(1, Math.ceil(span / (MOST_RANGES - 1)));
  const ranges: { lastRow: number; micros: number; step: number }[] = [];
  let row = 0;
  for (const commit of commits) {
    row += commit.events;
    const step = Math.floor((commit.observedMs - first) / stepMs);
    const last = ranges.at(-1);
    if (last?.step === step) last.lastRow = row;
    else ranges.push({ lastRow: row, micros: commit.observedMs * 1000, step });
  }
  return ranges;
}

/** A line is no longer than its block. DuckDB's buffers are twice this, one a thread, so it is kept small. */
export function longestObject(commits: readonly Commit[]): number {
  const longestBlock = commits.reduce((longest, commit) => Math.max(longest, commit.length), 0);
  return Math.max(2 * 1024 * 1024, longestBlock + 16);
}
