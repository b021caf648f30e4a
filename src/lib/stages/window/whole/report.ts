/** What is to be said at the end of what did not fit. */
import { countOf, formatCount } from "../../../base/size.js";

/** Undefined: everything has fitted. `isCut`: the row of the others is not among the results. */
export function droppedText(
  name: string,
  counts: Readonly<Record<string, number>>,
  isCut: boolean,
): { readonly text: string } | undefined {
  const dropped = counts["groups_dropped"] ?? 0;
  if (dropped === 0) return undefined;
  const where = isCut ? "are left out" : "are together in __other__";
  return {
    text:
      `${name}: too many groups for --max-groups or --memory: the ${formatCount(dropped)} lightest ${where}; ` +
      'counts of a row with "missed_max" may be too low by that much',
  };
}

/** As `droppedText`, with the events that have no such field. */
export function topText(
  counts: Readonly<Record<string, number>>,
  fields: readonly string[],
): { readonly text: string } | undefined {
  const dropped = droppedText("top", counts, true);
  const missing = counts["without_field"] ?? 0;
  if (missing === 0 || counts["groups"] === 0) return dropped;
  const text = `top: ${countOf(missing, "event")} without ${fields.join(", ")} left out`;
  return { text: dropped === undefined ? text : `${dropped.text}; ${text}` };
}
