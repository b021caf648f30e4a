import type { Finding } from "./finding.js";

/**
 * One finding for every place. Where several overlap, the longest says what it is, of equally long ones the detector
 * that comes first in the list; and it takes all that any of them covers. `found` is sorted by start, then longest
 * first, then detector.
 */
export function withoutOverlaps(found: readonly Finding[]): readonly Finding[] {
  if (found.length < 2) return found;
  const kept: Finding[] = [];
  for (const next of found) {
    const last = kept.at(-1);
    if (last === undefined || next.start >= last.end) kept.push(next);
    else if (next.end > last.end) kept[kept.length - 1] = joined(last, next);
  }
  return kept;
}

/** `b` begins inside `a` and ends behind it: both are inside one string. */
function joined(a: Finding, b: Finding): Finding {
  const winner = b.end - b.start > a.end - a.start ? b : a;
  return { ...winner, start: a.start, end: b.end };
}
