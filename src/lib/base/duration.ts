import { failure } from "./errors/index.js";
import { table } from "./table.js";

const UNIT_MS: Readonly<Record<string, number>> = table({
  ms: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1000,
  sec: 1000,
  secs: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
});

/** Milliseconds of `250ms`, `10s`, `1h30m`, `10 minutes`. Throws usage.bad-value naming `what` (`--every`). */
export function parseDuration(text: string, what: string): number {
  const ms = tryDuration(text);
  if (typeof ms === "number") return ms;
  throw failure("usage.bad-value", {
    option: what,
    value: text,
    reason: ms.reason,
    hint: "write it like 500ms, 10s, 5m, 1h30m or 7d",
  });
}

/** Milliseconds, or why not. */
export function tryDuration(text: string): number | { reason: string } {
  const trimmed = text.trim();
  const part = /\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*/giy;
  let total = 0;
  while (part.lastIndex < trimmed.length) {
    const match = part.exec(trimmed);
    if (match === null) return { reason: "not a duration" };
    // Months to some, minutes to others.
    if (match[2] === "M")
      return { reason: `"${match[0].trim()}" may be minutes or months: minutes are m, a month is 30d` };
    const unit = match[2]!.toLowerCase();
    if (unit === "") return { reason: `"${match[1]}" has no unit` };
    const unitMs = Object.hasOwn(UNIT_MS, unit) ? UNIT_MS[unit] : undefined;
    if (unitMs === undefined) return { reason: `unknown unit "${match[2]}"` };
    total += Number(match[1]) * unitMs;
  }
  return trimmed === "" ? { reason: "it is empty" } : total;
}

/** A short human form: 90061000 is `1d1h1m1s`, 250 is `250ms`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 10_000 && ms % 1000 !== 0) return `${(ms / 1000).toFixed(1)}s`;
  let rest = Math.round(ms / 1000);
  let out = "";
  for (const [unit, seconds] of [
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
    ["s", 1],
  ] as const) {
    const n = Math.floor(rest / seconds);
    if (n > 0) out += `${n}${unit}`;
    rest -= n * seconds;
  }
  return out;
}
