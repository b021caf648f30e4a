import { formatRate, type Rate } from "../../base/rate.js";
import { countOf } from "../../base/size.js";
import type { EventKey } from "../common/event-key.js";
import { AgingMap } from "./aging-map.js";

export interface ThrottleSettings {
  readonly rate: Rate;
  /** How long suppressed events of a key are summed up before the sum is written. */
  readonly everyMs: number;
  readonly keysMax: number;
  /** The name of the summary's time. */
  readonly timeField: string;
}

interface Bucket {
  tokens: number;
  /** When `tokens` was right. */
  atMs: number;
}

/** What was left out of one key since its sum was written last. */
interface Sum {
  count: number;
  readonly fromMs: number;
  untilMs: number;
}

/** Longer keys have no bucket of their own: the number of keys alone would not bound the memory. */
const KEY_BYTES_MAX = 4096;
/** The key that stands for all the keys beyond the limit. No JSON text is equal to it. */
const OTHER = "__other__";

/**
 * Token buckets by key: each holds as many tokens as the rate's amount, full at first, and gets that many in each
 * interval, evenly. An event takes one token, or as many as it has bytes. What finds none is left out and summed up.
 * Times are the stream's clock.
 */
export class Throttle {
  private readonly settings: ThrottleSettings;
  private readonly key: EventKey | undefined;
  private buckets = new Map<string, Bucket>();
  /** In the order in which they began. */
  private readonly sums = new AgingMap<Sum>();
  private sweptMs = Number.NEGATIVE_INFINITY;

  constructor(settings: ThrottleSettings, key: EventKey | undefined) {
    this.settings = settings;
    this.key = key;
  }

  /** The key whose bucket counts: an own one while there is room for it, and it is not too long to be remembered. */
  bucketKey(key: string, nowMs: number): string {
    if (key.length > KEY_BYTES_MAX) return OTHER;
    if (this.buckets.has(key) || this.buckets.size < this.settings.keysMax) return key;
    this.sweep(nowMs);
    return this.buckets.size < this.settings.keysMax ? key : OTHER;
  }

  isOther(key: string): boolean {
    return key === OTHER;
  }

  /** Whether an event of that many bytes may pass; if not, it is summed up. */
  take(key: string, nowMs: number, bytes: number): boolean {
    const { amount, intervalMs, unit } = this.settings.rate;
    let bucket = this.buckets.get(key);
    if (bucket === undefined) {
      bucket = { tokens: amount, atMs: nowMs };
      this.buckets.set(key, bucket);
    }
    bucket.tokens = tokensAt(bucket, nowMs, amount, intervalMs);
    bucket.atMs = nowMs;
    // An event larger than the bucket passes when that is full: otherwise it never would.
    const cost = unit === "bytes" ? Math.min(bytes, amount) : Math.min(1, amount);
    if (bucket.tokens + 1e-9 >= cost) {
      bucket.tokens -= cost;
      return true;
    }
    const sum = this.sums.get(key);
    if (sum === undefined) this.sums.add(key, { count: 1, fromMs: nowMs, untilMs: nowMs });
    else {
      sum.count++;
      sum.untilMs = nowMs;
    }
    return false;
  }

  /** The summaries that are due, as lines; "" when none is. */
  due(nowMs: number): string {
    if (this.sums.size === 0) return "";
    let lines = "";
    for (let { oldest } = this.sums; oldest !== undefined; oldest = this.sums.oldest) {
      // A clock that was set back ends a sum as well.
      if (Math.abs(nowMs - oldest.value.fromMs) < this.settings.everyMs) break;
      lines += this.summary(oldest.key, oldest.value);
      this.sums.delete(oldest.key);
    }
    return lines;
  }

  /** All summaries that are open, as lines. */
  rest(): string {
    let lines = "";
    for (const [key, sum] of this.sums) lines += this.summary(key, sum);
    this.sums.clear();
    return lines;
  }

  save(): unknown {
    return { buckets: this.buckets, sums: [...this.sums], sweptMs: this.sweptMs };
  }

  load(state: unknown): void {
    const saved = state as { buckets: Map<string, Bucket>; sums: [string, Sum][]; sweptMs: number };
    this.buckets = saved.buckets;
    for (const [key, sum] of saved.sums) this.sums.add(key, sum);
    this.sweptMs = saved.sweptMs;
  }

  private summary(key: string, { count, fromMs, untilMs }: Sum): string {
    const { rate, timeField } = this.settings;
    const names = new Set(this.key?.names);
    const limit = formatRate(rate);
    const own: [string, unknown][] = [
      [timeField, isoTime(untilMs)],
      ["level", "info"],
      ["message", `${countOf(count, "event")} over ${limit} left out`],
    ];
    const shown: string[] = own.filter(([name]) => !names.has(name)).map(member);
    if (key === OTHER) shown.push(member(["key", OTHER]));
    else if (this.key !== undefined) shown.push(this.key.members(key));
    shown.push(member(["suppressed", count]), member(["suppressed_from", isoTime(fromMs)]));
    shown.push(member(["suppressed_until", isoTime(untilMs)]), member(["throttle", limit]));
    return `{${shown.filter((text) => text !== "").join(",")}}\n`;
  }

  /** Forgets full buckets: a new one is the same. At most once an interval, since it looks at all of them. */
  private sweep(nowMs: number): void {
    const { amount, intervalMs } = this.settings.rate;
    if (Math.abs(nowMs - this.sweptMs) < intervalMs) return;
    this.sweptMs = nowMs;
    for (const [key, bucket] of this.buckets)
      if (tokensAt(bucket, nowMs, amount, intervalMs) >= amount) this.buckets.delete(key);
  }
}

function tokensAt({ tokens, atMs }: Bucket, nowMs: number, amount: number, intervalMs: number): number {
  return nowMs <= atMs ? tokens : Math.min(amount, tokens + ((nowMs - atMs) / intervalMs) * amount);
}

function isoTime(ms: number): string {
  return new Date(Math.floor(ms)).toISOString();
}

function member([name, value]: readonly [string, unknown]): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}
