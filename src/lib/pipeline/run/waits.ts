/** Stages that let through so much at a time (`Transform.waitMs`): who waits for them, and how long. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Chain } from "../chain/chain.js";
import type { NetworkPlan } from "../chain/network/plan-network.js";
import type { SourceFeed } from "./feeds.js";

export class Waits {
  private readonly chain: Chain;
  private readonly signal: AbortSignal;
  private readonly mayWait: boolean;
  private readonly letOut: () => Promise<void>;
  /** When something may be let out, by `performance.now`; 0: a stage is to be asked. */
  private dueMs = 0;

  /** `letOut`: passes on what `chain.letOut` gives. */
  constructor(chain: Chain, signal: AbortSignal, letOut: () => Promise<void>) {
    this.chain = chain;
    this.signal = signal;
    this.letOut = letOut;
    this.mayWait = chain.mayWait;
  }

  /** Whether anybody waits for what stages hold: not once the run is to stop. */
  get isPatient(): boolean {
    return this.mayWait && !this.signal.aborted;
  }

  /** Has stages let out what may pass by now of what waits in them. */
  async letOutDue(): Promise<void> {
    if (!this.isPatient || performance.now() < this.dueMs) return;
    await this.letOut();
    const waitMs = this.chain.waitMs();
    this.dueMs = waitMs > 0 ? performance.now() + waitMs : 0;
  }

  /** Resolves when a stage has more to let out, or the run is to stop. */
  async pause(): Promise<void> {
    const waitMs = this.isPatient ? this.chain.waitMs() : 0;
    if (waitMs > 0) await this.sleep(waitMs);
  }

  /** Whether the stages that a source feeds take more; the others go on meanwhile. */
  mayTake(feed: SourceFeed, { exits, cuts }: NetworkPlan): boolean {
    if (!this.isPatient) return true;
    const nowMs = performance.now();
    if (feed.notBeforeMs > nowMs) return false;
    let longestMs = 0;
    for (const exit of feed.reaches)
      if (exit >= exits.length && exit - exits.length < cuts.length)
        longestMs = Math.max(longestMs, this.chain.waitMs(exit - exits.length));
    feed.notBeforeMs = nowMs + longestMs;
    if (longestMs > 0 && this.dueMs === 0) this.dueMs = feed.notBeforeMs;
    return longestMs <= 0;
  }

  /** When the first of the feeds that wait may be taken from, or something is to be let out. */
  untilMs(feeds: readonly SourceFeed[]): number {
    let first = this.isPatient && this.dueMs > 0 ? this.dueMs : Number.POSITIVE_INFINITY;
    if (this.mayWait)
      for (const feed of feeds) if (feed.hasArrived) first = Math.min(first, feed.notBeforeMs);
    return first;
  }

  /** Resolves once the stages behind the cut take more, or the run is to stop. */
  async before(cut: number): Promise<void> {
    while (this.isPatient) {
      const waitMs = this.chain.waitMs(cut);
      if (waitMs <= 0) return;
      await this.sleep(waitMs);
      await this.letOut();
    }
  }

  private async sleep(ms: number): Promise<void> {
    const { signal } = this;
    await sleep(Math.ceil(Math.min(ms, 1000)), undefined, { signal }).catch(() => {});
  }
}
