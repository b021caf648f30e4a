import type { Rate } from "../../base/rate.js";
import { AgingMap } from "./aging-map.js";

/** A rate with what its bucket holds: so much may come at once after a quiet time. */
export interface BucketSize {
  readonly rate: Rate;
  /** In the unit of the rate; at least one event or byte. */
  readonly burst: number;
}

/**
 * How full one bucket is, counted from when it was full last: whole numbers, so that no error adds up however long it
 * runs.
 */
interface Level {
  /** Taken since `atMs`, less what has come for the intervals that were over by then. */
  used: number;
  /** When it had `burst - used`. */
  atMs: number;
}

/** The buckets of one key. Plain data. */
export interface KeyBuckets {
  readonly key: string;
  /** One for each size. */
  readonly levels: readonly Level[];
  /** Events that found too little, for whoever counts them. */
  over: number;
  /** Whether the key has been forgotten: the next event of it has new ones. */
  isForgotten: boolean;
}

/** The key that stands for all the keys beyond the limit. No JSON text is equal to it. */
export const OTHER_KEYS = "__other__";
/** Longer keys have no bucket of their own: the number of keys alone would not bound the memory. */
const KEY_BYTES_MAX = 4096;
/** Buckets that are looked at for one that is full, each time a key finds no room. */
const LOOKS = 2;

/** What a rate lets through at once where nobody says: what one of its intervals has, and one event at least. */
export function defaultBurst(rate: Rate): number {
  return Math.max(1, rate.amount);
}

/**
 * Token buckets by key, as the definition has them: each is full at first and fills up evenly, and what passes takes a
 * token for each event or byte of it. An event that is larger than a bucket passes when that is full, and is owed:
 * nothing follows until the debt is paid.
 *
 * Keys are forgotten only once their buckets are full, as a new one would be: a flood of keys changes nothing for those
 * that are known, and has the one bucket that is left for all of it.
 *
 * Times are those of `SteadyClock`.
 */
export class TokenBuckets {
  private readonly sizes: readonly BucketSize[];
  private readonly keysMax: number;
  private byKey = new AgingMap<KeyBuckets>();
  private other: KeyBuckets;

  constructor(sizes: readonly BucketSize[], keysMax: number) {
    this.sizes = sizes;
    this.keysMax = keysMax;
    this.other = this.full(OTHER_KEYS);
  }

  /** The buckets of a key: its own while there is room for them, else those that are shared. */
  of(key: string, nowMs: number): KeyBuckets {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    if (key.length > KEY_BYTES_MAX || !this.hasRoom(nowMs)) return this.other;
    const added = this.full(key);
    this.byKey.add(key, added);
    return added;
  }

  isShared(buckets: KeyBuckets): boolean {
    return buckets === this.other;
  }

  /** Whether an event of so many bytes may pass; if so, it has taken its tokens. */
  take(buckets: KeyBuckets, nowMs: number, bytes: number): boolean {
    const { sizes } = this;
    for (let n = 0; n < sizes.length; n++) {
      const size = sizes[n]!;
      if (this.left(buckets, n, nowMs) < neededFor(size, bytes)) return false;
    }
    for (let n = 0; n < sizes.length; n++)
      buckets.levels[n]!.used += sizes[n]!.rate.unit === "bytes" ? bytes : 1;
    return true;
  }

  /** How long from `nowMs` until an event of so many bytes may pass, in milliseconds; 0: it may. */
  waitMs(buckets: KeyBuckets, nowMs: number, bytes: number): number {
    return this.longest((size, n) => neededFor(size, bytes) - this.left(buckets, n, nowMs));
  }

  /** How long from `nowMs` until waiting longer gains nothing, in milliseconds. */
  fullInMs(buckets: KeyBuckets, nowMs: number): number {
    return this.longest((size, n) => size.burst - this.left(buckets, n, nowMs));
  }

  save(): unknown {
    return { buckets: [...this.byKey].map(([, buckets]) => buckets), other: this.other };
  }

  load(state: unknown): void {
    const saved = state as { buckets: KeyBuckets[]; other: KeyBuckets };
    for (const buckets of saved.buckets) this.byKey.add(buckets.key, buckets);
    this.other = saved.other;
  }

  private full(key: string): KeyBuckets {
    return { key, levels: this.sizes.map(() => ({ used: 0, atMs: 0 })), over: 0, isForgotten: false };
  }

  /** Tokens in the n-th bucket; below 0: owed. */
  private left(buckets: KeyBuckets, n: number, nowMs: number): number {
    const { rate, burst } = this.sizes[n]!;
    const { amount, intervalMs } = rate;
    const level = buckets.levels[n]!;
    // Full since some time: as good as now.
    if (level.used === 0) {
      level.atMs = nowMs;
      return burst;
    }
    let elapsedMs = nowMs - level.atMs;
    if (elapsedMs >= intervalMs) {
      const intervals = Math.floor(elapsedMs / intervalMs);
      level.used -= intervals * amount;
      level.atMs += intervals * intervalMs;
      elapsedMs -= intervals * intervalMs;
    }
    const missing = level.used - (amount * elapsedMs) / intervalMs;
    if (missing > 0) return burst - missing;
    level.used = 0;
    level.atMs = nowMs;
    return burst;
  }

  private longest(missing: (size: BucketSize, n: number) => number): number {
    let longestMs = 0;
    for (let n = 0; n < this.sizes.length; n++) {
      const { rate } = this.sizes[n]!;
      longestMs = Math.max(longestMs, (missing(this.sizes[n]!, n) * rate.intervalMs) / rate.amount);
    }
    return longestMs;
  }

  /** Whether one more key can have buckets of its own; full ones, which are as good as new, make room for it. */
  private hasRoom(nowMs: number): boolean {
    const { byKey } = this;
    for (let looks = 0; byKey.size >= this.keysMax && looks < LOOKS; looks++) {
      const { key, value } = byKey.oldest!;
      if (this.fullInMs(value, nowMs) > 0) {
        byKey.turn();
        continue;
      }
      byKey.delete(key);
      value.isForgotten = true;
    }
    return byKey.size < this.keysMax;
  }
}

function neededFor({ rate, burst }: BucketSize, bytes: number): number {
  return rate.unit === "bytes" ? Math.min(bytes, burst) : 1;
}
