/** What is to be said at the end of what did not fit, or did not count. */
import { countOf, formatCount } from "../../../base/size.js";
import { GROUPS_DROPPED } from "../../common/row-condition.js";

type Counts = Readonly<Record<string, number>>;

interface Said {
  readonly text: string;
}

/**
 * Undefined: there is nothing to say. `isCut`: the row of the others is not among the results. `isAlert`: a condition
 * was asked, and cron mails every word: what was left out, as it always is, is in `--stats` alone.
 */
export function statsText(
  counts: Counts,
  { isCut, isAlert }: { readonly isCut: boolean; readonly isAlert: boolean },
): Said | undefined {
  return said("stats", [droppedText(counts, { isCut, isAlert }), isAlert ? undefined : mistypedText(counts)]);
}

/** As `statsText`, with the events that have none of the fields. */
export function topText(
  counts: Counts,
  { fields, isAlert }: { readonly fields: readonly string[]; readonly isAlert: boolean },
): Said | undefined {
  const dropped = droppedText(counts, { isCut: true, isAlert });
  if (isAlert) return said("top", [dropped]);
  const missing = counts["without_field"] ?? 0;
  const left = missing === 0 || counts["groups"] === 0;
  const text = left ? undefined : `${countOf(missing, "event")} without ${fields.join(", ")} left out`;
  return said("top", [dropped, mistypedText(counts), text]);
}

function said(name: string, texts: readonly (string | undefined)[]): Said | undefined {
  const there = texts.filter((text) => text !== undefined);
  return there.length === 0 ? undefined : { text: `${name}: ${there.join("; ")}` };
}

/** Of `window`, whose rows say it themselves: only where a condition was asked, as it does not ask the row of the others. */
export function windowText(counts: Counts, isAlert: boolean): Said | undefined {
  return isAlert ? said("window", [droppedText(counts, { isCut: false, isAlert })]) : undefined;
}

function droppedText(
  counts: Counts,
  { isCut, isAlert }: { readonly isCut: boolean; readonly isAlert: boolean },
): string | undefined {
  const dropped = counts[GROUPS_DROPPED] ?? 0;
  if (dropped === 0) return undefined;
  const where = `are ${isCut ? "left out" : "together in __other__"}${isAlert ? ", which --fail-if does not ask" : ""}`;
  return (
    `too many groups for --max-groups or --memory: the ${formatCount(dropped)} lightest ${where}; ` +
    'counts of a row with "missed_max" may be too low by that much'
  );
}

function mistypedText(counts: Counts): string | undefined {
  const mistyped = counts["not_a_number"] ?? 0;
  return mistyped === 0 ? undefined : `${countOf(mistyped, "value")} left out: no numbers`;
}
