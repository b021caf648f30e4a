/** What is to be said at the end of what did not fit, or did not count. */
import { countOf, formatCount } from "../../../base/size.js";
import { TEXT_NUMBERS } from "../../../event/text-numbers.js";
import { GROUPS_DROPPED, unknownText } from "../../common/row-condition.js";

type Counts = Readonly<Record<string, number>>;

interface Said {
  readonly text: string;
}

/**
 * Undefined: there is nothing to say. `isCut`: the row of the others is not among the results. `failIf`: a condition
 * was asked, and cron mails every word: what was left out, as it always is, is in `--stats` alone.
 */
export function statsText(
  counts: Counts,
  { isCut, failIf }: { readonly isCut: boolean; readonly failIf: string | undefined },
): Said | undefined {
  const isAlert = failIf !== undefined;
  const text = isAlert ? unknownText(counts, failIf) : mistypedText(counts);
  return said("stats", [droppedText(counts, { isCut, isAlert }), text]);
}

/** As `statsText`, with the events that have none of the fields. */
export function topText(
  counts: Counts,
  { fields, failIf }: { readonly fields: readonly string[]; readonly failIf: string | undefined },
): Said | undefined {
  const dropped = droppedText(counts, { isCut: true, isAlert: failIf !== undefined });
  if (failIf !== undefined) return said("top", [dropped, unknownText(counts, failIf)]);
  const missing = counts["without_field"] ?? 0;
  const left = missing === 0 || counts["groups"] === 0;
  const text = left ? undefined : `${countOf(missing, "event")} without ${fields.join(", ")} left out`;
  return said("top", [dropped, mistypedText(counts), text]);
}

/** As `statsText`, of windows. `saysLate`: late events are set aside, and not by the user's own wish. */
export function windowText(
  counts: Counts,
  { saysLate, failIf }: { readonly saysLate: boolean; readonly failIf: string | undefined },
): Said | undefined {
  const late = saysLate ? (counts["late"] ?? 0) : 0;
  const order =
    late === 0
      ? undefined
      : `${countOf(late, "event")} came when the window was complete: put sort before it, or let --lateness TIME wait longer`;
  // Rows say themselves what was dropped; a condition does not ask the row of the others.
  if (failIf === undefined) return said("window", [order]);
  return said("window", [
    order,
    droppedText(counts, { isCut: false, isAlert: true }),
    unknownText(counts, failIf),
  ]);
}

function said(name: string, texts: readonly (string | undefined)[]): Said | undefined {
  const there = texts.filter((text) => text !== undefined);
  return there.length === 0 ? undefined : { text: `${name}: ${there.join("; ")}` };
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
  // Numbers in quotes are told of by themselves.
  const quoted = Object.entries(counts).filter(([name]) => name.startsWith(TEXT_NUMBERS));
  const mistyped = (counts["not_a_number"] ?? 0) - quoted.reduce((sum, [, count]) => sum + count, 0);
  return mistyped <= 0 ? undefined : `${countOf(mistyped, "value")} left out: no numbers`;
}
