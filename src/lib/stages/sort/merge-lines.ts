import type { SortedLine } from "./run-files.js";

/**
 * Several sorted sequences as one; of equal keys the earlier sequence comes first. `sign` -1: they fall instead of
 * rising.
 */
export function* mergeLines(sequences: readonly Iterator<SortedLine>[], sign: 1 | -1): Generator<SortedLine> {
  const heads: (SortedLine | undefined)[] = sequences.map((sequence) => next(sequence));
  const heap = heads.flatMap((head, n) => (head === undefined ? [] : [n]));
  const isBefore = (a: number, b: number) => {
    const one = heads[a]!.key;
    const other = heads[b]!.key;
    if (one === other) return a < b;
    return one < other === (sign === 1);
  };
  heap.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  while (heap.length > 0) {
    const first = heap[0]!;
    yield heads[first]!;
    heads[first] = next(sequences[first]!);
    if (heads[first] === undefined) heap.shift();
    // Few sequences, mostly long stretches of one: putting it back in its place costs one comparison.
    else
      for (let n = 1; n < heap.length && isBefore(heap[n]!, first); n++)
        [heap[n - 1], heap[n]] = [heap[n]!, first];
  }
}

function next(sequence: Iterator<SortedLine>): SortedLine | undefined {
  const { value, done } = sequence.next();
  return done === true ? undefined : value;
}
