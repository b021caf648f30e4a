/** Seeded random values of known distributions. */

/** Numbers in (0, 1), the same for the same seed (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4_294_967_296;
  };
}

/** exp of normal values of mean 3 and deviation 1. */
export function logNormal(count: number, seed: number): number[] {
  const next = uniform(seed);
  return Array.from({ length: count }, () =>
    Math.exp(3 + Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())),
  );
}

/** Whole numbers from 1 to `size`, n with a probability that falls as n ** -exponent. */
export function zipf(count: number, size: number, exponent: number, seed: number): number[] {
  const next = uniform(seed);
  const sums: number[] = [];
  for (let n = 1, sum = 0; n <= size; n++) sums.push((sum += n ** -exponent));
  const total = sums[size - 1]!;
  return Array.from({ length: count }, () => {
    const wanted = next() * total;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  });
}
