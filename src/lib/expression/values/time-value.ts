/** Moments and spans of time with nanoseconds: whole milliseconds, and the nanoseconds beyond them. */

import { table } from "../../base/table.js";
import { timeOf as readTime } from "../../base/time/read-time.js";

const NS_PER_MS = 1_000_000;

export class TimeValue {
  /** Since the epoch, a whole number. */
  readonly ms: number;
  /** From 0 to 999,999. */
  readonly ns: number;

  constructor(ms: number, ns: number) {
    this.ms = ms;
    this.ns = ns;
  }

  /** RFC 3339 in UTC, with the digits of whole milli-, micro- or nanoseconds that it needs. */
  toString(): string {
    const whole = new Date(this.ms).toISOString();
    if (this.ns === 0) return whole.replace(".000Z", "Z");
    const digits = `${whole.slice(20, 23)}${String(this.ns).padStart(6, "0")}`;
    return `${whole.slice(0, 20)}${digits.replace(/000$/, "")}Z`;
  }
}

export class DurationValue {
  /** A whole number, negative for a span backwards. */
  readonly ms: number;
  /** From 0 to 999,999, to be added. */
  readonly ns: number;

  constructor(ms: number, ns: number) {
    this.ms = ms;
    this.ns = ns;
  }

  /** Seconds with a fraction: `90s`, `-0.25s`. */
  toString(): string {
    const total = BigInt(this.ms) * 1_000_000n + BigInt(this.ns);
    const size = total < 0n ? -total : total;
    const fraction = String(size % 1_000_000_000n)
      .padStart(9, "0")
      .replace(/0+$/, "");
    return `${total < 0n ? "-" : ""}${size / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`}s`;
  }
}

/**
 * The moment that text tells, as `timeOf` of src/lib/base/time/read-time.ts reads it (without a zone: UTC), or an epoch
 * number.
 */
export function timeOfText(text: string): TimeValue | undefined {
  const iso = readTime(text);
  if (iso === undefined) return undefined;
  const ms = Date.parse(iso.length > 24 ? `${iso.slice(0, 23)}Z` : iso);
  if (Number.isNaN(ms)) return undefined;
  const digits = iso.length > 24 ? iso.slice(23, -1).padEnd(6, "0").slice(0, 6) : "0";
  return new TimeValue(ms, Number(digits));
}

/** Keeps the nanoseconds between 0 and a millisecond; undefined beyond the years 0001 to 9999. */
export function timeValue(ms: number, ns: number): TimeValue | undefined {
  const carry = Math.floor(ns / NS_PER_MS);
  const whole = ms + carry;
  if (!(whole >= -62_135_596_800_000 && whole <= 253_402_300_799_999)) return undefined;
  return new TimeValue(whole, ns - carry * NS_PER_MS);
}

export function durationOf(ms: number, ns: number): DurationValue | undefined {
  const carry = Math.floor(ns / NS_PER_MS);
  const whole = ms + carry;
  return Number.isSafeInteger(whole) ? new DurationValue(whole, ns - carry * NS_PER_MS) : undefined;
}

const UNIT_NS: Readonly<Record<string, bigint>> = table({
  ns: 1n,
  us: 1000n,
  "\u00b5s": 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
});

/** The span that text tells: `1h30m`, `-250ms`, `1.5s`, `2d`. Undefined when it is none. */
export function durationOfText(text: string): DurationValue | undefined {
  const match = /^([-+]?)((?:(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})(?:ns|us|\u00b5s|ms|s|m|h|d|w))+)$/.exec(
    text,
  );
  if (match === null) return text === "0" ? new DurationValue(0, 0) : undefined;
  let total = 0n;
  for (const [, number = "", unit = ""] of match[2]!.matchAll(/([\d.]+)([a-z\u00b5]+)/g)) {
    const [whole = "", fraction = ""] = number.split(".");
    const unitNs = UNIT_NS[unit]!;
    total += BigInt(whole || "0") * unitNs;
    total += (BigInt(fraction.padEnd(9, "0")) * unitNs) / 1_000_000_000n;
  }
  if (match[1] === "-") total = -total;
  const ms = total / 1_000_000n;
  return durationOf(Number(ms), Number(total - ms * 1_000_000n));
}
