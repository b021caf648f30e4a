/**
 * Whether this is `npm run test:long`, which tries everything; `npm test` tries a part of what is tried by the hundred.
 */
export const isThorough = process.env["LOGPIPE_TEST"] === "long";

/** Whether these are the tests that CI runs on newer versions of Node: what is tried by the hundred is less there. */
export const isOfNode = process.env["LOGPIPE_TEST"] === "node";

const RUNS = process.env["LOGPIPE_TEST_RUNS"];

/** How often a property is tried. LOGPIPE_TEST_RUNS sets it for long runs of one file. */
export function runs(whole: number, few = Math.ceil(whole / 5)): number {
  return Number(RUNS ?? (isThorough ? whole : few));
}

/**
 * Some spread over the whole, the first and the last among them: `few`, or in the long form `many`. All where
 * LOGPIPE_TEST_RUNS is set.
 */
export function some<T>(all: readonly T[], few: number, many = all.length): readonly T[] {
  const count = RUNS === undefined ? (isThorough ? many : few) : all.length;
  if (all.length <= count) return all;
  return Array.from({ length: count }, (_, n) => all[Math.round((n * (all.length - 1)) / (count - 1))]!);
}
