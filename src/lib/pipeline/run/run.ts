/**
 * Runs a pipeline: blocks from the source, through the chain (here or in workers, order kept), into the sink. Memory is
 * bounded by the blocks in flight; when the sink is slow the source is not read.
 */
import { giveBuffer } from "../../base/buffers.js";
import { reasonOf } from "../../base/errors/index.js";
import type { Block } from "../../event/block.js";
import { Block as EventBlock } from "../../event/block.js";
import { countLines } from "../../event/lines.js";
import { heldIn, knownIn } from "../../event/position.js";
import { Accounting, type InputPlace, NOWHERE } from "../accounting/accounting.js";
import type { Counters } from "../accounting/counters.js";
import { Screens } from "../accounting/dead-letters/screens.js";
import { Aligner } from "../chain/aligner.js";
import { builtin } from "../chain/builtin-stages.js";
import { Chain, type Tally } from "../chain/chain.js";
import type { PipelinePlan } from "../chain/plan.js";
import { Refreshing } from "../chain/refreshing.js";
import { asBuffer, workerSetup } from "../chain/worker-messages.js";
import { Checkpoints } from "../checkpoint/checkpoints.js";
import type { Host } from "../contract/host.js";
import type { RunOptions } from "../contract/pipeline.js";
import type { Sink } from "../contract/sink.js";
import type { Source } from "../contract/source.js";
import { Deliveries } from "../delivery/deliveries.js";
import { NO_RECEIPT, takeReceipt, withReceipt } from "../delivery/receipt.js";
import type { Flight, Landed } from "./flight.js";
import { Pool } from "./worker-pool.js";

/** Input beyond which workers are worth their start (about 40 ms). */
const WORKERS_FROM_BYTES = 2 << 20;
/**
 * A larger block, which is one line, travels alone: stages need several times its size, in every worker that has one.
 */
const LARGE_BLOCK_BYTES = 8 << 20;
/** A stage that holds back what waits for a next line lets it go after this long without input. */
const IDLE_MS = 250;

export class Run {
  private readonly plan: PipelinePlan;
  private readonly options: RunOptions;
  private readonly host: Host;
  private readonly ledger: Accounting;
  private readonly screens: Screens;
  private readonly spread: Chain;
  private readonly serial: Chain;
  private readonly source: Source;
  private readonly sink: Sink;
  private pool: Pool | undefined;
  private starting: Promise<void> | undefined;
  private readonly flights: Flight[] = [];
  private readonly deliveries = new Deliveries();
  private readonly aligner: Aligner | undefined;
  private readonly refreshing: Refreshing;
  /**
   * Blocks whose buffers are used again once the sink releases them; and whether their input's buffer came back too.
   */
  private readonly reusable = new WeakMap<Block, ArrayBuffer | undefined>();
  private checkpoints: Checkpoints | undefined;
  private isWanted = true;
  private readonly hasComplained: () => boolean;

  /**
   * `sources`: one for each entry of the plan. `hasComplained`: of an input that could not be read, say.
   */
  constructor(
    plan: PipelinePlan,
    options: RunOptions,
    host: Host,
    sources: Source | readonly Source[],
    sink: Sink,
    hasComplained: () => boolean = () => false,
  ) {
    const [source] = [sources].flat() as [Source];
    this.hasComplained = hasComplained;
    this.plan = plan;
    this.options = options;
    this.host = host;
    this.source = source;
    this.sink = sink;
    this.screens = new Screens([...plan.spread, ...plan.serial]);
    const { screens } = this;
    this.ledger = new Accounting(options, host, sink, screens, plan.asked);
    this.aligner =
      plan.align && new Aligner(plan.align, screens.isNone ? undefined : (lines) => screens.waiting(lines));
    this.spread = new Chain(
      plan.spread,
      host.nowMs,
      plan.before.map(builtin),
      plan.afterSpread.map(builtin),
      options.hasStats,
    );
    this.serial = new Chain(plan.serial, host.nowMs, [], plan.afterSerial.map(builtin), options.hasStats);
    this.refreshing = new Refreshing(this.spread, this.serial);
  }

  /** Worker threads that were started. */
  get workers(): number {
    return this.pool === undefined ? 0 : this.plan.workers;
  }

  get counters(): Counters {
    return this.ledger.counters;
  }

  /** To the end of the source. Rejects with the error that ended it early; source and sink are closed either way. */
  async toEnd(): Promise<void> {
    this.sink.onReleased = (block) => this.reuse(block);
    this.source.onOversized = (piece, isLast, name) => this.ledger.keepOversized(piece, isLast, name);
    try {
      await this.resume();
      await this.pump();
      await this.releaseHeld();
      if (this.isWanted && this.isOver()) await this.finish();
      await this.checkpoints?.save();
    } catch (error) {
      await this.closeAll(true);
      throw error;
    }
    // Of inputs that all were unreadable nothing came: a file that was to be replaced stays.
    await this.closeAll(this.counters.bytesIn === 0 && this.hasComplained());
  }

  /** Takes up what the run before has left: state, cursors, and lines that were held back. */
  private async resume(): Promise<void> {
    const { plan, serial, source, sink, options } = this;
    const { replay } = source;
    const saved = await sink.checkpoints?.resume();
    this.checkpoints = await Checkpoints.begin(plan, serial, source, sink, saved, options);
    if (this.checkpoints !== undefined) this.screens.warnOfState(plan.spread.length, this.host);
    if (replay === undefined) return;
    if (saved !== undefined) replay.resume(saved.cursors.map(({ cursor }) => cursor));
    const waiting = replay.waiting(saved && heldIn(saved.cursors));
    for (const block of waiting) this.deliveries.watch(block);
    if (this.aligner !== undefined) this.aligner.load(waiting, saved && knownIn(saved.cursors));
    else for (const block of waiting) await this.dispatch(block);
  }

  private async pump(): Promise<void> {
    while (this.isWanted && !this.spread.isDone && !this.serial.isDone) {
      const block = await this.nextBlock();
      if (block === undefined) return;
      await this.refreshing.whenDue();
      this.options.onProgress?.(this.source, this.counters.bytesIn);
      this.deliveries.watch(block);
      for (const piece of this.aligner?.push(block) ?? [block]) await this.dispatch(piece);
    }
  }

  /** The next block; meanwhile, when none comes for a while, held-back events are let go. */
  private async nextBlock(): Promise<Block | undefined> {
    const reading = this.source.read();
    let isDone = false;
    const settled = reading.finally(() => (isDone = true));
    settled.catch(() => {});
    while (this.flights.length > 0 && !isDone) {
      await Promise.race([settled, this.flights[0]!.result]);
      if (!isDone) await this.landFirst();
    }
    if (isDone) return settled;
    return this.withIdle(settled);
  }

  /** Lets stages know every so often that nothing comes, for as long as that is so. */
  private async withIdle(reading: Promise<Block | undefined>): Promise<Block | undefined> {
    for (let rounds = 1; ; rounds++) {
      let timer: NodeJS.Timeout | undefined;
      const idle = new Promise<"idle">((resolve) => (timer = setTimeout(resolve, IDLE_MS, "idle")));
      if (this.source.isPassive) timer?.unref();
      const first = await Promise.race([reading, idle]);
      clearTimeout(timer);
      if (first !== "idle") return first;
      await this.refreshing.whenDue();
      await this.letIdle(rounds);
    }
  }

  private async letIdle(rounds: number): Promise<void> {
    const releasing = Math.max(1, Math.ceil(Math.max(this.plan.holdMs, this.aligner?.holdMs ?? 0) / IDLE_MS));
    if (rounds >= releasing) await this.releaseHeld();
    for (const block of this.spread.idle()) await this.throughSerial(block);
    const blocks = this.serial.idle();
    this.settleSerial();
    await this.writeAfterSerial(blocks);
    if (this.checkpoints?.isDue) await this.checkpoints.save();
    if (rounds === 1 || rounds === releasing || blocks.length > 0) await this.sink.flush();
  }

  private async releaseHeld(): Promise<void> {
    for (const held of this.aligner?.release() ?? []) await this.dispatch(held);
    await this.drain(0);
  }

  private async dispatch(block: Block): Promise<void> {
    const length = block.bytes.length;
    // A sink would keep it for ever, and nobody asks for it.
    if (this.source.replay === undefined) block.cursor = undefined;
    const receipt = takeReceipt(block);
    this.counters.bytesIn += length;
    if (this.pool === undefined) this.considerWorkers();
    if (this.pool === undefined) {
      const lines = countLines(block.bytes);
      const blocks = this.aligner === undefined ? this.spread.push(block) : this.spread.pushWhole(block);
      const tally = this.spread.takeTally();
      const isOver = this.noteReusable(blocks, block, tally);
      await this.land({ block, receipt, lines, blocks, tally });
      if (isOver) giveBuffer(block.bytes.buffer as ArrayBuffer);
      return;
    }
    const { origin, labels } = block;
    const isLarge = length > LARGE_BLOCK_BYTES;
    if (isLarge) await this.drain(0);
    this.flights.push({ block: { origin, labels }, receipt, result: this.pool.run(block) });
    await this.drain(isLarge ? 0 : this.pool.capacity - 1);
  }

  private considerWorkers(): void {
    if (this.plan.workers === 0 || this.counters.bytesIn < WORKERS_FROM_BYTES || this.starting !== undefined)
      return;
    const { plan, options, host } = this;
    const surroundings = {
      cwd: host.cwd,
      environment: { ...host.env },
      startedMs: options.startedMs ?? host.nowMs(),
      secrets: options.secrets,
    };
    const setup = workerSetup(plan, options, { surroundings, isAligned: this.aligner !== undefined });
    this.starting = Pool.start(plan.workers, setup).then((pool) => {
      this.pool = pool;
    });
    // The main thread does the work then.
    this.starting.catch((error: unknown) =>
      this.host.log("info", `works without worker threads, which could not start: ${reasonOf(error)}`),
    );
  }

  private async drain(most: number): Promise<void> {
    while (this.flights.length > most) await this.landFirst();
  }

  private async landFirst(): Promise<void> {
    const { block, receipt, result } = this.flights.shift()!;
    const reply = await result;
    const blocks = reply.blocks.map(
      ({ bytes, summary }) => new EventBlock(asBuffer(bytes), undefined, summary),
    );
    // A buffer that two blocks share, or that a stage here may keep, is left to the garbage collector.
    if (blocks.length === 1 && this.plan.serial.length === 0) this.reusable.set(blocks[0]!, reply.spent);
    const isPrepared = this.plan.prepared !== undefined;
    const { lines, tally } = reply;
    await this.land({ block, receipt, lines, blocks, tally, isPrepared });
  }

  /**
   * As for a worker, which gives its output away: no stage that is spread keeps it. Whether the input's buffer can be
   * used again, too, once the blocks have landed: it is the aligner's, and nothing shares it.
   */
  private noteReusable(blocks: readonly Block[], input: Block, { rejected, doubtful }: Tally): boolean {
    const [only] = blocks;
    const isOwn = blocks.length === 1 && only!.bytes.buffer !== input.bytes.buffer;
    if (isOwn && this.plan.serial.length === 0) this.reusable.set(only!, undefined);
    const isShared = blocks.some(({ bytes }) => bytes.buffer === input.bytes.buffer);
    const isNamed = rejected.length > 0 || doubtful !== undefined;
    return !isShared && !isNamed && this.aligner?.owns(input) === true;
  }

  private reuse(block: Block): void {
    if (!this.reusable.has(block)) return;
    const isInput = this.reusable.get(block) === undefined;
    this.reusable.delete(block);
    const buffer = block.bytes.buffer as ArrayBuffer;
    // The source needs a buffer a block, and so do workers that write outputs of their own.
    if (isInput) giveBuffer(buffer);
    else this.pool?.giveBack(buffer);
  }

  private async land({ block, receipt, lines, blocks, tally, isPrepared = false }: Landed): Promise<void> {
    const source = block.origin?.name ?? block.labels?.source ?? "<stdin>";
    const came = this.ledger.came(source, lines);
    this.settleSpread(tally, { ...came, lastStage: this.plan.before.length });
    if (!this.isWanted) return;
    // Without a stage before them, the lines of the stages that keep state are those of the input.
    const place = this.plan.spread.length === 0 ? { ...came, lastStage: 0 } : undefined;
    for (const out of withReceipt(blocks, receipt)) await this.throughSerial(out, isPrepared, place);
    if (this.checkpoints?.isDue) await this.checkpoints.save();
  }

  private async throughSerial(block: Block, isPrepared = false, place: InputPlace = NOWHERE): Promise<void> {
    const receipt = takeReceipt(block);
    const isNothing = isPrepared && block.bytes.length === 0;
    const push = () => (isPrepared ? this.serial.pushPrepared(block.bytes) : this.serial.push(block));
    const blocks = isNothing ? [] : push();
    this.settleSerial(place);
    if (this.checkpoints === undefined) return this.writeAll(withReceipt(blocks, receipt));
    await this.writeAll(this.checkpoints.sharedBy(blocks));
    this.checkpoints.passed(receipt);
  }

  private settleSpread(tally: Tally, place: InputPlace): void {
    this.ledger.settle(tally, place, -this.plan.before.length);
  }

  private settleSerial(place: InputPlace = NOWHERE): void {
    this.ledger.settle(this.serial.takeTally(), place, this.plan.spread.length);
  }

  /** What came out without a block going in. */
  private async writeAfterSerial(blocks: readonly Block[]): Promise<void> {
    if (this.checkpoints === undefined) return this.writeAll(withReceipt(blocks, NO_RECEIPT));
    await this.writeAll(this.checkpoints.sharedBy(blocks));
    this.checkpoints.gave(blocks.length > 0);
  }

  private async writeAll(blocks: readonly Block[]): Promise<void> {
    for (const block of blocks) {
      this.counters.wrote(block.bytes);
      block.delivery ??= this.deliveries.unanswered;
      if (this.isWanted && !(await this.sink.write(block))) {
        this.isWanted = false;
        this.source.stop();
      }
    }
  }

  /**
   * What stages hold at a stop goes on in the next run, where that is possible; and what has come at an end does not
   * come again.
   */
  private isOver(): boolean {
    return this.checkpoints === undefined || !(this.host.signal.aborted || this.checkpoints.hasEnded);
  }

  private async finish(): Promise<void> {
    const blocks = this.spread.end();
    this.settleSpread(this.spread.takeTally(), NOWHERE);
    for (const block of blocks) await this.throughSerial(block);
    for (const last of this.serial.ending()) {
      this.settleSerial();
      await this.writeAfterSerial(last);
      if (!this.isWanted) return;
    }
    this.checkpoints?.ended();
  }

  /** The sink first: what it still makes durable is settled before the source writes its last checkpoint. */
  private async closeAll(hasFailed: boolean): Promise<void> {
    try {
      await (hasFailed && this.sink.abandon !== undefined ? this.sink.abandon() : this.sink.close());
    } finally {
      await this.starting?.catch(() => {});
      await this.pool?.close();
      this.deliveries.end();
      await this.source.close();
      await this.ledger.report();
      this.deliveries.report(this.source, this.sink, this.host);
    }
  }
}
