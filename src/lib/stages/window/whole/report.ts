/** What is to be said at the end of what did not fit, or did not count. */
import { countOf, formatCount } from "../../../base/size.js";
import { TEXT_NUMBERS } from "../../../event/text-numbers.js";
import { unknownText } from "../../common/row-condition.js";

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
  const text = failIf === undefined ? mistypedText(counts) : unknownText(counts, failIf);
  return said("stats", [droppedText(counts, isCut), text]);
}

/** As `statsText`, with the events that have none of the fields. */
export function topText(
  counts: Counts,
  { fields, failIf }: { readonly fields: readonly string[]; readonly failIf: string | undefined },
): Said | undefined {
  if (failIf !== undefined) return said("top", [droppedText(counts, true), unknownText(counts, failIf)]);
  const missing = counts["without_field"] ?? 0;
  const left = missing === 0 || counts["groups"] === 0;
  const text = left ? undefined : `${countOf(missing, "event")} without ${fields.join(", ")} left out`;
  return said("top", [droppedText(counts, true), mistypedText(counts), text]);
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
  return said("window", [order, failIf === undefined ? undefined : unknownText(counts, failIf)]);
}

function said(name: string, texts: readonly (string | undefined)[]): Said | undefined {
  const there = texts.filter((text) => text !== undefined);
  return there.length === 0 ? undefined : { text: `${name}: ${there.join("; ")}` };
}

function droppedText(counts: Counts, isCut: boolean): string | undefined {
  const dropped = counts["groups_dropped"] ?? 0;
  if (dropped === 0) return undefined;
  const where = isCut ? "are left out" : "are together in __other__";
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
