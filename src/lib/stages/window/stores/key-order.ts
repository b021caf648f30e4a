/** The order of groups in results. */
import type { KeyTable } from "./keys.js";

/** Below 2^53 / 2^32: so many keys are sorted at once by four bytes each, as numbers. */
const RUN_MAX = 2 ** 21;
const SHORT = 8;

/** Keys in the order of their bytes. A million take about half a second. No two may be the same. */
export function sortKeys(keys: KeyTable, order: Uint32Array): Uint32Array {
  if (order.length > RUN_MAX) return order.sort((a, b) => keys.compare(a, b));
  sortRun(keys, order, 0);
  return order;
}

/** Sorts keys that are the same up to `depth`. */
function sortRun(keys: KeyTable, run: Uint32Array, depth: number): void {
  if (run.length <= SHORT) {
    insertionSort(keys, run);
    return;
  }
  const from = depth + sharedFrom(keys, run, depth);
  const numbers = new Float64Array(run.length);
  for (let n = 0; n < run.length; n++) numbers[n] = fourBytes(keys, run[n]!, from) * RUN_MAX + n;
  numbers.sort();
  const sorted = Uint32Array.from(numbers, (number) => run[number % RUN_MAX]!);
  run.set(sorted);
  for (let start = 0, n = 1; n <= run.length; n++) {
    const isSame =
      n < run.length && Math.floor(numbers[n]! / RUN_MAX) === Math.floor(numbers[start]! / RUN_MAX);
    if (isSame) continue;
    if (n - start > 1) sortRun(keys, run.subarray(start, n), from + 4);
    start = n;
  }
}

/** How many bytes behind `depth` all keys of a run have in common. */
function sharedFrom(keys: KeyTable, run: Uint32Array, depth: number): number {
  const { bytes } = keys;
  const first = keys.start(run[0]!) + depth;
  let shared = keys.end(run[0]!) - first;
  for (let n = 1; n < run.length && shared > 0; n++) {
    const start = keys.start(run[n]!) + depth;
    const most = Math.min(shared, keys.end(run[n]!) - start);
    let same = 0;
    while (same < most && bytes[start + same] === bytes[first + same]) same++;
    shared = same;
  }
  return Math.max(0, shared);
}

function fourBytes(keys: KeyTable, key: number, depth: number): number {
  const end = keys.end(key);
  let number = 0;
  for (let n = 0, at = keys.start(key) + depth; n < 4; n++, at++)
    number = number * 256 + (at < end ? keys.bytes[at]! : 0);
  return number;
}

function insertionSort(keys: KeyTable, run: Uint32Array): void {
  for (let n = 1; n < run.length; n++) {
    const key = run[n]!;
    let at = n;
    for (; at > 0 && keys.compare(run[at - 1]!, key) > 0; at--) run[at] = run[at - 1]!;
    run[at] = key;
  }
}
