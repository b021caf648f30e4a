/**
 * Numbers in quotes where a number was asked for, `"status":"502"`: they count as no number, and that is to be said.
 * Collected for the thread, and taken by who counts them, a block at a time.
 */

/** The rows of the block in hand, by the path of the field: a condition may ask twice of one. */
let rowsByPath = new Map<string, Set<number>>();

const NUMBER = /^[-+]?\d+(\.\d+)?(e[-+]?\d{1,3})?$/i;

/** Whether `text` is one; then it is remembered. */
export function noteTextNumber(text: string, path: string, row: number): boolean {
  if (!NUMBER.test(text)) return false;
  const rows = rowsByPath.get(path);
  if (rows === undefined) rowsByPath.set(path, new Set([row]));
  else rows.add(row);
  return true;
}

/** How many events have had one since the last call, by path. */
export function takeTextNumbers(): readonly (readonly [path: string, events: number])[] {
  if (rowsByPath.size === 0) return NONE;
  const taken = [...rowsByPath].map(([path, rows]) => [path, rows.size] as const);
  rowsByPath = new Map();
  return taken;
}

const NONE: readonly (readonly [string, number])[] = [];

/** What they are counted as, with the path behind it. */
export const TEXT_NUMBERS = "numbers_in_quotes: ";
