/** The sources of a run, read at the same time: each has one read under way, and they take turns. */
import type { Block } from "../../event/block.js";
import type { Aligner } from "../chain/aligner.js";
import type { EntryPlan, NetworkPlan } from "../chain/network/plan-network.js";
import type { Source } from "../contract/source.js";

/** A stage that holds back what waits for a next line lets it go after this long without input. */
export const IDLE_MS = 250;

/** A block, the end (undefined), or what the source rejected with. */
type Arrived = { readonly block: Block | undefined } | { readonly error: unknown };

/** A source and what has come of it. */
export class SourceFeed {
  readonly entry: number;
  readonly source: Source;
  readonly aligner: Aligner | undefined;
  /** Nothing more is taken from it: it is over, or nobody wants it. */
  isOver = false;
  /** How often it was found quiet since its last block. */
  rounds = 0;
  /** Not to be taken from before, by the clock of `performance`. */
  notBeforeMs = 0;
  private readonly plan: EntryPlan;
  private readonly onBlock: (block: Block) => void;
  private isReading = false;
  private arrived: Arrived | undefined;
  private quietSinceMs = 0;

  /** `onBlock`: at once, when a block has come. */
  constructor(
    entry: number,
    plan: EntryPlan,
    source: Source,
    aligner: Aligner | undefined,
    onBlock: (block: Block) => void,
  ) {
    this.entry = entry;
    this.plan = plan;
    this.source = source;
    this.aligner = aligner;
    this.onBlock = onBlock;
  }

  get reaches(): readonly number[] {
    return this.plan.reaches;
  }

  get hasArrived(): boolean {
    return this.arrived !== undefined;
  }

  /** Asks for the next block, unless that is done; `onArrival` once it is there. */
  request(onArrival: () => void): void {
    if (this.isReading || this.isOver || this.arrived !== undefined) return;
    this.isReading = true;
    this.rounds = 0;
    this.quietSinceMs = performance.now();
    const arrive = (arrived: Arrived) => {
      this.isReading = false;
      this.arrived = arrived;
      onArrival();
    };
    this.source.read().then(
      (block) => {
        if (block !== undefined) this.onBlock(block);
        arrive({ block });
      },
      (error: unknown) => arrive({ error }),
    );
  }

  /** The block that has come; undefined at the end. Throws what the source rejected with. */
  take(): Block | undefined {
    const arrived = this.arrived!;
    this.arrived = undefined;
    if ("error" in arrived) throw arrived.error;
    return arrived.block;
  }

  /** When it is to be found quiet the next time. */
  get idleAtMs(): number {
    return this.isOver || this.hasArrived
      ? Number.POSITIVE_INFINITY
      : this.quietSinceMs + (this.rounds + 1) * IDLE_MS;
  }

  /** How many rounds what is held waits for more. */
  get roundsHeld(): number {
    return Math.max(1, Math.ceil(Math.max(this.plan.holdMs, this.aligner?.holdMs ?? 0) / IDLE_MS));
  }
}

export class Feeds {
  readonly all: readonly SourceFeed[];
  private next = 0;
  private wake: (() => void) | undefined;
  private waking: Promise<void> | undefined;

  constructor(all: readonly SourceFeed[]) {
    this.all = all;
  }

  /** Those that may still give something. */
  get open(): readonly SourceFeed[] {
    return this.all.filter(({ isOver }) => !isOver);
  }

  /** Asks every source for its next block. */
  request(): void {
    for (const feed of this.all) feed.request(this.wakeUp);
  }

  /** The next one of which something has come and that `mayTake` lets through. */
  ready(mayTake: (feed: SourceFeed) => boolean): SourceFeed | undefined {
    const { length } = this.all;
    for (let n = 0; n < length; n++) {
      const feed = this.all[(this.next + n) % length]!;
      if (feed.isOver || !feed.hasArrived || !mayTake(feed)) continue;
      this.next = (this.next + n + 1) % length;
      return feed;
    }
    return undefined;
  }

  /** Resolves when something comes of any. */
  arrival(): Promise<void> {
    this.waking ??= new Promise((resolve) => (this.wake = resolve));
    return this.waking;
  }

  /**
   * Resolves when something comes of any, or at one of these times, the soonest of all. `keptMs`: when events go on
   * that wait here, which keep the process alive.
   */
  async arrivalUntil(idleMs: number, keptMs = Number.POSITIVE_INFINITY): Promise<void> {
    const atMs = Math.min(idleMs, keptMs);
    let timer: NodeJS.Timeout | undefined;
    const time = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(Math.max(0, Math.ceil(atMs - performance.now())), 1000));
    });
    if (keptMs === Number.POSITIVE_INFINITY && this.open.every(({ source }) => source.isPassive))
      timer?.unref();
    await Promise.race([this.arrival(), time]);
    clearTimeout(timer);
  }

  /** When the first of them is to be found quiet. */
  get idleAtMs(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const feed of this.all) first = Math.min(first, feed.idleAtMs);
    return first;
  }

  /** All of them, whatever one says. */
  async close(): Promise<void> {
    const closed = await Promise.allSettled(this.all.map(({ source }) => source.close()));
    const failed = closed.find((one) => one.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  /** Whoever waits looks again. */
  readonly wakeUp = (): void => {
    this.wake?.();
    this.wake = this.waking = undefined;
  };
}

/** Cuts that nothing comes to but from other sources than these. */
export function cutsNotOf({ cuts, exits }: NetworkPlan, feeds: readonly SourceFeed[]): number[] {
  const reached = new Set(feeds.flatMap(({ reaches }) => reaches));
  return [...cuts.keys()].filter((cut) => !reached.has(exits.length + cut));
}
