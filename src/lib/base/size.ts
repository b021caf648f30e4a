import { failure } from "./errors/index.js";
import { table } from "./table.js";

const UNIT_BYTES: Readonly<Record<string, number>> = table({
  "": 1,
  b: 1,
  k: 1024,
  kb: 1000,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1000 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1000 ** 3,
  gib: 1024 ** 3,
  t: 1024 ** 4,
  tb: 1000 ** 4,
  tib: 1024 ** 4,
});

/** Bytes of `4096`, `64MiB`, `10GB`, `1.5g`. Throws usage.bad-value naming `what` (`--segment-size`). */
export function parseSize(text: string, what: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const name = match?.[2]?.toLowerCase() ?? "none";
  const unit = Object.hasOwn(UNIT_BYTES, name) ? UNIT_BYTES[name] : undefined;
  if (match !== null && unit !== undefined) return Math.round(Number(match[1]) * unit);
  const reason = match === null ? "not a size" : `unknown unit "${match[2]}"`;
  throw failure("usage.bad-value", {
    option: what,
    value: text,
    reason,
    hint: "write it like 4096, 64MiB or 10GB",
  });
}

/** A count for people, in groups of three digits: 1234567 is `1,234,567`. */
export function formatCount(count: number): string {
  // The first use of `toLocaleString` loads the data of all languages, which is slow.
  if (!Number.isSafeInteger(count)) return count.toLocaleString("en-US");
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 file`, `1,200 files`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A short human form in decimal units: 175_000_000 is `175 MB`. */
export function formatSize(bytes: number): string {
  if (bytes < 999.5) return `${Math.round(bytes)} B`;
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = -1;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
