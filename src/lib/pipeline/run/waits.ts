/** Stages that let through so much at a time (`Transform.waitMs`): who waits for them, and how long. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Chain } from "../chain/chain.js";
import type { NetworkPlan } from "../chain/network/plan-network.js";
import type { SourceFeed } from "./feeds.js";

export class Waits {
  private readonly chain: Chain;
  private readonly signal: AbortSignal;
  private readonly mayWait: boolean;

  constructor(chain: Chain, signal: AbortSignal) {
    this.chain = chain;
    this.signal = signal;
    this.mayWait = chain.mayWait;
  }

  /** Whether the stages that a source feeds take more; the others go on meanwhile. */
  mayTake(feed: SourceFeed, { exits, cuts }: NetworkPlan): boolean {
    if (!this.mayWait || this.signal.aborted) return true;
    const nowMs = performance.now();
    if (feed.notBeforeMs > nowMs) return false;
    let longestMs = 0;
    for (const exit of feed.reaches)
      if (exit >= exits.length && exit - exits.length < cuts.length)
        longestMs = Math.max(longestMs, this.chain.waitMs(exit - exits.length));
    feed.notBeforeMs = nowMs + longestMs;
    return longestMs <= 0;
  }

  /** When the first of the feeds that wait may be taken from. */
  untilMs(feeds: readonly SourceFeed[]): number {
    let first = Number.POSITIVE_INFINITY;
    if (this.mayWait)
      for (const feed of feeds) if (feed.hasArrived) first = Math.min(first, feed.notBeforeMs);
    return first;
  }

  /** Resolves once the stages behind the cut take more, or the run is to stop. */
  async before(cut: number): Promise<void> {
    while (this.mayWait && !this.signal.aborted) {
      const waitMs = this.chain.waitMs(cut);
      if (waitMs <= 0) return;
      await sleep(Math.min(waitMs, 1000), undefined, { signal: this.signal }).catch(() => {});
    }
  }
}
