/**
 * How far a number lies beyond all that were seen lately: nothing is assumed of how numbers are spread. The bounds of
 * what was seen move inwards a little with every number, so that what is long ago is forgotten.
 */

/** Numbers of memory: `[seen, mean, low, high]`. */
export const RECORD_SIZE = 4;
/** Numbers until the bounds have moved about two thirds of the way to the mean. */
export const MEMORY = 4000;
/** Fewer numbers than these have no range. */
const FEWEST = 50;
const FORGETTING = 1 / MEMORY;

/** How far beyond, in widths of the range; 0 inside. Takes the number in. */
export function record(memory: Float64Array, at: number, value: number): number {
  const seen = memory[at]! + 1;
  let mean = memory[at + 1]!;
  let low = memory[at + 2]!;
  let high = memory[at + 3]!;
  const width = Math.max(high - low, 1e-9 * Math.abs(mean), Number.MIN_VALUE);
  const beyond = value > high ? value - high : value < low ? low - value : 0;
  mean += (value - mean) * Math.max(1 / seen, FORGETTING);
  if (seen > 1) {
    high -= (high - mean) * FORGETTING;
    low += (mean - low) * FORGETTING;
  }
  memory[at] = seen;
  memory[at + 1] = mean;
  memory[at + 2] = seen === 1 || value < low ? value : low;
  memory[at + 3] = seen === 1 || value > high ? value : high;
  return seen > FEWEST ? Math.min(beyond / width, 1000) : 0;
}
