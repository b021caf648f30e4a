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

/** The far end. `key`: the same where a request is sent again; a far end that knows keys takes it once. */
export interface Remote {
  send(body: string, key?: string): Promise<Answer>;
}

export interface RemoteOptions {
  /** An answer that takes longer is not waited for: the request may have arrived or not. Absent: for ever. */
  readonly timeoutMs?: number;
  /**
   * Gives each request its key: where its block ends, and how long it is. Not the end alone: a block that is read again
   * may begin elsewhere, and what it has more would be taken for known.
   */
  readonly hasKeys?: boolean;
}

/** Requests that are under way at once. */
const REQUESTS_MAX = 4;

export class FlakyRemote implements Sink {
  private readonly remote: Remote;
  private readonly options: RemoteOptions;
  private readonly underWay = new Set<Promise<void>>();

  constructor(remote: Remote, options: RemoteOptions = {}) {
    this.remote = remote;
    this.options = options;
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

  private async send({ bytes, delivery, cursor }: Block): Promise<void> {
    const { hasKeys = false, timeoutMs } = this.options;
    const key =
      hasKeys && cursor !== undefined ? `${cursor.stream}#${cursor.offset}-${bytes.length}` : undefined;
    const outcome = await inTime(this.remote.send(bytes.toString(), key), timeoutMs).then(
      (answer) => outcomeOf(answer),
      (error: Error): Outcome => ({ kind: "failed", reason: error.message }),
    );
    delivery?.settle(outcome);
  }
}

function inTime<T>(answer: Promise<T>, timeoutMs: number | undefined): Promise<T> {
  if (timeoutMs === undefined) return answer;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer")), timeoutMs);
    answer.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

function outcomeOf({ status, retryAfterMs }: Answer): Outcome {
  if (status < 300) return STORED;
  const reason = `HTTP ${status}`;
  const isLater = status === 429 || status >= 500;
  return isLater ? { kind: "failed", reason, retryAfterMs } : { kind: "refused", reason };
}

/** The declaration of `remote`. */
export const flakyRemote = (remote: Remote, options?: RemoteOptions) =>
  sink({
    name: "remote",
    summary: "send events far away",
    details: "",
    operands: [],
    options: {},
    examples: [],
    input: "lines",
    isPrinting: () => false,
    open: async () => new FlakyRemote(remote, options),
  });
