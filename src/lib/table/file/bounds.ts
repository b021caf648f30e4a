/** Bounds of a column's values in one file, as the table's log knows them. */
import type { TableFile } from "../log/snapshot.js";
import { PARTITION_COLUMN, TIMESTAMP } from "../schema/schema.js";
import type { ComparedType } from "./condition.js";

/** What is not known is absent. */
export interface Bounds {
  /** Timestamps in microseconds since the epoch. May be wider than the values, never narrower, but for text cut at its end. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** No value lies outside, not by a rounding either. */
  readonly isExact: boolean;
  readonly hasNulls?: boolean;
  readonly hasValues?: boolean;
}

export const UNBOUNDED: Bounds = { isExact: false };

/** By the statistics of the file. `type` is that of the column; undefined when only NULLs matter. */
export function statisticsBounds(file: TableFile, column: string, type: ComparedType | undefined): Bounds {
  const counted = countsOf(file, column);
  if (type === undefined) return { isExact: false, ...counted };
  if (type === "timestamp" && column === TIMESTAMP.name)
    return { ...instants(file.minTimestampMs, file.maxTimestampMs), ...counted };
  const { min, max } = file.bounds(column);
  switch (type) {
    case "string":
      return { ...texts(min, max), ...counted };
    case "timestamp":
      return { ...instants(millisecondsOf(min), millisecondsOf(max)), ...counted };
    case "integer":
      return { ...integers(min, max), ...counted };
    case "double":
      return { ...doubles(min, max), ...counted };
  }
}

function countsOf(file: TableFile, column: string): Pick<Bounds, "hasNulls" | "hasValues"> {
  const { nulls } = file.bounds(column);
  // A key may have the name of something that every object has: "constructor".
  if (typeof nulls !== "number") return {};
  const { rows } = file;
  return { hasNulls: nulls > 0, ...(rows === undefined ? {} : { hasValues: nulls < rows }) };
}

/** By the partition that the file is of. `isOurDate`: its `date` is the UTC day of `timestamp`. */
export function partitionBounds(
  file: TableFile,
  column: string,
  type: ComparedType | undefined,
  isOurDate: boolean,
): Bounds {
  const { partition } = file;
  if (column === TIMESTAMP.name && type === "timestamp")
    return isOurDate ? dayBounds(partition[PARTITION_COLUMN]) : UNBOUNDED;
  const value = partition[column];
  // NULL stands for empty text, too.
  if (value === undefined || value === null || value === "") return UNBOUNDED;
  const known = { hasNulls: false, hasValues: true };
  if (type === "string") return { min: value, max: value, isExact: true, ...known };
  if (type === "integer") return { ...integers(Number(value), Number(value)), ...known };
  return { isExact: false, ...known };
}

const DAYS = new Map<string, Bounds>();
const MOST_DAYS = 10_000;
const MICROS_A_DAY = 86_400_000_000;

function dayBounds(date: string | null | undefined): Bounds {
  if (date === null || date === undefined) return UNBOUNDED;
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

function texts(min: unknown, max: unknown): Bounds {
  return {
    ...(typeof min === "string" ? { min } : {}),
    ...(typeof max === "string" ? { max } : {}),
    isExact: false,
  };
}

/** The log has milliseconds at best, and cuts: the true maximum is less than one above. */
function instants(low: number | undefined, high: number | undefined): Bounds {
  return {
    ...(low === undefined ? {} : { min: low * 1000 }),
    ...(high === undefined ? {} : { max: high * 1000 + 999 }),
    isExact: isSafe(low) && isSafe(high),
  };
}

function isSafe(ms: number | undefined): boolean {
  return ms === undefined || Number.isSafeInteger(ms * 1000);
}

/** Of RFC 3339 with a zone; without one it means the time of whoever wrote it. */
function millisecondsOf(text: unknown): number | undefined {
  if (typeof text !== "string" || !/(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Beyond 2^53 JSON.parse has rounded. */
function integers(min: unknown, max: unknown): Bounds {
  return {
    ...(Number.isSafeInteger(min) ? { min: min as number } : {}),
    ...(Number.isSafeInteger(max) ? { max: max as number } : {}),
    isExact: true,
  };
}

/** A 32-bit float of another engine may be printed with its own few digits: that far a bound may be off. */
const FLOAT_ERROR = 2 ** -23;

function doubles(min: unknown, max: unknown): Bounds {
  const isNumber = (value: unknown): value is number => typeof value === "number";
  return {
    ...(isNumber(min) ? { min: min - Math.abs(min) * FLOAT_ERROR } : {}),
    ...(isNumber(max) ? { max: max + Math.abs(max) * FLOAT_ERROR } : {}),
    isExact: false,
  };
}
