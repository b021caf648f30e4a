import { type Method, roughly } from "../method.js";
import { deviationSentence, floorOf } from "./deviations.js";

/** Values that count. Odd, so that the median is one of them. */
const WINDOW = 127;
const SEEN = 0;
/** In order of arrival, round and round; then the same in order of size. */
const RING = 1;
const SORTED = RING + WINDOW;
/** Deviations that make a surprise of 1. */
const STANDARD = 6;
const FEWEST = 20;
/** Median absolute deviations to standard deviations, of normal values. */
const CONSISTENT = 1.4826;

/** Robust z-score: distance to the median in median absolute deviations (Hampel 1974). */
export const mad: Method = {
  name: "mad",
  summary: `deviations from the median of the last ${WINDOW} values, in median absolute deviations`,
  size: SORTED + WINDOW,
  observe(memory, at, _timeMs, value, finding) {
    const seen = memory[at + SEEN]!;
    const count = Math.min(seen, WINDOW);
    finding.seen = count;
    finding.surprise = 0;
    finding.expected = Number.NaN;
    if (count >= FEWEST) {
      const median = memory[at + SORTED + (count >> 1)]!;
      const spread = CONSISTENT * medianDistance(memory, at + SORTED, count, median);
      finding.expected = median;
      finding.detail = (value - median) / Math.max(spread, floorOf(median));
      finding.surprise = Math.abs(finding.detail) / STANDARD;
    }
    take(memory, at, seen, count, value);
  },
  explain: ({ detail, expected, seen }, subject, value) =>
    deviationSentence(subject, value, detail, `the median ${roughly(expected)} of the last ${seen} values`),
};

/** The median of the distances to the median: a walk outwards from it, in the sorted values. */
function medianDistance(memory: Float64Array, sorted: number, count: number, median: number): number {
  let left = sorted + (count >> 1);
  let right = left + 1;
  let distance = 0;
  for (let taken = 0; taken <= count >> 1; taken++) {
    const before = left >= sorted ? median - memory[left]! : Number.POSITIVE_INFINITY;
    const behind = right < sorted + count ? memory[right]! - median : Number.POSITIVE_INFINITY;
    if (before <= behind) left--;
    else right++;
    distance = Math.min(before, behind);
  }
  return distance;
}

/** Puts the value in the place of the oldest. */
function take(memory: Float64Array, at: number, seen: number, count: number, value: number): void {
  const slot = at + RING + (seen % WINDOW);
  const sorted = at + SORTED;
  let kept = count;
  if (seen >= WINDOW) {
    const gone = lowerBound(memory, sorted, count, memory[slot]!);
    memory.copyWithin(gone, gone + 1, sorted + count);
    kept--;
  }
  memory[slot] = value;
  const place = lowerBound(memory, sorted, kept, value);
  memory.copyWithin(place + 1, place, sorted + kept);
  memory[place] = value;
  memory[at + SEEN] = seen + 1;
}

/** Where the first number is that is not below `value`. */
function lowerBound(memory: Float64Array, start: number, count: number, value: number): number {
  let low = start;
  let high = start + count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (memory[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
