/** Moments as people type them after `--since` and `--until`. */
import { tryDuration } from "../duration.js";
import { failure } from "../errors/index.js";
import { momentOf, wallTime } from "./zone.js";

/** What a phrase is relative to. */
export interface PhraseContext {
  readonly nowMs: number;
  /** Where "today" and "10:30" are: a name that src/lib/base/time/zone.ts knows; `local` is the machine's own. */
  readonly zone: string;
}

export const TIME_PHRASES =
  "write it like 10m, -10m, '10 minutes ago', now, today, yesterday, friday, 10:30, 2026-11-21, '2026-11-21 10:30', 2026-11-21T10:30:00Z or @1700000000";

const NS = 1_000_000_000n;
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const CLOCK = /(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?/.source;
const TIME_OF_DAY = new RegExp(`^${CLOCK}$`);
const DATE_TIME = new RegExp(`^(\\d{4})-(\\d\\d)-(\\d\\d)(?:[T ]${CLOCK} ?(Z|[+-]\\d\\d:?\\d\\d)?)?$`, "i");
const DAY = /^(?:(last) )?([a-z]+)(?: (?:at )?([\d:.,]+))?$/;

/**
 * Nanoseconds since the epoch of a phrase. Bare clock times and weekdays mean the last such moment that is not in the
 * future; days begin at midnight of the zone, or when the clocks say so on days without a midnight.
 *
 * ```ts
 * parseTimePhrase("yesterday", "--since", { nowMs: Date.now(), zone: "Europe/Berlin" });
 * ```
 * Throws usage.bad-value naming `what`, with the forms as its hint.
 */
export function parseTimePhrase(text: string, what: string, context: PhraseContext): bigint {
  const phrase = text.trim().replace(/\s+/g, " ");
  const lower = phrase.toLowerCase();
  const moment =
    epochSeconds(phrase) ??
    dateTime(phrase, context) ??
    clock(lower, context) ??
    day(lower, context) ??
    ago(phrase, context);
  if (typeof moment === "bigint") return moment;
  const reason = moment?.reason ?? (phrase === "" ? "it is empty" : "not a time");
  throw failure("usage.bad-value", { option: what, value: text, reason, hint: TIME_PHRASES });
}

/** Throws usage.bad-value for a range that nothing can be in. `sinceNs`, `untilNs`: what the texts mean. */
export function checkTimeRange(sinceNs: bigint | undefined, untilNs: bigint | undefined, until = ""): void {
  if (sinceNs === undefined || untilNs === undefined || sinceNs < untilNs) return;
  throw failure("usage.bad-value", {
    option: "--until",
    value: until,
    reason: "it is not after --since, so that nothing is between them",
    hint: "--since 2h --until 1h is from two hours ago to one hour ago",
  });
}

type Moment = bigint | { readonly reason: string } | undefined;

function epochSeconds(phrase: string): Moment {
  const match = /^@(-?)(\d{1,12})(?:\.(\d{1,9}))?$/.exec(phrase);
  if (match === null) return undefined;
  const ns = BigInt(match[2]!) * NS + fraction(match[3]);
  return match[1] === "-" ? -ns : ns;
}

/** `2026-11-21`, `2026-11-21 10:30`, RFC 3339 with a zone of its own. */
function dateTime(phrase: string, { zone }: PhraseContext): Moment {
  const match = DATE_TIME.exec(phrase);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return { reason: "there is no such day" };
  const time = timeOfDay(match.slice(4, 8));
  if (time === undefined) return { reason: "there is no such time of day" };
  const ownZone = match[8] === undefined ? zone : match[8].toUpperCase();
  return BigInt(momentOf({ year, month, day, ...time }, ownZone)) * 1_000_000n + time.fractionNs;
}

/** `10:30`: the last time clocks showed it. */
function clock(phrase: string, context: PhraseContext): Moment {
  const match = TIME_OF_DAY.exec(phrase);
  if (match === null) return undefined;
  const time = timeOfDay(match.slice(1));
  if (time === undefined) return { reason: "there is no such time of day" };
  const today = onDay(0, time, context);
  return today <= BigInt(context.nowMs) * 1_000_000n ? today : onDay(-1, time, context);
}

/** `today`, `friday`, `last friday`, `yesterday 10:30`. */
function day(phrase: string, context: PhraseContext): Moment {
  const match = DAY.exec(phrase);
  if (match === null) return undefined;
  const [, last, name = "", at] = match;
  if (name === "now" && last === undefined && at === undefined) return BigInt(context.nowMs) * 1_000_000n;
  const back = last === undefined ? daysBack(name, context) : weekdayBack(name, context, true);
  if (back === undefined) return undefined;
  const clockMatch = at === undefined ? [] : TIME_OF_DAY.exec(at);
  const time = clockMatch === null ? undefined : timeOfDay(clockMatch.slice(1));
  return time === undefined ? { reason: "there is no such time of day" } : onDay(-back, time, context);
}

function daysBack(name: string, context: PhraseContext): number | undefined {
  const days: Readonly<Record<string, number>> = { today: 0, yesterday: 1, tomorrow: -1 };
  return days[name] ?? weekdayBack(name, context, false);
}

/** Days since the last `name`; today counts unless `isBeforeToday`. */
function weekdayBack(
  name: string,
  { nowMs, zone }: PhraseContext,
  isBeforeToday: boolean,
): number | undefined {
  const index = WEEKDAYS.findIndex((weekday) => weekday === name || weekday.slice(0, 3) === name);
  if (index < 0) return undefined;
  const { year, month, day } = wallTime(nowMs, zone);
  const back = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() - index + 7) % 7;
  return back === 0 && isBeforeToday ? 7 : back;
}

/** `10m`, `-10m`, `10 minutes ago`, `an hour ago`. */
function ago(phrase: string, { nowMs }: PhraseContext): Moment {
  const match = /^-?\s*(.+?)( ago)?$/i.exec(phrase);
  if (match === null) return undefined;
  const ms = tryDuration(match[1]!.replace(/^an? /i, "1 "));
  if (typeof ms === "number") return BigInt(Math.round(nowMs - ms)) * 1_000_000n;
  return /^\d/.test(match[1]!) ? ms : undefined;
}

interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fractionNs: bigint;
}

/** From the groups of CLOCK; none of them: midnight. A second of 60 is a leap second. */
function timeOfDay(groups: readonly (string | undefined)[]): TimeOfDay | undefined {
  const [hour, minute, second] = [0, 1, 2].map((n) => Number(groups[n] ?? 0)) as [number, number, number];
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  return { hour, minute, second, fractionNs: fraction(groups[3]) };
}

function onDay(offsetDays: number, time: TimeOfDay, { nowMs, zone }: PhraseContext): bigint {
  const { year, month, day } = wallTime(nowMs, zone);
  return (
    BigInt(momentOf({ year, month, day: day + offsetDays, ...time }, zone)) * 1_000_000n + time.fractionNs
  );
}

function fraction(digits: string | undefined): bigint {
  return digits === undefined ? 0n : BigInt(digits.padEnd(9, "0"));
}
