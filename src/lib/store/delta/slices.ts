/** How much of a long loop runs before others of the process get their turn: a writer must not wait for a cache. */
const SLICE_MS = 5;

/** Does `work` for every item, in order, in short slices. */
export async function inSlices<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let start = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - start < SLICE_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    start = performance.now();
  }
}
