/** Bounds of a column's values in one file, as the table's log knows them. Cost: called for each file and condition. */

import { TIMESTAMP_KEY } from "../columns/schema.js";
import type { TableFile } from "../delta/snapshot.js";
import type { ComparedType } from "./condition.js";

export interface ColumnBounds {
  /**
   * Timestamps in microseconds since the epoch. May be wider than the values, never narrower, but for text cut at its
   * end. Undefined: not known.
   */
  readonly min: number | string | undefined;
  readonly max: number | string | undefined;
  /** A value as large as a bound is that large: neither was rounded. */
  readonly isExact: boolean;
}

export const UNBOUNDED: ColumnBounds = { min: undefined, max: undefined, isExact: false };

/** By the statistics of the file. */
export function statisticsBounds(file: TableFile, column: string, type: ComparedType): ColumnBounds {
  if (type === "timestamp" && column === TIMESTAMP_KEY.name)
    return instants(file.minTimestampMs, file.maxTimestampMs);
  const { min, max } = file.bounds(column);
  switch (type) {
    case "string":
      return {
        min: typeof min === "string" ? min : undefined,
        max: typeof max === "string" ? max : undefined,
        isExact: false,
      };
    case "timestamp":
      return instants(millisecondsOf(min), millisecondsOf(max));
    case "integer":
      return { min: safeInteger(min), max: safeInteger(max), isExact: true };
    case "double":
      return { min: widened(min, -1), max: widened(max, 1), isExact: false };
  }
}

/** Whether some row may have NULL in the column, or some row a value, by the statistics of the file. */
export function mayHaveNulls(file: TableFile, column: string): boolean {
  return file.bounds(column).nulls !== 0;
}

export function mayHaveValues(file: TableFile, column: string): boolean {
  const { nulls } = file.bounds(column);
  return nulls === undefined || nulls === 0 || nulls !== file.rows;
}

/** By the partition that the file is of. `isOurDate`: its `date` is the UTC day of `timestamp`. */
export function partitionBounds(
  file: TableFile,
  column: string,
  type: ComparedType,
  partitionColumns: ReadonlySet<string>,
  isOurDate: boolean,
): ColumnBounds {
  if (column === TIMESTAMP_KEY.name && type === "timestamp")
    return isOurDate ? dayBounds(file.date) : UNBOUNDED;
  if (!partitionColumns.has(column)) return UNBOUNDED;
  const value = file.partition[column];
  // NULL stands for empty text, too.
  if (value === undefined || value === null || value === "") return UNBOUNDED;
  if (type === "string") return { min: value, max: value, isExact: true };
  const number = type === "integer" ? safeInteger(Number(value)) : undefined;
  return { min: number, max: number, isExact: true };
}

const DAYS = new Map<string, ColumnBounds>();
const MOST_DAYS = 10_000;
const MICROS_A_DAY = 86_400_000_000;

function dayBounds(date: string | undefined): ColumnBounds {
  if (date === undefined) return UNBOUNDED;
  const known = DAYS.get(date);
  if (known !== undefined) return known;
  const start = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) * 1000 : Number.NaN;
  const found = Number.isNaN(start)
    ? UNBOUNDED
    : { min: start, max: start + MICROS_A_DAY - 1, isExact: true };
  if (DAYS.size >= MOST_DAYS) DAYS.clear();
  DAYS.set(date, found);
  return found;
}

/** The log has milliseconds at best, and cuts: the true maximum is less than one above. */
function instants(low: number | undefined, high: number | undefined): ColumnBounds {
  return {
    min: low === undefined ? undefined : low * 1000,
    max: high === undefined ? undefined : high * 1000 + 999,
    isExact: isSafe(low) && isSafe(high),
  };
}

function isSafe(ms: number | undefined): boolean {
  return ms === undefined || Math.abs(ms) < LARGEST_SAFE_MS;
}

const LARGEST_SAFE_MS = Math.floor(Number.MAX_SAFE_INTEGER / 1000) - 1;

/** Of RFC 3339 with a zone; without one it means the time of whoever wrote it. */
function millisecondsOf(text: unknown): number | undefined {
  if (typeof text !== "string" || !/(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Beyond 2^53 JSON.parse has rounded. */
function safeInteger(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

/** A 32-bit float of another engine may be printed with its own few digits: that far a bound may be off. */
const FLOAT_ERROR = 2 ** -23;

function widened(value: unknown, sign: 1 | -1): number | undefined {
  return typeof value === "number" ? value + sign * Math.abs(value) * FLOAT_ERROR : undefined;
}
