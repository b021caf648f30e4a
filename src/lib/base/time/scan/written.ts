// Enter here: what the scanner of times has read so far; date.ts, clock.ts and zone-at.ts fill it in.

/** What follows from how a date is written for what may stand behind it. */
export const DateForm = {
  /** With its year: any clock. */
  whole: 0,
  /** Eight digits: the clock may be six more, with nothing between. */
  compact: 1,
  /** Numbers without a year: only a clock with seconds makes it a time. */
  yearless: 2,
  /** A month's name without a year: the same, and the year may stand behind the clock. */
  named: 3,
} as const;

export type DateForm = (typeof DateForm)[keyof typeof DateForm];

/** Whether a date of three numbers says which one is the day. */
export const DayOrder = {
  /** It is no such date. */
  written: 0,
  /** Only one order makes a date of the numbers, or somebody has said which one holds. */
  sure: 1,
  /** Another order makes another date of them. */
  ambiguous: 2,
} as const;

export type DayOrder = (typeof DayOrder)[keyof typeof DayOrder];

/** How the zone is written. */
export const ZoneForm = { none: 0, minutes: 1, place: 2, unread: 3 } as const;

export type ZoneForm = (typeof ZoneForm)[keyof typeof ZoneForm];

/**
 * The parts of the time that is being read, as the text has them: one for a thread, filled and used within one call.
 */
export const written = {
  form: DateForm.whole as DateForm,
  /** -1: none is written. */
  year: -1,
  month: 0,
  day: 0,
  hour: 0,
  minute: 0,
  second: 0,
  hasSeconds: false,
  /** Whether points stand between hours, minutes and seconds: Db2, whose offsets are in minutes. */
  isDotted: false,
  /** The digits behind the point. */
  fraction: "",
  zone: ZoneForm.none as ZoneForm,
  /** East of UTC, where `zone` is minutes. */
  zoneMinutes: 0,
  /** A name of the tz database, where `zone` is a place. */
  place: "",
  /** Whether the time is to be the whole text: then layouts count that in a line could be something else. */
  isWholeText: false,
  order: DayOrder.written as DayOrder,
};

/** Sets the date. Returns `end`. */
export function dated(form: DateForm, year: number, month: number, day: number, end: number): number {
  written.form = form;
  written.year = year;
  written.month = month;
  written.day = day;
  return end;
}
