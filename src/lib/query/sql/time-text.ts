/** RFC 3339 date-times with a zone, in SQL. */
import { literal } from "../../store/columns/names.js";

const TIME = "\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)";
/** With digits behind the microseconds that are not zero. */
const NANOSECONDS = "\\.\\d{6}\\d*[1-9]";

/** Whether the text is a time that DuckDB reads without losing a digit; NULL for NULL. */
export function isTimeSql(text: string): string {
  const isExact = `(NOT ${isNanosecondsSql(text)} OR TRY_CAST(${text} AS TIMESTAMP_NS) IS NOT NULL)`;
  const isRead = `TRY_CAST(${text} AS TIMESTAMPTZ) IS NOT NULL`;
  return `CASE WHEN ${text} IS NOT NULL THEN regexp_full_match(${text}, ${literal(TIME)}) AND ${isRead} AND ${isExact} END`;
}

/** Types of times with a zone; that of nanoseconds reaches from 1677 to 2262. */
export type TimeType = "TIMESTAMPTZ" | "TIMESTAMP_NS";

/** The text as a time of the type; NULL for one that it cannot hold, and for any other text. */
export function timeSql(text: string, type: TimeType): string {
  return `CASE WHEN regexp_full_match(${text}, ${literal(TIME.replace("[Tt]", "[Tt ]"))}) THEN TRY_CAST(upper(${text}) AS ${type}) END`;
}

/** Whether a time has more digits than microseconds. */
export function isNanosecondsSql(text: string): string {
  return `regexp_matches(${text}, ${literal(NANOSECONDS)})`;
}
