// Enter here: what became of a batch: stored, refused or failed; the only thing that travels back to a source.
/**
 * What became of a batch: the one thing that travels back from a sink to a source. A source makes a delivery for each
 * block it answers for (an HTTP request, a stretch of a file); whoever divides the block, to branches or in pieces,
 * shares the delivery; the sink settles it. See docs/decisions/0050-delivery.md.
 *
 * ```ts
 * const delivery = newDelivery((outcome) => respond(outcome.kind === "stored" ? 200 : 503));
 * const other = delivery.share(); // a second piece of the same request
 * delivery.settle(STORED);
 * other.settle({ kind: "failed", reason: "connection refused", retryAfterMs: 5000 }); // responds 503
 * ```
 */
import { assert } from "../../base/assert.js";

export type Outcome =
  /** Durable, to the degree that the sink promises. */
  | { readonly kind: "stored" }
  /** It never will be, however often it is sent: a 4xx, no room and `--on-full drop-newest`. */
  | { readonly kind: "refused"; readonly reason: string }
  /**
   * It is not now, and may be later: a 429, a 503, a connection that broke. `retryAfterMs`: not before so many
   * milliseconds.
   */
  | { readonly kind: "failed"; readonly reason: string; readonly retryAfterMs?: number | undefined };

/** Settles once, with the worst outcome of its shares: each of them must be settled, in any order. */
export interface Delivery {
  /**
   * One more that must be settled: for a branch of a fan-out, a piece of a divided block. Not once this one is settled.
   */
  share(): Delivery;
  /** The first call counts; later ones change nothing. */
  settle(outcome: Outcome): void;
}

export const STORED: Outcome = { kind: "stored" };

/**
 * A delivery that calls `onSettled` once, with the worst outcome of all its shares. Two small objects: made a block,
 * never an event.
 */
export function newDelivery(onSettled: (worst: Outcome) => void): Delivery {
  return new Share({ openShares: 1, worst: STORED, onSettled });
}

/** One delivery for blocks that were joined to one. Undefined: none of them has any. */
export function joinedDelivery(deliveries: readonly Delivery[]): Delivery | undefined {
  return deliveries.length > 1 ? new Joined(deliveries) : deliveries[0];
}

/**
 * The worse of two outcomes; of two that are as bad the first. Failed is worse than refused: as long as a part may
 * still be stored, what holds it must not be thrown away. Of two that failed the one that is to wait longer.
 */
export function worseOutcome(a: Outcome, b: Outcome): Outcome {
  const difference = RANK[b.kind] - RANK[a.kind] || waitOf(b) - waitOf(a);
  return difference > 0 ? b : a;
}

const RANK = { stored: 0, refused: 1, failed: 2 } as const;

function waitOf(outcome: Outcome): number {
  return outcome.kind === "failed" ? (outcome.retryAfterMs ?? 0) : 0;
}

/** What the shares of one delivery have in common. */
interface Common {
  openShares: number;
  worst: Outcome;
  readonly onSettled: (worst: Outcome) => void;
}

class Share implements Delivery {
  private readonly common: Common;
  private isSettled = false;

  constructor(common: Common) {
    this.common = common;
  }

  share(): Delivery {
    assert(!this.isSettled, "a delivery that is settled was shared");
    this.common.openShares++;
    return new Share(this.common);
  }

  settle(outcome: Outcome): void {
    if (this.isSettled) return;
    this.isSettled = true;
    const { common } = this;
    common.worst = worseOutcome(common.worst, outcome);
    if (--common.openShares === 0) common.onSettled(common.worst);
  }
}

class Joined implements Delivery {
  private readonly deliveries: readonly Delivery[];

  constructor(deliveries: readonly Delivery[]) {
    this.deliveries = deliveries;
  }

  share(): Delivery {
    return new Joined(this.deliveries.map((delivery) => delivery.share()));
  }

  settle(outcome: Outcome): void {
    for (const delivery of this.deliveries) delivery.settle(outcome);
  }
}
