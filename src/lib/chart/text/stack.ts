/** Values that stand on one another, in cells. */
import type { Scale } from "../scale.js";

export interface StackCell {
  readonly series: number;
  /** How much of it is filled, in parts. */
  readonly part: number;
}

/**
 * The cells from below that the sum of `values` fills, each of one series: whatever there is shows, be it little. Only
 * the last cell can be filled in part.
 */
export function stackCells(
  values: readonly number[],
  scale: Scale,
  cellCount: number,
  parts: number,
): readonly StackCell[] {
  const sizes = values.map((value) => (value > 0 ? value : 0));
  const sum = sizes.reduce((a, b) => a + b, 0);
  if (sum === 0) return negativeCells(values, scale, cellCount, parts);
  const at = Math.min(Math.max(scale.at(sum), 0), 1);
  const filled = Math.min(
    Math.max(Math.round((Number.isNaN(at) ? 0 : at) * cellCount * parts), 1),
    cellCount * parts,
  );
  const count = Math.ceil(filled / parts);
  const counts = shares(sizes, sum, count);
  const cells: StackCell[] = [];
  for (const [series, own] of counts.entries())
    for (let n = 0; n < own; n++)
      cells.push({ series, part: cells.length === count - 1 ? filled - (count - 1) * parts : parts });
  return cells;
}

/** What is below 0 shows as what it reaches up to, from the bottom of the axis. */
function negativeCells(
  values: readonly number[],
  scale: Scale,
  cellCount: number,
  parts: number,
): readonly StackCell[] {
  const series = values.findIndex((value) => value < 0);
  if (series < 0) return [];
  const filled = Math.max(Math.round(scale.at(values[series]!) * cellCount * parts), 1);
  const count = Math.ceil(filled / parts);
  return Array.from({ length: count }, (_, n) => ({
    series,
    part: n === count - 1 ? filled - (count - 1) * parts : parts,
  }));
}

/** Whole cells by largest remainder; what is there has one, from the first as far as they go. */
export function shares(sizes: readonly number[], sum: number, count: number): number[] {
  const counts = sizes.map((size) => Math.floor((size / sum) * count));
  const remainders = sizes.map((size, n) => (size / sum) * count - counts[n]!);
  const order = [...sizes.keys()].sort((a, b) => remainders[b]! - remainders[a]!);
  let left = count - counts.reduce((a, b) => a + b, 0);
  for (const n of order) if (left > 0 && sizes[n]! > 0) [counts[n], left] = [counts[n]! + 1, left - 1];
  for (const [n, size] of sizes.entries()) {
    if (size === 0 || counts[n]! > 0) continue;
    const richest = counts.indexOf(Math.max(...counts));
    if (counts[richest]! < 2) continue;
    counts[richest]!--;
    counts[n] = 1;
  }
  return counts;
}
