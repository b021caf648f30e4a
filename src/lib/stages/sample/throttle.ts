import { formatRate, type Rate } from "../../base/rate.js";
import { countOf } from "../../base/size.js";
import { AgingMap } from "../common/aging-map.js";
import type { EventKey } from "../common/event-key.js";
import { SteadyClock } from "../common/steady-clock.js";
import { defaultBurst, type KeyBuckets, OTHER_KEYS, TokenBuckets } from "../common/token-buckets.js";

export interface ThrottleSettings {
  readonly rate: Rate;
  /** How long suppressed events of a key are summed up before the sum is written. */
  readonly everyMs: number;
  readonly keysMax: number;
  /** The name of the summary's time. */
  readonly timeField: string;
}

/** What was left out of one key since its sum was written last. */
interface Sum {
  count: number;
  readonly fromMs: number;
  untilMs: number;
}

/**
 * Token buckets by key: each holds as many tokens as the rate's amount, full at first, and gets that many in each
 * interval, evenly. What finds too few is left out and summed up. Times are the stream's clock.
 */
export class Throttle {
  private readonly settings: ThrottleSettings;
  private readonly key: EventKey | undefined;
  private readonly buckets: TokenBuckets;
  private readonly clock = new SteadyClock();
  /** In the order in which they began. */
  private readonly sums = new AgingMap<Sum>();

  constructor(settings: ThrottleSettings, key: EventKey | undefined) {
    const { rate, keysMax } = settings;
    this.settings = settings;
    this.key = key;
    this.buckets = new TokenBuckets([{ rate, burst: defaultBurst(rate) }], keysMax);
  }

  /** The buckets that count for a key: its own while there is room for them. */
  bucketsOf(key: string, nowMs: number): KeyBuckets {
    return this.buckets.of(key, this.clock.after(nowMs));
  }

  isShared(buckets: KeyBuckets): boolean {
    return this.buckets.isShared(buckets);
  }

  /** Whether an event of that many bytes may pass; if not, it is summed up. */
  take(buckets: KeyBuckets, nowMs: number, bytes: number): boolean {
    if (this.buckets.take(buckets, this.clock.after(nowMs), bytes)) return true;
    const { key } = buckets;
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
    const { everyMs, keysMax } = this.settings;
    if (this.sums.size === 0) return "";
    let lines = "";
    for (let { oldest } = this.sums; oldest !== undefined; oldest = this.sums.oldest) {
      // A clock that was set back ends a sum as well; and so do more keys than there is room for.
      if (this.sums.size <= keysMax + 1 && Math.abs(nowMs - oldest.value.fromMs) < everyMs) break;
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
    return { buckets: this.buckets.save(), clock: this.clock.save(), sums: [...this.sums] };
  }

  load(state: unknown): void {
    const saved = state as { buckets: unknown; clock: number[]; sums: [string, Sum][] };
    this.buckets.load(saved.buckets);
    this.clock.load(saved.clock);
    for (const [key, sum] of saved.sums) this.sums.add(key, sum);
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
    if (key === OTHER_KEYS) shown.push(member(["key", OTHER_KEYS]));
    else if (this.key !== undefined) shown.push(this.key.members(key));
    shown.push(member(["suppressed", count]), member(["suppressed_from", isoTime(fromMs)]));
    shown.push(member(["suppressed_until", isoTime(untilMs)]), member(["throttle", limit]));
    return `{${shown.filter((text) => text !== "").join(",")}}\n`;
  }
}

function isoTime(ms: number): string {
  return new Date(Math.floor(ms)).toISOString();
}

function member([name, value]: readonly [string, unknown]): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}
