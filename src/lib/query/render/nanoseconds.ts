/** The store keeps the digits of `timestamp` beyond microseconds in a column beside it; output puts both together. */
import type { ColumnShape } from "../output/text-format.js";

/** As the store names it (src/lib/table/schema.ts). */
const NANOSECONDS_COLUMN = "_timestamp_ns";

export interface SplitTimestamp {
  readonly timestamp: number;
  readonly nanoseconds: number;
}

/** Where the two columns of a split timestamp are, when the result has both. */
export function splitTimestamp(
  columns: readonly (ColumnShape & { readonly type: string })[],
): SplitTimestamp | undefined {
  const timestamp = columns.findIndex(
    ({ name, type }) => name === "timestamp" && type.startsWith("TIMESTAMP"),
  );
  const nanoseconds = columns.findIndex(({ name }) => name === NANOSECONDS_COLUMN);
  return timestamp < 0 || nanoseconds < 0 ? undefined : { timestamp, nanoseconds };
}

/** `2026-11-21T10:00:00.123456Z` and 789 is `2026-11-21T10:00:00.123456789Z`; with or without quotes around it. */
export function joinNanoseconds(time: string, nanoseconds: string): string {
  const end = time.lastIndexOf("Z");
  const dot = time.indexOf(".");
  const fraction = dot < 0 ? "" : time.slice(dot + 1, end);
  const seconds = time.slice(0, dot < 0 ? end : dot);
  return `${seconds}.${fraction.padEnd(6, "0")}${nanoseconds.padStart(3, "0")}${time.slice(end)}`;
}

/** Puts the digits of the second column into the first. */
export function joinSplit(
  cells: readonly (string | null)[][],
  { timestamp, nanoseconds }: SplitTimestamp,
): void {
  const times = cells[timestamp]!;
  const digits = cells[nanoseconds]!;
  for (let row = 0; row < times.length; row++) {
    const [time, ns] = [times[row]!, digits[row]!];
    if (time !== null && ns !== null && time.includes("Z")) times[row] = joinNanoseconds(time, ns);
  }
}
