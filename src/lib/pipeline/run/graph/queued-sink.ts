/** A sink that takes blocks as they come, at its own pace as long as its queue is not full. */
import { reasonOf } from "../../../base/errors/index.js";
import { Block } from "../../../event/block.js";
import { type Delivery, STORED } from "../../../event/delivery/delivery.js";
import { countLines } from "../../../event/lines.js";
import type { SinkNode } from "../../contract/graph.js";
import type { Host } from "../../contract/host.js";
import type { Sink } from "../../contract/sink.js";

/** What one sink may be behind in memory; one block is always taken. */
const QUEUE_BYTES = 4 << 20;

export interface QueueCounts {
  blocks: number;
  events: number;
  dropped: number;
}

export class QueuedSink {
  readonly counts: QueueCounts = { blocks: 0, events: 0, dropped: 0 };
  private readonly node: Pick<SinkNode, "name" | "required" | "onFull">;
  private readonly sink: Sink;
  private readonly host: Pick<Host, "fail">;
  private readonly onClosed: () => void;
  private readonly queue: Block[] = [];
  private bytes = 0;
  private work: Promise<void> | undefined;
  /** What has ended a sink that is required. */
  failure: { readonly error: unknown } | undefined;
  private isClosed = false;
  private hasGivenUp = false;
  private changed = announcement();

  /** `onClosed`: nothing more is wanted, or nothing more can be had of it. */
  constructor(
    node: Pick<SinkNode, "name" | "required" | "onFull">,
    sink: Sink,
    host: Pick<Host, "fail">,
    onClosed: () => void,
  ) {
    this.node = node;
    this.sink = sink;
    this.host = host;
    this.onClosed = onClosed;
  }

  get name(): string {
    return this.node.name;
  }

  /**
   * Takes what the block holds for this sink; resolves once there is room for more. Rejects with what has ended a sink
   * that is required.
   */
  async offer({ bytes, labels, summary }: Block, delivery: Delivery): Promise<void> {
    this.throwIfFailed();
    if (this.isClosed) return delivery.settle(STORED);
    const block = new Block(bytes, labels, summary);
    block.delivery = delivery;
    if (this.isFull && !this.makeRoom()) return this.drop(block);
    this.queue.push(block);
    this.bytes += bytes.length;
    this.work ??= this.run();
    while (this.isFull && this.blocks && !this.isClosed) await this.changed.promise;
    this.throwIfFailed();
  }

  /** Resolves once all that was offered was written, and what it could make durable is. */
  async drained(): Promise<void> {
    await this.work;
    this.throwIfFailed();
    if (!this.isClosed) await this.sink.flush();
  }

  async flush(): Promise<void> {
    if (this.queue.length === 0 && !this.isClosed && this.work === undefined) await this.sink.flush();
  }

  /** The end. `hasFailed`: of the run. */
  async close(hasFailed: boolean): Promise<void> {
    await this.work;
    if (this.hasGivenUp) return;
    const isAbandoned = hasFailed || this.failure !== undefined;
    await (isAbandoned && this.sink.abandon !== undefined ? this.sink.abandon() : this.sink.close());
    if (this.counts.dropped > 0)
      this.host.fail(`sink ${this.name} was behind, and ${this.counts.dropped} events for it were dropped`);
  }

  private get isFull(): boolean {
    return this.bytes >= QUEUE_BYTES;
  }

  /** Whether whoever writes waits for it. */
  private get blocks(): boolean {
    return this.node.required !== "optional" && this.node.onFull === "block";
  }

  /** False: what comes has to go. */
  private makeRoom(): boolean {
    if (this.blocks) return true;
    if (this.node.onFull !== "drop-oldest") return false;
    while (this.isFull && this.queue.length > 0) {
      const oldest = this.queue.shift()!;
      this.bytes -= oldest.bytes.length;
      this.drop(oldest);
    }
    return true;
  }

  private drop(block: Block): void {
    const { delivery } = block;
    this.counts.dropped += eventsOf(block);
    delivery?.settle({ kind: "refused", reason: `sink ${this.name} was behind` });
  }

  private async run(): Promise<void> {
    await Promise.resolve();
    for (let block = this.queue.shift(); block !== undefined; block = this.queue.shift()) {
      await this.writeOne(block);
      this.bytes -= block.bytes.length;
      this.tell();
    }
    this.work = undefined;
  }

  private async writeOne(block: Block): Promise<void> {
    if (this.isClosed) return block.delivery?.settle(STORED);
    try {
      this.counts.blocks++;
      this.counts.events += eventsOf(block);
      if (await this.sink.write(block)) return;
    } catch (error) {
      await this.fail(error, block);
    }
    block.delivery?.settle(STORED);
    this.isClosed = true;
    this.onClosed();
  }

  private async fail(error: unknown, { delivery }: Block): Promise<void> {
    const reason = reasonOf(error);
    if (this.node.required !== "optional") {
      this.failure = { error };
      delivery?.settle({ kind: "failed", reason });
      return;
    }
    this.hasGivenUp = true;
    delivery?.settle({ kind: "refused", reason });
    this.host.fail(`sink ${this.name}: ${reason}; the run goes on without it`);
    await (this.sink.abandon?.() ?? this.sink.close()).catch(() => {});
  }

  private throwIfFailed(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }

  private tell(): void {
    const { tell } = this.changed;
    this.changed = announcement();
    tell();
  }
}

function announcement(): { readonly promise: Promise<void>; readonly tell: () => void } {
  let tell = () => {};
  const promise = new Promise<void>((resolve) => (tell = resolve));
  return { promise, tell };
}

/** Sinks that print lines need no summary of them. */
function eventsOf({ summary, bytes }: Block): number {
  return summary?.events ?? countLines(bytes);
}
