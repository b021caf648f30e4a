/** Dates of ISO 8601 that are not of year, month and day. */
import { hasDay, utcMs } from "../parts.js";

export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const DAY_MS = 86_400_000;

/** The day of a year from 1; undefined beyond its end. */
export function dayOfYear(year: number, day: number): CalendarDate | undefined {
  if (day < 1 || day > (hasDay(year, 2, 29) ? 366 : 365)) return undefined;
  return dateOf(utcMs(year, 1, 1, 0, 0, 0) + (day - 1) * DAY_MS);
}

/**
 * The day, 1 for Monday to 7, of a week of that year: week 1 is the one with 4 January. Undefined for a week that it
 * has not.
 */
export function dayOfWeek(year: number, week: number, day: number): CalendarDate | undefined {
  if (week < 1 || week > 53 || day < 1 || day > 7) return undefined;
  const monday = firstMonday(year) + (week - 1) * 7 * DAY_MS;
  if (week === 53 && monday >= firstMonday(year + 1)) return undefined;
  return dateOf(monday + (day - 1) * DAY_MS);
}

function firstMonday(year: number): number {
  const fourth = utcMs(year, 1, 4, 0, 0, 0);
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
}

function dateOf(ms: number): CalendarDate {
  const date = new Date(ms);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
