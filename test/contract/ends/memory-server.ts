/**
 * A source that is a server: each request is a block, and is answered with what became of it. All that a network source
 * needs of the pipeline, without a network.
 */
import { Block } from "../../../src/lib/event/block.js";
import type { Outcome } from "../../../src/lib/event/delivery/delivery.js";
import { ProducerIndex } from "../../../src/lib/event/delivery/producer-index.js";
import type { Source } from "../../../src/lib/pipeline/contract/source.js";
import { source } from "../../../src/lib/pipeline/contract/stage.js";

export interface Response {
  readonly status: number;
  readonly retryAfterMs?: number | undefined;
}

export class MemoryServer implements Source {
  private readonly queue: Block[] = [];
  private readonly producers: ProducerIndex;
  private readonly queueBytesMax: number;
  private queueBytes = 0;
  private isStopped = false;
  private wake = () => {};

  constructor(queueBytesMax = 1 << 20) {
    this.queueBytesMax = queueBytesMax;
    this.producers = new ProducerIndex({ ttlMs: 60_000, maxRequests: 1000, nowMs: () => performance.now() });
  }

  /** `id`: of the request, where the client sends it again until it has an answer. */
  post(body: string, id: string = crypto.randomUUID()): Promise<Response> {
    const bytes = Buffer.from(body);
    if (this.isStopped) return Promise.resolve({ status: 503 });
    if (this.queueBytes + bytes.length > this.queueBytesMax)
      return Promise.resolve({ status: 429, retryAfterMs: 100 });
    return new Promise((respond) => {
      const delivery = this.producers.take(id, (outcome) => respond(responseOf(outcome)));
      if (delivery === undefined) return;
      const block = new Block(bytes);
      block.delivery = delivery;
      this.queueBytes += bytes.length;
      this.queue.push(block);
      this.wake();
    });
  }

  async read(): Promise<Block | undefined> {
    while (this.queue.length === 0 && !this.isStopped) await new Promise<void>((go) => (this.wake = go));
    const block = this.queue.shift();
    this.queueBytes -= block?.bytes.length ?? 0;
    return block;
  }

  stop(): void {
    this.isStopped = true;
    this.wake();
  }

  async close(): Promise<void> {
    this.stop();
    for (const { delivery } of this.queue.splice(0))
      delivery!.settle({ kind: "failed", reason: "the server ends" });
  }
}

function responseOf(outcome: Outcome): Response {
  if (outcome.kind === "stored") return { status: 200 };
  return outcome.kind === "refused" ? { status: 400 } : { status: 503, retryAfterMs: outcome.retryAfterMs };
}

/** The declaration of `server`. */
export const memoryServer = (server: MemoryServer) =>
  source({
    name: "server",
    summary: "take events from clients",
    details: "",
    operands: [],
    options: {},
    examples: [],
    readsInput: () => false,
    open: async () => server,
  });
