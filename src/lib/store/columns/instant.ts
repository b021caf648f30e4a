/** An RFC 3339 time as a table holds it. */
export interface Instant {
  /** Microseconds since the epoch. */
  readonly micros: bigint;
  /** 0 to 999: the digits of the fraction after the microseconds. */
  readonly nanoseconds: number;
  /** Micros and nanoseconds say all that the text said, but for the zone it was written in. */
  readonly isExact: boolean;
}

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** 0001-01-01T00:00:00Z and 10000-01-01T00:00:00Z. Other engines read no table with a date before or after. */
const FIRST_MS = -62_135_596_800_000;
const END_MS = 253_402_300_800_000;

/**
 * The instant of an RFC 3339 date-time with zone, or undefined, as for one that is not in the years 1 to 9999 of UTC. A
 * leap second counts as the second after it.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const offset = match[8] === undefined ? 0 : Number(match[9]) * 60 + Number(match[10]);
  if (match[8] !== undefined && (Number(match[9]) > 23 || Number(match[10]) > 59)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - (match[8] === "-" ? -offset : offset), second);
  if (date.getTime() < FIRST_MS || date.getTime() >= END_MS) return undefined;
  const fraction = (match[7] ?? "").padEnd(9, "0");
  return {
    micros: BigInt(date.getTime()) * 1000n + BigInt(fraction.slice(0, 6)),
    nanoseconds: Number(fraction.slice(6, 9)),
    isExact: second < 60 && !/[1-9]/.test(fraction.slice(9)),
  };
}

const MICROS_A_DAY = 86_400_000_000n;

/** The UTC day `YYYY-MM-DD` of microseconds since the epoch. */
export function dayOf(micros: bigint): string {
  const days = (micros - (((micros % MICROS_A_DAY) + MICROS_A_DAY) % MICROS_A_DAY)) / MICROS_A_DAY;
  return new Date(Number(days) * 86_400_000).toISOString().slice(0, -14);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
