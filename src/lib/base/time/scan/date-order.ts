/** Dates of three numbers: which of them is the day is not said by one line, but by the stream. */
import { assumedNow, type DateOrder } from "../assumed.js";
import { fullYear, hasDay } from "../parts.js";
import { DateForm, DayOrder, dated, written } from "./written.js";

const DASH = 45;
const DOT = 46;

/**
 * Which order is tried first where nobody has said one: with slashes that of the programs that write en-US whatever the
 * machine is set to (.NET's invariant culture, Java and JavaScript by default); with points and dashes that of all
 * locales of CLDR which write them. A year of two digits stands first where dashes are between.
 */
const SLASHED: readonly DateOrder[] = ["mdy", "dmy", "ymd"];
const POINTED: readonly DateOrder[] = ["dmy", "mdy", "ymd"];
const DASHED_SHORT: readonly DateOrder[] = ["ymd", "dmy", "mdy"];

/**
 * Sets the date that numbers say; `third` is -1 where there are two, which are month and day. Of several readings the
 * assumed one counts, else the first, and `written.order` says so. Returns `end`, or -1 when they are no date in any
 * order.
 */
export function orderedDate(
  first: number,
  second: number,
  third: number,
  separator: number,
  end: number,
): number {
  written.order = DayOrder.sure;
  const { dateOrder } = assumedNow();
  if (dateOrder !== undefined && readAs(dateOrder, first, second, third)) return end;
  const orders = nearestFirst(ordersOf(third, separator), first, second, third);
  for (let n = 0; n < orders.length; n++) {
    if (!readAs(orders[n]!, first, second, third)) continue;
    if (first !== second && hasOther(orders, n + 1, first, second, third)) written.order = DayOrder.ambiguous;
    return end;
  }
  return -1;
}

function ordersOf(third: number, separator: number): readonly DateOrder[] {
  if (third < 0) return SLASHED;
  if (separator === DASH && third < 100) return DASHED_SHORT;
  return separator === DASH || separator === DOT ? POINTED : SLASHED;
}

/**
 * Of a year in two digits that order comes first which puts it nearest to when the file was written, or to now, and not
 * behind it: 26/11/21 is of 2026 in the logs of that year, and 21/11/26 is as well.
 */
function nearestFirst(
  orders: readonly DateOrder[],
  first: number,
  second: number,
  third: number,
): readonly DateOrder[] {
  const { latestMs, nowMs } = assumedNow();
  const ms = latestMs ?? nowMs;
  if (third < 0 || third >= 100 || ms === undefined) return orders;
  const latest = new Date(ms).getUTCFullYear();
  let nearest: DateOrder | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (let n = 0; n < orders.length; n++) {
    if (!readAs(orders[n]!, first, second, third)) continue;
    const behind = latest - written.year;
    const own = behind >= 0 ? behind : 1000 - behind;
    if (own < distance) [nearest, distance] = [orders[n], own];
  }
  return nearest === undefined || nearest === orders[0]
    ? orders
    : [nearest, ...orders.filter((order) => order !== nearest)];
}

/** Whether the numbers are a date in another order, too; the one that is set stays. */
function hasOther(
  orders: readonly DateOrder[],
  from: number,
  first: number,
  second: number,
  third: number,
): boolean {
  const { year, month, day } = written;
  let has = false;
  for (let n = from; n < orders.length; n++) has ||= readAs(orders[n]!, first, second, third);
  dated(written.form, year, month, day, 0);
  return has;
}

/** Sets the date of this order; false when there is none. */
function readAs(order: DateOrder, first: number, second: number, third: number): boolean {
  if (third < 0) {
    if (order === "ymd") return false;
    const [month, day] = order === "mdy" ? [first, second] : [second, first];
    dated(DateForm.yearless, -1, month, day, 0);
    return hasDay(2000, month, day);
  }
  if (order === "ymd") {
    if (third >= 100) return false;
    dated(DateForm.whole, fullYear(first), second, third, 0);
  } else {
    const year = third < 100 ? fullYear(third) : third;
    if (order === "mdy") dated(DateForm.whole, year, first, second, 0);
    else dated(DateForm.whole, year, second, first, 0);
  }
  return hasDay(written.year, written.month, written.day);
}

const NUMBERS = /(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?:,? |[-_T])\d{1,2}:\d\d/;
/** A time that stands later in a line is no evidence. */
const SEARCHED = 256;

/** Whether a line has a date of numbers with a time behind it. */
export function hasDateOfNumbers(line: string): boolean {
  return NUMBERS.test(line.length > SEARCHED ? line.slice(0, SEARCHED) : line);
}

/**
 * The order that the first date of numbers in a line can only have: one of the first two is above 12. Undefined when
 * the line has none, or one that both orders allow. A stream's first evidence holds for the rest of it.
 */
export function dateOrderEvidence(line: string): "dmy" | "mdy" | undefined {
  const match = NUMBERS.exec(line.length > SEARCHED ? line.slice(0, SEARCHED) : line);
  if (match === null) return undefined;
  const [first, second, third] = [Number(match[1]), Number(match[3]), Number(match[4])];
  if (second > 12 && readAs("mdy", first, second, third)) return "mdy";
  // In 26/11/21 the first may be the year.
  const mayBeYear = match[4]!.length === 2 && third <= 31;
  return first > 12 && !mayBeYear && readAs("dmy", first, second, third) ? "dmy" : undefined;
}
