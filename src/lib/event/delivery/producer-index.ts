import { type Delivery, newDelivery, type Outcome } from "./delivery.js";

export interface ProducerIndexOptions {
  /** A request that is sent again later than this is taken for a new one. */
  readonly ttlMs: number;
  /** So many requests are remembered, the newest; about 200 bytes each. */
  readonly maxRequests: number;
  readonly nowMs: () => number;
}

interface Request {
  readonly tookMs: number;
  /** Undefined while it is on its way. */
  outcome: Outcome | undefined;
  /** Clients that have sent it and wait. */
  readonly answers: ((outcome: Outcome) => void)[];
}

/**
 * What became of the requests of clients that send again what got no answer, by an id of the client's making: what was
 * stored is answered and not stored twice. Kept apart from cursors: a cursor is of a source that can be read again and
 * is in the table for good, these ids are many, live for a while, and are in the memory of one server.
 */
export class ProducerIndex {
  private readonly options: ProducerIndexOptions;
  /** Oldest first. */
  private readonly requests = new Map<string, Request>();

  constructor(options: ProducerIndexOptions) {
    this.options = options;
  }

  /** Requests that are remembered. */
  get size(): number {
    return this.requests.size;
  }

  /**
   * The delivery of a request that is to be stored. Undefined when it has come before: `answer` is called with what
   * became, or becomes, of that. A request that failed is forgotten, so that it can be sent again.
   */
  take(id: string, answer: (outcome: Outcome) => void): Delivery | undefined {
    this.forgetOld();
    const known = this.requests.get(id);
    if (known?.outcome !== undefined) return void answer(known.outcome);
    if (known !== undefined) return void known.answers.push(answer);
    const request: Request = { tookMs: this.options.nowMs(), outcome: undefined, answers: [answer] };
    this.requests.set(id, request);
    return newDelivery((outcome) => {
      request.outcome = outcome;
      if (outcome.kind === "failed" && this.requests.get(id) === request) this.requests.delete(id);
      for (const tell of request.answers.splice(0)) tell(outcome);
    });
  }

  private forgetOld(): void {
    const { ttlMs, maxRequests, nowMs } = this.options;
    const before = nowMs() - ttlMs;
    for (const [id, { tookMs, outcome }] of this.requests) {
      if (tookMs > before && this.requests.size < maxRequests) return;
      // One on its way keeps its place: its answers are owed, and the server's queue bounds them.
      if (outcome !== undefined) this.requests.delete(id);
    }
  }
}
