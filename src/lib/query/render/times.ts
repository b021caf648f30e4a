/** Times to RFC 3339 text in UTC. */
import type { Duck } from "../duck.js";
import { fixedWidth, type Render } from "./bytes.js";

const DAY_SECONDS = 86_400;
const TWO_32 = 2 ** 32;
const TWO_DIGITS = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, "0"));
const INFINITE = 9_223_372_036_854_775_807n;

/**
 * Timestamps that count `unitsPerSecond` since 1970. The fraction has 0, 3, 6 or 9 digits: as few as hold it. "local":
 * of a type without a zone, as `AT TIME ZONE` and `strptime` give them; a `Z` behind would say UTC.
 */
export function timestamps(duck: Duck, unitsPerSecond: bigint, kind: "utc" | "local" = "utc"): Render {
  const units = Number(unitsPerSecond);
  const textOf = kind === "utc" ? timestampText : localText;
  return fixedWidth(duck, 8, (data, at) => {
    const high = data.getInt32(at + 4, true);
    if (high >= -2_097_152 && high < 2_097_152) {
      const value = high * TWO_32 + data.getUint32(at, true);
      const seconds = Math.floor(value / units);
      return textOf(seconds, (value - seconds * units) * (1e9 / units));
    }
    const value = data.getBigInt64(at, true);
    if (value === INFINITE) return "infinity";
    if (value === -INFINITE) return "-infinity";
    const fraction = ((value % unitsPerSecond) + unitsPerSecond) % unitsPerSecond;
    return textOf(Number((value - fraction) / unitsPerSecond), Number(fraction) * (1e9 / units));
  });
}

export function dates(duck: Duck): Render {
  return fixedWidth(duck, 4, (data, at) => {
    const days = data.getInt32(at, true);
    if (days === 2_147_483_647) return "infinity";
    return days === -2_147_483_647 ? "-infinity" : dateText(days);
  });
}

/** `2026-11-21T10:00:00.123Z` of seconds since 1970 and nanoseconds within the second. */
export function timestampText(seconds: number, nanoseconds: number): string {
  return `${localText(seconds, nanoseconds)}Z`;
}

function localText(seconds: number, nanoseconds: number): string {
  const days = Math.floor(seconds / DAY_SECONDS);
  const rest = seconds - days * DAY_SECONDS;
  const hour = Math.floor(rest / 3600);
  const minute = Math.floor(rest / 60) % 60;
  const clock = `${TWO_DIGITS[hour]}:${TWO_DIGITS[minute]}:${TWO_DIGITS[rest % 60]}`;
  return `${dateText(days)}T${clock}${fraction(nanoseconds)}`;
}

function fraction(nanoseconds: number): string {
  if (nanoseconds === 0) return "";
  if (nanoseconds % 1_000_000 === 0) return `.${String(nanoseconds / 1_000_000).padStart(3, "0")}`;
  if (nanoseconds % 1000 === 0) return `.${String(nanoseconds / 1000).padStart(6, "0")}`;
  return `.${String(nanoseconds).padStart(9, "0")}`;
}

let lastDay = Number.NaN;
let lastDate = "";

/** `2026-11-21` of days since 1970, in the proleptic Gregorian calendar; neighbouring rows mostly share it. */
function dateText(days: number): string {
  if (days !== lastDay) {
    lastDate = civilDate(days);
    lastDay = days;
  }
  return lastDate;
}

/** Years outside 0000-9999 carry a sign and six digits or more, as ISO 8601 extended years. */
function civilDate(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${TWO_DIGITS[month]}-${TWO_DIGITS[day]}`;
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, "0");
  return `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(6, "0")}`;
}
