/**
 * The time that the process of a query has taken by itself, without that which its reader took. Another thread can read
 * it.
 */

/** Places in the memory that the threads share, nanoseconds of the system's monotonic clock. */
const STARTED = 0;
const RESTED = 1;
/** Since when the reader is waited for; 0: it is not. */
const RESTING_SINCE = 2;

export class OwnTime {
  readonly shared: SharedArrayBuffer;
  readonly #ns: BigInt64Array;

  /** Runs from now on; of `shared`, the one that another thread has made. */
  constructor(shared?: SharedArrayBuffer) {
    this.shared = shared ?? new SharedArrayBuffer(24);
    this.#ns = new BigInt64Array(this.shared);
    if (shared === undefined) Atomics.store(this.#ns, STARTED, process.hrtime.bigint());
  }

  rest(): void {
    Atomics.store(this.#ns, RESTING_SINCE, process.hrtime.bigint());
  }

  goOn(): void {
    Atomics.add(this.#ns, RESTED, this.#restingNs(process.hrtime.bigint()));
    Atomics.store(this.#ns, RESTING_SINCE, 0n);
  }

  /** May be too little for a moment, while the other thread goes on after a rest. */
  get elapsedMs(): number {
    const now = process.hrtime.bigint();
    const rested = Atomics.load(this.#ns, RESTED) + this.#restingNs(now);
    return Number(now - Atomics.load(this.#ns, STARTED) - rested) / 1e6;
  }

  #restingNs(now: bigint): bigint {
    const since = Atomics.load(this.#ns, RESTING_SINCE);
    return since === 0n ? 0n : now - since;
  }
}
