/** The level of text that is a stack trace. */
import type { Level } from "../../../event/level-words.js";
import { Trail } from "../records/trail.js";

/**
 * The level of a record that no format reads and that is a stack trace, a dump, a chain of errors; undefined for other
 * text.
 */
export function levelOfTrace(text: string): Level | undefined {
  if (!text.includes("\n")) return undefined;
  const [head = "", ...lines] = text.split("\n");
  const trail = new Trail(head, true);
  for (const line of lines) trail.accept(line);
  return trail.level;
}
