import type { Recovery } from "../../store/write/recover-table.js";
import type { Stored } from "../../store/write/segment-flusher.js";
import type { Dropped } from "./backlog.js";

/** What one run of a store sink did. */
export interface StoreReport {
  /** Of this run's own events. */
  readonly stored: Stored;
  /** Of writers that died. */
  readonly recovery: Recovery;
  /** What came, and was thrown away for want of room. */
  readonly droppedNewest: Dropped;
  /** What was durable in the log, and was thrown away to make room. */
  readonly droppedOldest: Dropped;
  /** What stays in the log: it could not be stored, and nobody wanted to wait. The next writer stores it. */
  readonly left: Dropped;
  /** What the sink was given. All of it is in the other sums. */
  readonly given: { readonly events: number; readonly asideLines: number };
  /** What it was given and never acknowledged, because writing failed or was stopped. */
  readonly refused: { readonly events: number; readonly asideLines: number };
  /** What is left stays in the journal that feeds the table. */
  readonly isLeftInJournal?: true;
}

export interface Balance {
  /** Lines that came, events or not. */
  readonly linesIn: number;
  /** Where they are. The first are the rows of the table. */
  readonly parts: readonly { readonly name: string; readonly count: number }[];
  readonly isBalanced: boolean;
}

/** Where every line went. */
export function balanceOf({
  stored,
  droppedNewest,
  droppedOldest,
  left,
  given,
  refused,
}: StoreReport): Balance {
  const { damagedEvents, damagedLines } = stored.losses;
  const unstorable = stored.unstorable.reduce((sum, { events }) => sum + events, 0);
  const parts = [
    { name: "rows", count: stored.events },
    { name: "quarantined", count: stored.asideLines + unstorable },
    { name: "damaged on the disk", count: damagedEvents + damagedLines },
    { name: "dropped (newest)", count: linesOf(droppedNewest) },
    { name: "dropped (oldest)", count: linesOf(droppedOldest) },
    { name: "left in the log", count: linesOf(left) },
    { name: "not acknowledged", count: linesOf(refused) },
  ];
  const linesIn = linesOf(given);
  return { linesIn, parts, isBalanced: parts.reduce((sum, { count }) => sum + count, 0) === linesIn };
}

/** The balance for --stats. */
export function balanceCounts(report: StoreReport): Readonly<Record<string, number>> {
  const { linesIn, parts } = balanceOf(report);
  const counts = parts
    .map(({ name, count }, i) => [i, name, count] as const)
    .filter(([i, , n]) => i < 2 || n > 0);
  return Object.fromEntries([
    ["store: lines in", linesIn],
    ...counts.map(([, name, n]) => [`store: ${name}`, n]),
  ]);
}

function linesOf({ events, asideLines }: { readonly events: number; readonly asideLines: number }): number {
  return events + asideLines;
}
