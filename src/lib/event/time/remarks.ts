/** The words for times that had to be guessed or are not there: see docs/events.md. */
import { countOf } from "../../base/size.js";
import { table } from "../../base/table.js";

/**
 * How often each of these happened: `without_time`, `zone_assumed`, `zone_unread`, `year_assumed`,
 * `date_order_assumed`.
 */
export type TimeCounts = Readonly<Record<string, number>>;

/** Whoever can be told the zone of its input. */
const OWN_ZONE = /^(?:parse|sink)\b/;

const REMARKS: Readonly<Record<string, (count: number, reader: string) => string>> = table({
  without_time: (count, reader) =>
    reader === "sink"
      ? `${countOf(count, "event")} without a time that can be read: stored under the time of their arrival; --time-field FIELD names another field`
      : `${countOf(count, "event")} without a time that can be read; --time-field FIELD names another field`,
  zone_assumed: (count, reader) =>
    OWN_ZONE.test(reader)
      ? `${countOf(count, "time")} without a zone taken as UTC; --tz ZONE says where they were written, --tz UTC that this is right`
      : `${countOf(count, "time")} without a zone taken as UTC; parse --tz ZONE reads them in another`,
  zone_unread: (count, reader) =>
    `${countOf(count, "time")} not read, because the letters of the zone are not known or have several meanings; ${OWN_ZONE.test(reader) ? "" : "parse "}--tz ZONE says which`,
  year_assumed: (count, reader) =>
    `${countOf(count, "time")} without a year: the latest year that is not after the input; ${OWN_ZONE.test(reader) ? "" : "parse "}--year YEAR says another`,
  date_order_assumed: (count) =>
    `${countOf(count, "date")} in which day and month could be the other way round: 03/04/2026 was read as 4 March, 03.04.2026 and 03-04-2026 as 3 April; --date-order dmy or mdy says which`,
});

/** What is to be said of them by `reader`, the label of a stage or of a sink. */
export function timeRemarks(counts: TimeCounts, reader: string, needsTime = true): readonly string[] {
  return Object.entries(counts).flatMap(([name, count]) => {
    const remark = Object.hasOwn(REMARKS, name) ? REMARKS[name] : undefined;
    if (remark === undefined || count === 0 || (name === "without_time" && !needsTime)) return [];
    return [remark(count, reader)];
  });
}

/** Adds them up. Whatever else is counted is left out. */
export class TimeTally {
  private readonly sums = new Map<string, number>();

  readonly count = (name: string, by = 1): void => {
    if (Object.hasOwn(REMARKS, name)) this.sums.set(name, (this.sums.get(name) ?? 0) + by);
  };

  get counts(): TimeCounts {
    return Object.fromEntries(this.sums);
  }
}
