/** The range of time and the moment of the past that the options of a query ask for. */
import { checkTimeRange, type PhraseContext, parseTimePhrase } from "../../base/time/phrase.js";
import { parseZone } from "../../base/time/zone.js";
import { TIMESTAMP } from "../../event/time/names.js";
import type { AsOf } from "../../store/delta/snapshot.js";
import type { TimeRange } from "../sql/time-range.js";

export interface GivenRange {
  readonly tz?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly asOf?: string | undefined;
  readonly timeField?: string | undefined;
}

export function rangeOf(given: GivenRange, nowMs: number): TimeRange {
  const context = { nowMs: nowMs, zone: parseZone(given.tz ?? "local", "--tz") };
  const range: { sinceNs?: bigint; untilNs?: bigint; asOf?: AsOf; timeField?: string } = {};
  if (given.timeField !== undefined && given.timeField !== TIMESTAMP) range.timeField = given.timeField;
  if (given.since !== undefined) range.sinceNs = parseTimePhrase(given.since, "--since", context);
  if (given.until !== undefined) range.untilNs = parseTimePhrase(given.until, "--until", context);
  checkTimeRange(range.sinceNs, range.untilNs, given.until);
  if (given.asOf !== undefined) {
    const asOf = parseAsOf(given.asOf, context);
    if (asOf !== undefined) range.asOf = asOf;
  }
  return range;
}

/** Undefined: now or later, which is no past. */
function parseAsOf(text: string, context: PhraseContext): AsOf | undefined {
  const version = /^v?(\d{1,15})$/i.exec(text.trim())?.[1];
  if (version !== undefined) return { version: Number(version) };
  const timestampMs = Number(parseTimePhrase(text, "--as-of", context) / 1_000_000n);
  return timestampMs > context.nowMs ? undefined : { timestampMs };
}
