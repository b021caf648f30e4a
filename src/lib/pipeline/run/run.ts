/**
 * Runs a network: blocks from the sources, through the chain (here or in workers, order kept), into the sink. Memory is
 * bounded by the blocks in flight; when the sink is slow no source is read.
 */
import type { Block } from "../../event/block.js";
import { heldIn, knownIn } from "../../event/position.js";
import { Accounting, type InputPlace, NOWHERE } from "../accounting/accounting.js";
import type { Counters } from "../accounting/counters.js";
import { Screens } from "../accounting/dead-letters/screens.js";
import { Aligner } from "../chain/aligner.js";
import { Chain } from "../chain/chain.js";
import type { NetworkPlan } from "../chain/network/plan-network.js";
import { Refreshing } from "../chain/refreshing.js";
import { stageFailure } from "../chain/stage-failure.js";
import { Checkpoints } from "../checkpoint/checkpoints.js";
import type { Host } from "../contract/host.js";
import type { RunOptions } from "../contract/pipeline.js";
import type { SavedProgress, Sink } from "../contract/sink.js";
import type { Source } from "../contract/source.js";
import { Deliveries } from "../delivery/deliveries.js";
import { lastReceipt, NO_RECEIPT, partReceipt, type Receipt, withReceipt } from "../delivery/receipt.js";
import { Dispatcher } from "./dispatcher.js";
import { cutsNotOf, Feeds, SourceFeed } from "./feeds.js";
import type { Landed } from "./flight.js";
import { outPieces } from "./pieces.js";
import { Waits } from "./waits.js";

export class Run {
  private readonly plan: NetworkPlan;
  private readonly options: RunOptions;
  private readonly host: Host;
  private readonly ledger: Accounting;
  private readonly screens: Screens;
  private readonly spread: Chain;
  private readonly dispatcher: Dispatcher;
  private readonly serial: Chain;
  /** By cut: the stages, by number, that blocks can come to from there. */
  private readonly stagesBehind: readonly (readonly number[])[];
  private readonly feeds: Feeds;
  private readonly sink: Sink;
  private readonly deliveries = new Deliveries();
  private readonly refreshing: Refreshing;
  private readonly waits: Waits;
  private checkpoints: Checkpoints | undefined;
  private isWanted = true;
  private readonly closedExits = new Set<number>();
  private readonly hasComplained: () => boolean;

  /**
   * `sources`: one for each entry of the plan. `hasComplained`: of an input that could not be read, say.
   */
  constructor(
    plan: NetworkPlan,
    options: RunOptions,
    host: Host,
    sources: Source | readonly Source[],
    sink: Sink,
    hasComplained: () => boolean = () => false,
  ) {
    this.hasComplained = hasComplained;
    this.plan = plan;
    this.options = options;
    this.host = host;
    this.sink = sink;
    this.screens = new Screens(plan);
    this.ledger = new Accounting(options, host, sink, this.screens, plan);
    this.spread = new Chain(plan.spread, host.nowMs, options.hasStats);
    this.dispatcher = new Dispatcher(plan, options, host, this.spread, this.counters);
    this.dispatcher.onLanded = (landed) => this.land(landed);
    this.serial = new Chain(plan.serial, host.nowMs, options.hasStats);
    this.stagesBehind = plan.cuts.map((_, cut) => this.serial.stagesBehind(cut));
    this.refreshing = new Refreshing(this.spread, this.serial);
    this.waits = new Waits(this.serial, host.signal, () => this.letOut());
    this.feeds = new Feeds([sources].flat().map((source, entry) => this.feedOf(source, entry)));
  }

  /** Worker threads that were started. */
  get workers(): number {
    return this.dispatcher.workers;
  }

  get counters(): Counters {
    return this.ledger.counters;
  }

  /** To the end of the sources. Rejects with the error that ended it early; sources and sink are closed either way. */
  async toEnd(): Promise<void> {
    const { sink } = this;
    sink.onReleased = (block) => this.dispatcher.reuse(block);
    sink.onExitClosed = (exit) => this.closeExit(exit);
    for (const { source, entry } of this.feeds.all)
      source.onOversized = (piece, isLast, name) => this.ledger.keepOversized(piece, isLast, name, entry);
    const { signal } = this.host;
    signal.addEventListener("abort", this.feeds.wakeUp);
    try {
      await this.resume();
      await this.pump();
      for (const feed of this.feeds.all) await this.release(feed);
      await this.dispatcher.drain(0);
      if (this.isWanted) await this.finish(this.feeds.all);
      await this.checkpoints?.save();
    } catch (error) {
      await this.closeAll(true);
      throw stageFailure(error);
    } finally {
      signal.removeEventListener("abort", this.feeds.wakeUp);
    }
    // Of inputs that all were unreadable nothing came: a file that was to be replaced stays.
    await this.closeAll(this.counters.bytesIn === 0 && this.hasComplained());
  }

  private feedOf(source: Source, entry: number): SourceFeed {
    const { screens, plan } = this;
    const { align } = plan.entries[entry]!;
    const shown = screens.isNoneBehind(entry) ? undefined : (lines: Buffer) => screens.waiting(lines, entry);
    const aligner = align && new Aligner(align, shown);
    return new SourceFeed(entry, plan.entries[entry]!, source, aligner, (block) =>
      this.deliveries.watch(block),
    );
  }

  /** Takes up what the run before has left: state, cursors, and lines that were held back. */
  private async resume(): Promise<void> {
    const { plan, serial, feeds, sink, options } = this;
    const saved = await sink.checkpoints?.resume();
    const sources = feeds.all.map(({ source }) => source);
    this.checkpoints = await Checkpoints.begin(plan, serial, sources, sink, saved, options);
    if (this.checkpoints !== undefined) this.screens.warnOfState(this.host);
    for (const feed of feeds.all) await this.resumeFeed(feed, saved);
  }

  private async resumeFeed(feed: SourceFeed, saved: SavedProgress | undefined): Promise<void> {
    const { source, aligner } = feed;
    const { replay } = source;
    if (replay === undefined) return;
    const isAlone = this.feeds.all.length === 1;
    const own = saved?.cursors.filter(({ cursor }) => isAlone || cursor.stream.startsWith(`${replay.id}/`));
    if (own !== undefined) replay.resume(own.map(({ cursor }) => cursor));
    const waiting = replay.waiting(own && heldIn(own));
    for (const block of waiting) this.deliveries.watch(block);
    if (aligner !== undefined) aligner.load(waiting, own && knownIn(own));
    else for (const block of waiting) await this.dispatcher.dispatch(feed, block);
  }

  private async pump(): Promise<void> {
    const { feeds } = this;
    while (this.isWanted) {
      await this.leaveUnwanted();
      if (feeds.all.every(({ isOver }) => isOver)) return;
      feeds.request();
      await this.waits.letOutDue();
      const feed = feeds.ready((one) => this.waits.mayTake(one, this.plan));
      if (feed !== undefined) await this.takeFrom(feed);
      else await this.waitForMore();
      // While one source is loud the others may be quiet.
      if (feeds.all.length > 1 && performance.now() >= feeds.idleAtMs) await this.letIdle();
    }
  }

  private async takeFrom(feed: SourceFeed): Promise<void> {
    const block = feed.take();
    if (block === undefined) return this.endOf(feed);
    await this.refreshing.whenDue();
    this.options.onProgress?.(feed.source, this.counters.bytesIn);
    // What is held back has no place for it.
    if (feed.aligner !== undefined) this.ledger.passOn(block, feed.entry);
    for (const piece of feed.aligner?.push(block) ?? [block]) await this.dispatcher.dispatch(feed, piece);
  }

  /** What is under way lands meanwhile; when nothing comes for a while, held-back events are let go. */
  private async waitForMore(): Promise<void> {
    const { feeds, dispatcher } = this;
    const { first } = dispatcher;
    if (first !== undefined) {
      let hasCome = false;
      const arrival = feeds.arrival().then(() => (hasCome = true));
      await Promise.race([arrival, first]);
      if (!hasCome) await dispatcher.landFirst();
      return;
    }
    await feeds.arrivalUntil(feeds.idleAtMs, this.waits.untilMs(feeds.open));
    if (performance.now() >= feeds.idleAtMs) await this.letIdle();
  }

  /** Lets stages know every so often that nothing comes to them, for as long as that is so. */
  private async letIdle(): Promise<void> {
    await this.refreshing.whenDue();
    const nowMs = performance.now();
    let isFlushed = false;
    for (const feed of this.feeds.all) {
      if (feed.idleAtMs > nowMs) continue;
      const { roundsHeld } = feed;
      feed.rounds++;
      if (feed.rounds >= roundsHeld) await this.release(feed);
      isFlushed ||= feed.rounds === 1 || feed.rounds === roundsHeld;
    }
    await this.dispatcher.drain(0);
    const isQuiet = ({ isOver, rounds, hasArrived }: SourceFeed) => isOver || (rounds > 0 && !hasArrived);
    const loud = this.feeds.all.filter((feed) => !isQuiet(feed));
    const quiet = new Set(this.feeds.all.filter(isQuiet).map(({ entry }) => entry));
    this.ledger.apart();
    await this.passOn(this.spread.idle(quiet), NO_RECEIPT);
    const blocks = this.serial.idle(new Set(cutsNotOf(this.plan, loud)));
    this.settleSerial();
    await this.writeAfterSerial(blocks);
    if (this.checkpoints?.isDue) await this.checkpoints.save();
    if (isFlushed || blocks.length > 0) await this.sink.flush();
  }

  /** What stages have made wait, as far as it may pass. */
  private async letOut(): Promise<void> {
    const blocks = this.serial.letOut();
    if (blocks.length === 0) return;
    this.settleSerial();
    await this.writeAfterSerial(blocks);
    await this.sink.flush();
  }

  /** What its aligner holds. */
  private async release(feed: SourceFeed): Promise<void> {
    for (const held of feed.aligner?.release() ?? []) await this.dispatcher.dispatch(feed, held);
  }

  /** One of several is over, or nothing of it is wanted any more: the stages end that only such ones feed. */
  private async endOf(feed: SourceFeed): Promise<void> {
    feed.isOver = true;
    if (this.feeds.open.length === 0) return;
    await this.release(feed);
    await this.dispatcher.drain(0);
    if (this.isWanted) await this.finish(this.feeds.all.filter(({ isOver }) => isOver));
    // Its last events do not wait for others.
    if (this.isWanted) await this.sink.flush();
  }

  /** Sources that no sink wants anything of. */
  private async leaveUnwanted(): Promise<void> {
    const { spread, serial, feeds, plan, closedExits } = this;
    const sinks = plan.exits.length;
    const isClosed = (exit: number) => (exit < sinks ? closedExits.has(exit) : serial.isDoneAt(exit - sinks));
    for (const feed of feeds.all) {
      if (feed.isOver || !(spread.isDoneAt(feed.entry) || feed.reaches.every(isClosed))) continue;
      if (feeds.all.length > 1) feed.source.stop();
      await this.endOf(feed);
    }
  }

  private closeExit(exit: number): void {
    this.closedExits.add(exit);
    this.spread.closeExit(exit);
    this.serial.closeExit(exit);
  }

  private async land(landed: Landed): Promise<void> {
    const { entry, block, receipt, lines, blocks, tally, isPrepared = false } = landed;
    const source = block.origin?.name ?? block.labels?.source ?? "<stdin>";
    const came = this.ledger.came(source, lines);
    this.ledger.settle(tally, came);
    if (!this.isWanted) return;
    this.ledger.passOn(block, entry);
    await this.passOn(blocks, receipt, came, isPrepared);
    if (this.checkpoints?.isDue) await this.checkpoints.save();
  }

  /**
   * What came out of the part that any thread may run: to the sinks, and on to the part that keeps state. Each has a
   * share of the delivery, the last one the cursor.
   */
  private async passOn(
    blocks: readonly Block[],
    receipt: Receipt,
    place: InputPlace = NOWHERE,
    isPrepared = false,
  ): Promise<void> {
    const pieces = outPieces(blocks, this.plan.exits.length);
    if (pieces.length === 0) return receipt === NO_RECEIPT ? undefined : this.write([], receipt, []);
    const last = pieces.at(-1);
    const atEnd = pieces.length > 1 ? lastReceipt(receipt) : receipt;
    for (const piece of pieces) {
      const own = piece === last ? atEnd : partReceipt(receipt, receipt.delivery?.share());
      const { block, cut } = piece;
      if (cut === undefined) await this.write([block], own, []);
      else await this.throughSerial(block, cut, own, place, isPrepared);
    }
  }

  private async throughSerial(
    block: Block,
    cut: number,
    receipt: Receipt,
    place: InputPlace,
    isPrepared: boolean,
  ): Promise<void> {
    await this.waits.before(cut);
    const { link, isPrepared: hasHalf } = this.plan.cuts[cut]!;
    const isHalf = isPrepared && hasHalf;
    const isNothing = isHalf && block.bytes.length === 0;
    const push = () => (isHalf ? this.serial.pushPrepared(block.bytes, cut) : this.serial.push(block, cut));
    const blocks = isNothing ? [] : push();
    // Right behind the source, the lines of the stages that keep state are those of the input.
    const { seesInput } = this.plan.places[this.plan.serial.links[link]!.place]!;
    this.settleSerial(seesInput ? place : NOWHERE);
    await this.write(blocks, receipt, this.stagesBehind[cut]!);
  }

  private settleSerial(place: InputPlace = NOWHERE): void {
    this.ledger.settle(this.serial.takeTally(), place);
  }

  /** What came of a part of a block; `stages`: those that it can have come to. */
  private async write(blocks: readonly Block[], receipt: Receipt, stages: readonly number[]): Promise<void> {
    if (this.checkpoints === undefined) return this.writeAll(withReceipt(blocks, receipt));
    await this.writeAll(this.checkpoints.sharedBy(blocks));
    this.checkpoints.passed(receipt, stages);
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
      block.exits = this.plan.isChain ? undefined : (block.exits ?? []);
      if (this.isWanted && !(await this.sink.write(block))) {
        this.isWanted = false;
        for (const { source } of this.feeds.all) source.stop();
      }
    }
  }

  /**
   * What comes at the end of these sources. What stages hold at a stop goes on in the next run, where that is possible;
   * and what has come at an end does not come again.
   */
  private async finish(feeds: readonly SourceFeed[]): Promise<void> {
    const { checkpoints, serial, spread } = this;
    if (checkpoints !== undefined && this.host.signal.aborted) return;
    this.ledger.apart();
    const blocks = spread.end(feeds.map(({ entry }) => entry));
    this.ledger.settle(spread.takeTally(), NOWHERE);
    await this.passOn(blocks, NO_RECEIPT);
    const open = this.feeds.all.filter((feed) => !feeds.includes(feed));
    const before = (stage: number) => checkpoints?.isEnded(stage) === true;
    for (const last of serial.ending(cutsNotOf(this.plan, open), before, () => this.waits.isPatient)) {
      this.settleSerial();
      await this.writeAfterSerial(last);
      if (!this.isWanted) return;
      await this.waits.pause();
    }
    checkpoints?.hasWrittenEnd(serial.endedStages.filter((stage) => !before(stage)));
  }

  /** The sink first: what it still makes durable is settled before the sources write their last checkpoints. */
  private async closeAll(hasFailed: boolean): Promise<void> {
    const sources = this.feeds.all.map(({ source }) => source);
    try {
      await (hasFailed && this.sink.abandon !== undefined ? this.sink.abandon() : this.sink.close());
    } finally {
      await this.dispatcher.close();
      this.deliveries.end();
      await this.feeds.close();
      await this.ledger.report();
      this.deliveries.report(sources, this.sink, this.host);
    }
  }
}
