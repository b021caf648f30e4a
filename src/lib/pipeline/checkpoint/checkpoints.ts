// Enter here: saved state of stages together with source positions: exactly once.
/**
 * Checkpoints of a pipeline with stages that keep state: their state, how far the sources were read and what came out
 * of them become durable together or not at all. See docs/decisions/0025-state-and-exactly-once.md.
 */
import { createHash } from "node:crypto";
import { failure, LogpipeError, reasonOf } from "../../base/errors/index.js";
import type { Block } from "../../event/block.js";
import { type Delivery, newDelivery, STORED } from "../../event/delivery/delivery.js";
import { positionOf, type SavedCursor } from "../../event/position.js";
import type { Chain } from "../chain/chain.js";
import type { NetworkPlan } from "../chain/network/plan-network.js";
import type { RunOptions } from "../contract/pipeline.js";
import type { CheckpointStore, SavedProgress, Sink } from "../contract/sink.js";
import type { Source } from "../contract/source.js";
import type { Receipt } from "../delivery/receipt.js";
import { matchStages } from "./match-stages.js";
import { decodeState, encodeState, type SavedState, type StageMark, stageMark } from "./state-format.js";

/** How often, unless told. */
const CHECKPOINT_INTERVAL_MS = 1000;
/** What a checkpoint costs is at most this part of the time. */
const COST = 1 / 15;

export class Checkpoints {
  private readonly id: string;
  private readonly store: CheckpointStore;
  private readonly chain: Chain;
  private readonly marks: readonly StageMark[];
  private readonly intervalMs: number;
  /** The newest cursor of each stream, as far as the chain has seen it. */
  private readonly cursors = new Map<string, SavedCursor>();
  /** Those that the sink does not know yet. */
  private changed = new Map<string, SavedCursor>();
  private transaction = new Transaction();
  private number: number;
  private isDirty = false;
  /** The stages, by number, whose end has come, in this run or the one before, and nothing since. */
  private readonly ended = new Set<number>();
  private dueMs = 0;

  /**
   * Undefined where there is nothing to save, or a restart could not go on from it: then the chain runs as it is. Else
   * loads what was saved last, by what the sink says of it (`known`). Throws state.unusable and state.changed.
   */
  static async begin(
    plan: NetworkPlan,
    chain: Chain,
    sources: readonly Source[],
    { checkpoints: store }: Sink,
    saved: SavedProgress | undefined,
    options: RunOptions,
  ): Promise<Checkpoints | undefined> {
    const ids = sources.flatMap(({ replay }) => (replay === undefined ? [] : [replay.id]));
    const id = ids.length === 0 ? options.stateId : jointId(ids);
    if (marksOf(plan).length === 0 || id === undefined || store === undefined || saved === undefined)
      return undefined;
    const checkpoints = new Checkpoints(plan, chain, { id, ids }, store, saved, options);
    if (options.isResettingState === true) checkpoints.isDirty = true;
    else if (checkpoints.number > 0) await checkpoints.load();
    else if (saved.elsewhere?.has(id) === true)
      throw failure("state.unusable", {
        path: store.states.pathOf(id, 1),
        reason: "it is in the journal of the pipeline with several sinks that wrote here before",
      });
    // What a kill kept from going; and one that no commit has named.
    await store.states.keepOnly(id, checkpoints.number);
    store.begin();
    return checkpoints;
  }

  private constructor(
    plan: NetworkPlan,
    chain: Chain,
    { id, ids }: { readonly id: string; readonly ids: readonly string[] },
    store: CheckpointStore,
    { cursors, states }: SavedProgress,
    options: RunOptions,
  ) {
    this.id = id;
    this.store = store;
    this.chain = chain;
    this.marks = marksOf(plan);
    this.intervalMs = options.checkpointIntervalMs ?? CHECKPOINT_INTERVAL_MS;
    this.number = states.get(id) ?? 0;
    for (const saved of cursors)
      if (ids.some((one) => saved.cursor.stream.startsWith(`${one}/`)))
        this.cursors.set(saved.cursor.stream, saved);
    this.wait(0);
  }

  /** The blocks, to be written: what became of them becomes of all that goes into the next checkpoint. */
  sharedBy(blocks: readonly Block[]): readonly Block[] {
    for (const block of new Set(blocks)) {
      block.delivery = this.transaction.own.share();
      block.cursor = block.held = block.knownBehind = undefined;
    }
    return blocks;
  }

  /**
   * A block has gone through the chain, and what came out is written: settled once a checkpoint has its cursor.
   * `stages`: those that it can have come to.
   */
  passed({ cursor, held, knownBehind, delivery }: Receipt, stages: readonly number[]): void {
    this.isDirty = true;
    for (const stage of stages) this.ended.delete(stage);
    if (delivery !== undefined) this.transaction.sources.push(delivery);
    if (cursor === undefined) return;
    const saved = { cursor, held, known: knownBehind };
    this.cursors.set(cursor.stream, saved);
    this.changed.set(cursor.stream, saved);
  }

  /** Time has passed: whether something came out. */
  gave(hasOutput: boolean): void {
    this.isDirty ||= hasOutput;
  }

  /** The input of these stages is over, and what comes at the end is written. */
  hasWrittenEnd(stages: readonly number[]): void {
    for (const stage of stages) this.ended.add(stage);
    this.isDirty ||= stages.length > 0;
  }

  /** Whether what comes at the end of the stage has come, in this run or the one before, and nothing since. */
  isEnded(stage: number): boolean {
    return this.ended.has(stage);
  }

  get isDue(): boolean {
    return this.isDirty && performance.now() >= this.dueMs;
  }

  /** Saves, unless nothing has happened since the last time. Only between blocks. */
  async save(): Promise<void> {
    if (!this.isDirty) return;
    const startMs = performance.now();
    const number = this.number + 1;
    await this.store.states.write(this.id, number, this.encoded());
    const isDurable = await this.store.commit({
      cursors: [...this.changed.values()],
      state: { id: this.id, number },
    });
    if (isDurable) {
      const { own } = this.transaction;
      this.transaction = new Transaction();
      own.settle(STORED);
      this.number = number;
      this.isDirty = false;
      this.changed = new Map();
      await this.store.states.keepOnly(this.id, number);
    }
    this.wait(performance.now() - startMs);
  }

  private encoded(): Buffer[] {
    const { marks, chain, ended } = this;
    const positions = [...this.cursors.values()].map(positionOf);
    const hasEnded = ended.size === marks.length;
    const some = hasEnded || ended.size === 0 ? {} : { ended: [...ended] };
    return encodeState({ positions, stages: marks, hasEnded, ...some, states: chain.save() });
  }

  private wait(costMs: number): void {
    this.dueMs = performance.now() + Math.max(this.intervalMs, costMs / COST - costMs);
  }

  private async load(): Promise<void> {
    const path = this.store.states.pathOf(this.id, this.number);
    const saved = await this.read(path);
    const { places, difference } = matchStages(saved.stages, this.marks);
    if (places === undefined) throw failure("state.changed", { path, difference });
    if (!this.isOfNow(saved))
      throw failure("state.unusable", { path, reason: "the inputs were read on by another pipeline since" });
    this.chain.load(places.map((place) => saved.states[place]));
    const ended = new Set(saved.hasEnded ? places : saved.ended);
    places.forEach((place, stage) => {
      if (ended.has(place)) this.ended.add(stage);
    });
  }

  private async read(path: string): Promise<SavedState> {
    try {
      const bytes = await this.store.states.read(this.id, this.number);
      if (bytes === undefined) throw new Error("it is not there");
      return decodeState(bytes);
    } catch (error) {
      if (error instanceof LogpipeError) throw error;
      throw failure("state.unusable", { path, reason: reasonOf(error) }, error);
    }
  }

  /** Whether the sink knows the sources to be where they were when this was saved. */
  private isOfNow({ positions }: SavedState): boolean {
    return (
      positions.length === this.cursors.size &&
      positions.every(({ source, offset }) => this.cursors.get(source)?.cursor.offset === offset)
    );
  }
}

/** The stages of the part that keeps state, in the order in which the chain has them. */
function marksOf({ serial }: NetworkPlan): readonly StageMark[] {
  return serial.links.flatMap(({ what }) => (what.kind === "stage" ? [stageMark(what.step, what.node)] : []));
}

/** The same for the same sources in any order: of one its own. */
function jointId(ids: readonly string[]): string {
  if (ids.length === 1) return ids[0]!;
  return `graph-${createHash("sha256")
    .update([...ids].sort().join("\n"))
    .digest("hex")
    .slice(0, 32)}`;
}

/** What goes into one checkpoint: blocks of the source, and what came out of them. */
class Transaction {
  readonly sources: Delivery[] = [];
  /** Shared by all that is written; it settles with the commit. */
  readonly own = newDelivery((outcome) => {
    for (const delivery of this.sources) delivery.settle(outcome);
  });
}
