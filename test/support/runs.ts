/**
 * Whether this is `npm run test:long`, which tries everything; `npm test` tries a part of what is tried by the hundred.
 */
export const isThorough = process.env["LOGPIPE_TEST"] === "long";

/** Whether these are the tests that CI runs on newer versions of Node: what is tried by the hundred is the same there. */
export const isOfNode = process.env["LOGPIPE_TEST"] === "node";

/** How often a property is tried. LOGPIPE_TEST_RUNS sets it for long runs of one file. */
export function runs(whole: number, few = Math.ceil(whole / 5)): number {
  return Number(process.env["LOGPIPE_TEST_RUNS"] ?? (isThorough ? whole : few));
}

/** All of them in the long form; otherwise some spread over the whole, the first and the last among them. */
export function some<T>(all: readonly T[], few: number): readonly T[] {
  if (isThorough || all.length <= few) return all;
  return Array.from({ length: few }, (_, n) => all[Math.round((n * (all.length - 1)) / (few - 1))]!);
}
