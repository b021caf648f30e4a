/** Which of many cases a run tries. */

/** LOGPIPE_TEST_CRASH=all tries every case instead of a few: about an hour. */
export const isLong = process.env["LOGPIPE_TEST_CRASH"] === "all";

/** The seed of this run's choices: LOGPIPE_TEST_SEED repeats one that failed. */
export const SEED = Number(process.env["LOGPIPE_TEST_SEED"] ?? Date.now() % 1_000_000);

/** `count` of the items, spread over all of them, others with every seed; all of them when there are fewer. */
export function sample<T>(items: readonly T[], count: number, seed = SEED): T[] {
  if (items.length <= count) return [...items];
  const random = randomOf(seed);
  const step = items.length / count;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i + random()) * step)]!);
}

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
