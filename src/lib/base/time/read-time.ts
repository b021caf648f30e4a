// Enter here: text of any time to RFC 3339 in UTC with the digits of its source; zones, and phrases such as `2 hours
// ago`.
/**
 * Timestamps of logs to RFC 3339 in UTC: no digit of the source's precision is lost or added (nine fraction digits at
 * most), an impossible date gives undefined, a second of 60 becomes the next minute. Every reader keeps its last
 * answer, because neighbouring lines mostly share the second.
 */
import { assumedNow } from "./assumed.js";
import { epochTime, isoTime } from "./iso.js";
import { wholeTime } from "./time-at.js";

export { type EpochUnit, epochTime, isoTime, zonelessTime, zoneMinutesOf } from "./iso.js";
export {
  commonLogTime,
  ctimeTime,
  dayMonthTime,
  klogTime,
  rfc3164Time,
} from "./log-layouts.js";
export { endOfDigits, isDate, rfc3339FromParts, utcMs, yearFor } from "./parts.js";
export { dateOrderEvidence, type FoundTime, hasDateOfNumbers, timeAt, uptimeAt } from "./time-at.js";

/**
 * RFC 3339 in UTC of text in any of the ways in which logs write a time: those of `timeAt`, counts since 1970, and a
 * date alone. `02/03/2026`, which says day and month in an unknown order, is read only where an order is assumed, or in
 * `parse`, which says how it was read.
 */
export function anyTime(text: string, nowMs: number): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length < 8 || trimmed.length > 96) return undefined;
  return timeOf(trimmed) ?? wholeTime(trimmed, { nowMs, mayBeDate: true });
}

/**
 * As `anyTime`, for values of fields: dates without a year say no moment but in `parse`, and dates alone but where
 * `mayBeDate`.
 */
export function timeOf(text: string, mayBeDate = false): string | undefined {
  return isoTime(text) ?? epochTime(text) ?? wholeTime(text, { nowMs: assumedNow().nowMs, mayBeDate });
}
