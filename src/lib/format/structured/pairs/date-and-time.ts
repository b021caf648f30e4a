/** A date in one field, and a time in another. */

import { isoTime } from "../../../base/time/read-time.js";
import type { PairFields } from "./pairs.js";

const DATE = /^"?(\d{4}[-/]\d\d[-/]\d\d)"?$/;
const TIME = /^"?(\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?)"?$/;

/**
 * RFC 3339 of `date` and `time`, which are then taken out; undefined where they are no date without a clock and no
 * clock without a date. `zones`: the fields that may name the zone; the first that does stays, and counts.
 */
export function joinDateAndTime(fields: PairFields, zones: readonly string[] = []): string | undefined {
  const [date, time] = [fields.get("date"), fields.get("time")];
  if (date === undefined || time === undefined) return undefined;
  const [day, clock] = [DATE.exec(date)?.[1], TIME.exec(time)?.[1]];
  if (day === undefined || clock === undefined) return undefined;
  const zone = zones.map((name) => fields.get(name)?.replace(/"/g, "")).find((text) => text !== undefined);
  const hasZone = /[Z+]|-\d\d:?\d\d$/.test(clock);
  const joined = hasZone || zone === undefined ? undefined : isoTime(`${day} ${clock} ${zone}`);
  const found = joined ?? isoTime(`${day} ${clock}`);
  if (found === undefined) return undefined;
  fields.take("date");
  fields.take("time");
  return found;
}
