/** How dry runs are told. */
import { formatDuration } from "../../../base/duration.js";
import { countOf, formatCount, formatSize } from "../../../base/size.js";
import { type RetentionRule, ruleName } from "../retention-rules.js";
import type { Days, Foretold } from "./events.js";
import type { ForetoldMove } from "./maintenance.js";

/** Days that are listed; of more only the first and last ones. */
const DAYS_MAX = 40;

/** What retention would do, a line for each day and rule; none when it would do nothing. */
export function retentionLines(name: string, { rows, days, rules }: Foretold): string[] {
  if (rows === 0) return [];
  const byRule = rules.map(
    ({ rule, isSize, rows: count }) => `  rule ${ruleText(rule, isSize)}: ${countOf(count, "event")}`,
  );
  const title = `${name}: would delete ${countOf(rows, "event")} of ${countOf(days.size, "day")} by retention`;
  return [title, ...dayLines(days, "event"), ...byRule];
}

export function moveLines(name: string, moves: readonly ForetoldMove[]): string[] {
  return moves.flatMap(({ tier, files, rows, bytes, days }) => {
    const what = `${countOf(files, "file")} (${formatSize(bytes)}) with ${countOf(rows, "event")}`;
    const place = tier === null ? "back to its own directory" : `to the tier ${tier}`;
    return [`${name}: would move ${what} ${place}`, ...dayLines(days, "event")];
  });
}

export function dayLines(days: Days, noun: string): string[] {
  const lines = [...days].map(([day, count]) => `  ${day || "without a time"}: ${countOf(count, noun)}`);
  if (lines.length <= DAYS_MAX) return lines;
  const half = DAYS_MAX / 2;
  const left = `  ... ${formatCount(lines.length - DAYS_MAX)} more days ...`;
  return [...lines.slice(0, half), left, ...lines.slice(-half)];
}

export function retentionFacts({ rows, days, rules, whole, filesRewritten }: Foretold): object {
  const told = rules.map(({ rule, isSize, rows: events }) => ({ rule: ruleText(rule, isSize), events }));
  return {
    events: rows,
    days: Object.fromEntries(days),
    rules: told,
    filesRemoved: whole.length,
    filesRewritten: filesRewritten.length,
  };
}

function ruleText(rule: RetentionRule, isSize: boolean): string {
  if (isSize) return `* at most ${formatSize(rule.maxBytes ?? 0)}`;
  return `${ruleName(rule)} ${rule.maxAgeMs === null ? "for ever" : formatDuration(rule.maxAgeMs)}`;
}
