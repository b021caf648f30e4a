/**
 * A sink that sends to something far away, several requests at a time, which answers when it likes and how it likes.
 */
import type { Block } from "../../../src/lib/event/block.js";
import { type Outcome, STORED } from "../../../src/lib/event/delivery/delivery.js";
import type { Sink } from "../../../src/lib/pipeline/contract/sink.js";
import { sink } from "../../../src/lib/pipeline/contract/stage.js";

export interface Answer {
  readonly status: number;
  readonly retryAfterMs?: number;
}

/** The far end: what it has is in `bodies`. */
export interface Remote {
  send(body: string): Promise<Answer>;
}

/** Requests that are under way at once. */
const REQUESTS_MAX = 4;

export class FlakyRemote implements Sink {
  private readonly remote: Remote;
  private readonly underWay = new Set<Promise<void>>();

  constructor(remote: Remote) {
    this.remote = remote;
  }

  async write(block: Block): Promise<boolean> {
    if (block.bytes.length === 0) {
      block.delivery?.settle(STORED);
      return true;
    }
    while (this.underWay.size >= REQUESTS_MAX) await Promise.race(this.underWay);
    const sending = this.send(block).finally(() => this.underWay.delete(sending));
    this.underWay.add(sending);
    return true;
  }

  async flush(): Promise<void> {
    await Promise.all(this.underWay);
  }

  close(): Promise<void> {
    return this.flush();
  }

  private async send({ bytes, delivery }: Block): Promise<void> {
    const outcome = await this.remote.send(bytes.toString()).then(
      (answer) => outcomeOf(answer),
      (error: Error): Outcome => ({ kind: "failed", reason: error.message }),
    );
    delivery?.settle(outcome);
  }
}

function outcomeOf({ status, retryAfterMs }: Answer): Outcome {
  if (status < 300) return STORED;
  const reason = `HTTP ${status}`;
  const isLater = status === 429 || status >= 500;
  return isLater ? { kind: "failed", reason, retryAfterMs } : { kind: "refused", reason };
}

/** The declaration of `remote`. */
export const flakyRemote = (remote: Remote) =>
  sink({
    name: "remote",
    summary: "send events far away",
    details: "",
    operands: [],
    options: {},
    examples: [],
    input: "lines",
    isPrinting: () => false,
    open: async () => new FlakyRemote(remote),
  });
