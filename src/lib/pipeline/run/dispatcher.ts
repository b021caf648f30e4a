/** Puts blocks through the part of a network that any thread may run: here, or in workers, and keeps their order. */
import { giveBuffer } from "../../base/buffers.js";
import { reasonOf } from "../../base/errors/index.js";
import { Block } from "../../event/block.js";
import { countLines } from "../../event/lines.js";
import type { Counters } from "../accounting/counters.js";
import type { Aligner } from "../chain/aligner.js";
import type { Chain, Tally } from "../chain/chain.js";
import type { NetworkPlan } from "../chain/network/plan-network.js";
import { asBuffer, workerSetup } from "../chain/worker-messages.js";
import type { Host } from "../contract/host.js";
import type { RunOptions } from "../contract/pipeline.js";
import { takeReceipt } from "../delivery/receipt.js";
import type { SourceFeed } from "./feeds.js";
import type { Flight, Landed } from "./flight.js";
import { Pool } from "./worker-pool.js";

/** Input beyond which workers are worth their start (about 40 ms). */
const WORKERS_FROM_BYTES = 2 << 20;
/**
 * A larger block, which is one line, travels alone: stages need several times its size, in every worker that has one.
 */
const LARGE_BLOCK_BYTES = 8 << 20;

export class Dispatcher {
  /** What becomes of each block, in the order in which they came. */
  onLanded: (landed: Landed) => Promise<void> = async () => {};
  private readonly plan: NetworkPlan;
  private readonly options: RunOptions;
  private readonly host: Host;
  private readonly spread: Chain;
  private readonly counters: Counters;
  private pool: Pool | undefined;
  private starting: Promise<void> | undefined;
  private readonly flights: Flight[] = [];
  /**
   * Blocks whose buffers are used again once the sink releases them; and whether their input's buffer came back too.
   */
  private readonly reusable = new WeakMap<Block, ArrayBuffer | undefined>();

  constructor(plan: NetworkPlan, options: RunOptions, host: Host, spread: Chain, counters: Counters) {
    this.plan = plan;
    this.options = options;
    this.host = host;
    this.spread = spread;
    this.counters = counters;
  }

  /** Worker threads that were started. */
  get workers(): number {
    return this.pool === undefined ? 0 : this.plan.workers;
  }

  /** The block that lands next; undefined: none is under way. */
  get first(): Promise<unknown> | undefined {
    return this.flights[0]?.result;
  }

  /** A block of whole lines; resolves when the next one may come. */
  async dispatch(feed: SourceFeed, block: Block): Promise<void> {
    const { source, aligner, entry } = feed;
    const { length } = block.bytes;
    // A sink would keep it for ever, and nobody asks for it.
    if (source.replay === undefined) block.cursor = undefined;
    const receipt = takeReceipt(block);
    this.counters.bytesIn += length;
    if (this.pool === undefined) this.considerWorkers();
    if (this.pool === undefined) {
      const lines = countLines(block.bytes);
      const { spread } = this;
      const blocks = aligner === undefined ? spread.push(block, entry) : spread.pushWhole(block, entry);
      const tally = spread.takeTally();
      const isOver = this.noteReusable(blocks, block, tally, aligner);
      await this.onLanded({ entry, block, receipt, lines, blocks, tally });
      if (isOver) giveBuffer(block.bytes.buffer as ArrayBuffer);
      return;
    }
    const { origin, labels, aside } = block;
    const isLarge = length > LARGE_BLOCK_BYTES;
    if (isLarge) await this.drain(0);
    const result = this.pool.run(block, entry);
    // Who waits for it may be at work elsewhere when it fails.
    result.catch(() => {});
    this.flights.push({ entry, block: { origin, labels, aside }, receipt, result });
    await this.drain(isLarge ? 0 : this.pool.capacity - 1);
  }

  private considerWorkers(): void {
    if (this.plan.workers === 0 || this.counters.bytesIn < WORKERS_FROM_BYTES || this.starting !== undefined)
      return;
    const { plan, options, host } = this;
    const setup = workerSetup(plan, options, {
      cwd: host.cwd,
      environment: { ...host.env },
      startedMs: options.startedMs ?? host.nowMs(),
      secrets: options.secrets,
    });
    this.starting = Pool.start(plan.workers, setup).then((pool) => {
      this.pool = pool;
    });
    // The main thread does the work then.
    this.starting.catch((error: unknown) =>
      this.host.log("info", `works without worker threads, which could not start: ${reasonOf(error)}`),
    );
  }

  /** Until no more than so many blocks are under way. */
  async drain(most: number): Promise<void> {
    while (this.flights.length > most) await this.landFirst();
  }

  async landFirst(): Promise<void> {
    const { result, ...flight } = this.flights.shift()!;
    const { lines, tally, spent, blocks: replied } = await result;
    const blocks = replied.map(({ bytes, summary, exits }) => {
      const block = new Block(asBuffer(bytes), undefined, summary);
      block.exits = exits;
      return block;
    });
    // A buffer that two blocks share, or that a stage here may keep, is left to the garbage collector.
    if (blocks.length === 1 && this.plan.cuts.length === 0) this.reusable.set(blocks[0]!, spent);
    await this.onLanded({ ...flight, lines, blocks, tally, isPrepared: true });
  }

  /**
   * As for a worker, which gives its output away: no stage that is spread keeps it. Whether the input's buffer can be
   * used again, too, once the blocks have landed: it is the aligner's, and nothing shares it.
   */
  private noteReusable(
    blocks: readonly Block[],
    input: Block,
    { rejected, doubtful }: Tally,
    aligner: Aligner | undefined,
  ): boolean {
    const [only] = blocks;
    const isOwn = blocks.length === 1 && only!.bytes.buffer !== input.bytes.buffer;
    if (isOwn && this.plan.cuts.length === 0) this.reusable.set(only!, undefined);
    const isShared = blocks.some(({ bytes }) => bytes.buffer === input.bytes.buffer);
    const isNamed = rejected.length > 0 || doubtful !== undefined;
    return !isShared && !isNamed && aligner?.owns(input) === true;
  }

  /** A block of which the sink says that nobody looks at its bytes any more. */
  reuse(block: Block): void {
    if (!this.reusable.has(block)) return;
    const isInput = this.reusable.get(block) === undefined;
    this.reusable.delete(block);
    const buffer = block.bytes.buffer as ArrayBuffer;
    // The source needs a buffer a block, and so do workers that write outputs of their own.
    if (isInput) giveBuffer(buffer);
    else this.pool?.giveBack(buffer);
  }

  async close(): Promise<void> {
    await this.starting?.catch(() => {});
    await this.pool?.close();
  }
}
