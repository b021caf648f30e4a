import { formatDuration, tryDuration } from "./duration.js";
import { failure } from "./errors/index.js";
import { formatSize } from "./size.js";
import { table } from "./table.js";

/** So much in each interval: `100/s` is 100 events in 1000 ms. Plain data. */
export interface Rate {
  /** Above 0. */
  readonly amount: number;
  /** Above 0. */
  readonly intervalMs: number;
  readonly unit: "events" | "bytes";
}

const UNIT_FACTORS: Readonly<Record<string, number>> = table({
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
});

/**
 * Reads `100/s`, `5k/m`, `1.5M per hour`, `100/10s` as events and `10MB/s`, `4KiB/m` as bytes: k, M and G alone are
 * thousands, millions and milliards of events, a unit that ends in B is a size. Throws usage.bad-value naming `what`
 * (`--throttle`).
 */
export function parseRate(text: string, what: string): Rate {
  const rate = tryRate(text);
  if ("amount" in rate) return rate;
  throw failure("usage.bad-value", {
    option: what,
    value: text,
    reason: rate.reason,
    hint: "write it like 100/s, 5k/m, 1000/10s or 10MB/s",
  });
}

/** The rate, or why not. */
export function tryRate(text: string): Rate | { readonly reason: string } {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*(?:\/|\bper\b)\s*(.*?)\s*$/i.exec(text);
  if (match === null) return { reason: "not a rate" };
  const [, digits = "", letters = "", span = ""] = match;
  const unit = letters.toLowerCase();
  const factor = Object.hasOwn(UNIT_FACTORS, unit) ? UNIT_FACTORS[unit] : undefined;
  if (factor === undefined) return { reason: `unknown unit "${letters}"` };
  const intervalMs = tryDuration(/^\d/.test(span) ? span : `1${span}`);
  if (typeof intervalMs !== "number")
    return { reason: span === "" ? "no unit of time behind the /" : intervalMs.reason };
  const amount = Number(digits) * factor;
  if (!(amount > 0) || !(intervalMs > 0)) return { reason: "it must be more than 0" };
  return { amount, intervalMs, unit: unit.endsWith("b") ? "bytes" : "events" };
}

/**
 * A short human form that `parseRate` reads: `100/s`, `5k/m`, `10 MB/s`, `3/10s`. Rounded as sizes and counts for
 * people are: two or three digits.
 */
export function formatRate({ amount, intervalMs, unit }: Rate): string {
  const per = formatDuration(intervalMs).replace(/^1(?=[a-z]+$)/, "");
  return `${unit === "bytes" ? formatSize(amount) : shortCount(amount)}/${per}`;
}

function shortCount(count: number): string {
  let value = count;
  let letter = "";
  for (const next of ["k", "M", "G"]) {
    if (value < 999.5) break;
    value /= 1000;
    letter = next;
  }
  return `${Number(value.toPrecision(3))}${letter}`;
}
