/** How wide the columns of a table are on a screen, and which have no room. */

/** What stands between two columns. */
export const GAP = "  ";
/** Columns of text shrink no further than this, and not below their own content. */
const LEAST_WIDTH = 8;
/** Narrower, texts tell nothing: columns give way instead. */
const READABLE_WIDTH = 12;
/** Results of at most so many rows are shown as records where columns would have to give way. */
export const RECORDS_MAX = 12;

export interface FittedColumn {
  /** Cells that it wants. */
  readonly wanted: number;
  /** It says nothing when it is cut: a number, a time. */
  readonly isWhole: boolean;
}

/** How many columns, from the first, can be shown so that they tell something: at least one. */
export function readableCount(columns: readonly FittedColumn[], room: number): number {
  let taken = 0;
  for (const [n, { wanted, isWhole }] of columns.entries()) {
    taken += (n === 0 ? 0 : GAP.length) + (isWhole ? wanted : Math.min(wanted, READABLE_WIDTH));
    if (taken > room) return Math.max(n, 1);
  }
  return columns.length;
}

/**
 * Widths that fit in `columns`: what is wider than an even share gives way, widest first, down to LEAST_WIDTH. More
 * columns than fit even so are left as they are and wrap. `isWhole`: columns that give way last.
 */
export function fitWidths(
  wanted: readonly number[],
  columns: number,
  isWhole: (column: number) => boolean = () => false,
): number[] {
  const room = Math.max(columns - GAP.length * (wanted.length - 1), 0);
  const total = sum(wanted);
  if (total <= room) return [...wanted];
  const kept = sum(wanted.filter((_, k) => isWhole(k)));
  const shrinking = wanted.filter((_, k) => !isWhole(k));
  const least = sum(shrinking.map((width) => Math.min(width, LEAST_WIDTH)));
  if (kept > 0 && kept + least <= room) {
    const fitted = evenWidths(shrinking, room - kept);
    return wanted.map((width, k) => (isWhole(k) ? width : fitted.shift()!));
  }
  return evenWidths(wanted, room);
}

function evenWidths(wanted: readonly number[], room: number): number[] {
  let [low, high] = [LEAST_WIDTH, Math.max(...wanted, LEAST_WIDTH)];
  while (low < high) {
    const limit = Math.ceil((low + high) / 2);
    if (sum(wanted.map((width) => Math.min(width, limit))) <= room) low = limit;
    else high = limit - 1;
  }
  const widths = wanted.map((width) => Math.min(width, low));
  let spare = room - sum(widths);
  for (let k = 0; k < widths.length && spare > 0; k++) {
    if (widths[k]! < wanted[k]!) {
      widths[k]!++;
      spare--;
    }
  }
  return widths;
}

function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, 0);
}
