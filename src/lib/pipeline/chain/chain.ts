// Enter here: stages fused into one function over blocks, and the plan of which run in workers.
/**
 * Stages and routes of a network, run as one: a block goes in at an entry, what comes out at the exits is collected. In
 * a row they are a chain.
 */
import { present } from "../../base/assert.js";
import type { Block } from "../../event/block.js";
import type { DeadLetter } from "../../event/dead-letter.js";
import { TEXT_NUMBERS, takeTextNumbers } from "../../event/text-numbers.js";
import type { Step } from "../contract/pipeline.js";
import type { Emit, StageContext, StageDeclaration, State } from "../contract/stage.js";
import type { FieldsSeen } from "./field-watch.js";
import { type Link, linkOf } from "./link.js";
import { addMetered, Meter, type Metered } from "./meter.js";
import { withKnownPart } from "./network/alignments.js";
import { addExit, exitsOf } from "./network/exits.js";
import { rowOf } from "./network/row.js";
import type { Target, WiredLink, Wiring } from "./network/wiring.js";
import { inStage } from "./stage-failure.js";

/** What one or more blocks did to a chain besides the blocks that came out. */
export interface Tally {
  rejected: DeadLetter[];
  /** The first record that passed without being understood: fails the run under --strict. */
  doubtful?: DeadLetter;
  /** `stage.counter` to count. */
  counts: Record<string, number>;
  /** By the stages' labels: which of their fields have come. */
  fields?: Record<string, FieldsSeen>;
  /** By the stages' labels, under --stats. */
  metered?: Record<string, Metered>;
}

export class Chain {
  private readonly links: readonly Link[];
  private readonly entries: readonly (readonly Target[])[];
  private readonly entryEmits: readonly Emit[];
  private readonly stages: readonly Link[];
  /** The entries that feed each link. */
  private readonly feeds: readonly ReadonlySet<number>[];
  private readonly closedExits: boolean[];
  private readonly endedEntries: boolean[];
  private out: Block[] = [];
  private tally: Tally = { rejected: [], counts: {} };
  private readonly meter: Meter | undefined;
  private readonly nowMs: () => number;
  private readonly knownParts: Wiring["knownParts"];

  /** Steps in a row, or links as a network has them. Throws what making a stage throws. */
  constructor(wired: readonly Step<StageDeclaration>[] | Wiring, nowMs: () => number, isMetered = false) {
    this.nowMs = nowMs;
    const wiring = "links" in wired ? wired : rowOf(wired);
    this.knownParts = wiring.knownParts;
    this.links = wiring.links.map((link) => linkOf(link, (wired) => this.contextOf(wired)));
    this.entries = wiring.entries;
    this.stages = this.links.filter(({ isStage }) => isStage);
    this.feeds = feedsOf(wiring);
    this.closedExits = Array.from({ length: wiring.exits }, () => false);
    this.endedEntries = wiring.entries.map(() => false);
    this.meter = isMetered ? new Meter(this.links.length) : undefined;
    this.links.forEach((link, index) => {
      for (const targets of link.to) link.emits.push(this.emitFrom(index, targets));
    });
    this.entryEmits = wiring.entries.map((targets) => this.emitTo(targets));
  }

  /** Whether nothing behind the entry wants more (`head`). */
  isDoneAt(entry: number): boolean {
    return this.entries[entry]!.every((target) =>
      target < 0 ? this.closedExits[~target] : this.links[target]!.isClosed,
    );
  }

  /** Whether nothing behind any entry does. */
  get isDone(): boolean {
    return this.entries.every((_, entry) => this.isDoneAt(entry));
  }

  /** Nothing more is wanted there: what would come out there is thrown away. */
  closeExit(exit: number): void {
    this.closedExits[exit] = true;
  }

  push(block: Block, entry = 0): Block[] {
    const targets = this.entries[entry]!;
    block.exits = undefined;
    if (this.meter !== undefined)
      for (const target of targets) if (target >= 0) this.meter.takes(target, block);
    this.entryEmits[entry]!(block);
    return this.takeBlocks();
  }

  /** As `push`, for a block of whole records: nothing of it is held back. */
  pushWhole(block: Block, entry = 0): Block[] {
    block.exits = undefined;
    const parts = this.knownParts?.[entry];
    this.entries[entry]!.forEach((target, n) => {
      const link = this.links[target];
      if (target >= 0) this.meter?.takes(target, block);
      const own = parts === undefined ? block : withKnownPart(block, parts[n]);
      if (link === undefined) this.leave(own, ~target);
      else if (!link.isClosed) this.run(target, (emit) => this.pushed(link, own, emit));
    });
    return [...this.takeBlocks(), ...this.idle()];
  }

  /** As `push`, for what `prepare` of the first stage has made of a block. */
  pushPrepared(prepared: Buffer, entry = 0): Block[] {
    const target = this.entries[entry]![0]!;
    const { transform } = present(this.links[target], "a stage that prepares");
    const push = present(transform.pushPrepared?.bind(transform), "the other half of a stage that prepares");
    this.run(target, (emit) => push(prepared, emit));
    return this.takeBlocks();
  }

  /** `entries`: those that nothing comes from; absent: all. */
  idle(entries?: ReadonlySet<number>): Block[] {
    this.links.forEach(({ transform, emits }, index) => {
      if (transform.idle === undefined || !this.isFedBy(index, entries)) return;
      this.guarded(index, () => transform.idle?.(emits[0]!));
    });
    return this.takeBlocks();
  }

  end(entries?: Iterable<number>): Block[] {
    return [...this.ending(entries)].flat();
  }

  /**
   * The end a part at a time, for stages that hold much: each part is to be written before the next is asked for.
   * `entries`: those that are over; a stage ends with the last one that feeds it. `isEndedBefore`: the stages, by
   * number, whose end has come in the run before, and nothing since. `isPatient`: whether it goes on giving parts for
   * as long as a stage asks to wait, which is to be done between them.
   */
  *ending(
    entries: Iterable<number> = this.entries.keys(),
    isEndedBefore: (stage: number) => boolean = () => false,
    isPatient: () => boolean = () => false,
  ): Generator<Block[]> {
    for (const entry of entries) this.endedEntries[entry] = true;
    for (const [index, link] of this.links.entries()) {
      if (link.hasEnded || ![...this.feeds[index]!].every((entry) => this.endedEntries[entry])) continue;
      const { transform, emits } = link;
      link.hasEnded = true;
      if (link.isStage && isEndedBefore(this.stages.indexOf(link))) continue;
      const emit = emits[0]!;
      while (isPatient() && (transform.waitMs?.() ?? 0) > 0) {
        yield this.takeBlocks();
        this.guarded(index, () => transform.idle?.(emit));
      }
      while (this.guarded(index, () => transform.endPart?.(emit)) === true) yield this.takeBlocks();
      this.guarded(index, () => transform.end?.(emit));
    }
    yield this.takeBlocks();
  }

  /** The stages, by number, whose input is over. */
  get endedStages(): readonly number[] {
    return this.stages.flatMap(({ hasEnded }, number) => (hasEnded ? [number] : []));
  }

  /** The stages, by number, that blocks of the entry can come to. */
  stagesBehind(entry: number): readonly number[] {
    return this.stages.flatMap((link, number) =>
      this.feeds[this.links.indexOf(link)]!.has(entry) ? [number] : [],
    );
  }

  /** How long from now nothing is to be pushed at the entry, in milliseconds; without one: at any. */
  waitMs(entry?: number): number {
    let longest = 0;
    for (let index = 0; index < this.links.length; index++) {
      const { transform } = this.links[index]!;
      if (transform.waitMs !== undefined && (entry === undefined || this.feeds[index]!.has(entry)))
        longest = Math.max(longest, transform.waitMs());
    }
    return longest;
  }

  /** What may pass by now of what waits in stages. */
  letOut(): Block[] {
    this.links.forEach(({ transform, emits }, index) => {
      if (transform.waitMs !== undefined) this.guarded(index, () => transform.idle?.(emits[0]!));
    });
    return this.takeBlocks();
  }

  /** Whether a stage may ever ask to wait. */
  get mayWait(): boolean {
    return this.links.some(({ transform }) => transform.waitMs !== undefined);
  }

  /** Whether a stage takes up changes outside. */
  get isRefreshable(): boolean {
    return this.links.some(({ transform }) => transform.refresh !== undefined);
  }

  async refresh(): Promise<void> {
    for (const { transform } of this.links) await transform.refresh?.();
  }

  /** What the stages remember, one for each of the steps: the engine's own transforms remember nothing. */
  save(): State[] {
    return this.stages.map(({ transform }) => transform.save?.());
  }

  load(states: readonly State[]): void {
    this.stages.forEach(({ transform }, n) => {
      if (states[n] !== undefined) transform.load?.(states[n]);
    });
  }

  takeTally(): Tally {
    const { tally } = this;
    this.tally = { rejected: [], counts: {} };
    for (const [path, events] of this.links.length === 0 ? [] : takeTextNumbers()) {
      const asks = this.links.find(({ reads }) => reads.includes(path)) ?? this.links.at(-1);
      const key = `${asks?.label}.${TEXT_NUMBERS}${path}`;
      tally.counts[key] = (tally.counts[key] ?? 0) + events;
    }
    for (const { label, watch } of this.links) {
      const seen = watch?.take();
      if (seen === undefined) continue;
      tally.fields ??= {};
      tally.fields[label] = bothSeen(tally.fields[label], seen);
    }
    if (this.meter !== undefined) tally.metered = this.meteredByLabel(this.meter.take());
    return tally;
  }

  private meteredByLabel(metered: readonly Metered[]): Record<string, Metered> {
    const byLabel: Record<string, Metered> = {};
    metered.forEach((one, index) => {
      const { label } = this.links[index]!;
      if (byLabel[label] === undefined) byLabel[label] = one;
      else addMetered(byLabel[label], one);
    });
    return byLabel;
  }

  private contextOf({ name, label, place }: WiredLink): StageContext {
    return {
      nowMs: this.nowMs,
      reject: (letter) => this.tally.rejected.push({ ...letter, stage: name, stageIndex: place }),
      doubt: (letter) => {
        this.tally.doubtful ??= { ...letter(), stage: name, stageIndex: place };
      },
      count: (counter, by = 1) => {
        const key = `${label}.${counter}`;
        this.tally.counts[key] = (this.tally.counts[key] ?? 0) + by;
      },
    };
  }

  private isFedBy(index: number, entries: ReadonlySet<number> | undefined): boolean {
    if (entries === undefined) return true;
    for (const entry of this.feeds[index]!) if (!entries.has(entry)) return false;
    return true;
  }

  private pushed({ transform, watch }: Link, block: Block, emit: Emit): boolean {
    watch?.look(block.bytes);
    return transform.pushWhole?.(block, emit) ?? transform.push(block, emit);
  }

  /** A link's own work, for a block that comes to it. */
  private run(index: number, push: (emit: Emit) => boolean): boolean {
    const link = this.links[index]!;
    const wantsMore = this.guarded(index, () => push(link.emits[0]!));
    if (!wantsMore) link.isClosed = true;
    return wantsMore;
  }

  private guarded<T>(index: number, work: () => T): T {
    try {
      return this.meter === undefined ? work() : this.meter.run(index, work);
    } catch (error) {
      throw inStage(error, this.links[index]!.label);
    }
  }

  private takeBlocks(): Block[] {
    const blocks = this.out;
    this.out = [];
    return blocks;
  }

  private emitFrom(index: number, targets: readonly Target[]): Emit {
    const { meter } = this;
    const pass = this.emitTo(targets);
    if (meter === undefined || this.links[index]!.isHalf) return pass;
    return (block) => {
      meter.gives(index, block, targets);
      return pass(block);
    };
  }

  /** To several it gives the same block: nobody changes its bytes. */
  private emitTo(targets: readonly Target[]): Emit {
    const passes = targets.map((target) => (target < 0 ? this.passOut(~target) : this.passTo(target)));
    if (passes.length === 1) return passes[0]!;
    const isOver = (target: Target) =>
      target < 0 ? this.closedExits[~target]! : this.links[target]!.isClosed;
    return (block) => {
      let wantsMore = false;
      for (let n = 0; n < passes.length; n++) if (!isOver(targets[n]!) && passes[n]!(block)) wantsMore = true;
      return wantsMore;
    };
  }

  private passTo(index: number): Emit {
    const link = this.links[index]!;
    const { transform, watch, emits } = link;
    const push = (block: Block): boolean => {
      watch?.look(block.bytes);
      try {
        const wantsMore = transform.push(block, emits[0]!);
        if (!wantsMore) link.isClosed = true;
        return wantsMore;
      } catch (error) {
        throw inStage(error, link.label);
      }
    };
    const { meter } = this;
    return meter === undefined ? push : (block) => meter.run(index, () => push(block));
  }

  private passOut(exit: number): Emit {
    const own = exitsOf(exit);
    return (block) => {
      if (this.closedExits[exit]) return false;
      addExit(this.out, block, own);
      return true;
    };
  }

  private leave(block: Block, exit: number): void {
    if (!this.closedExits[exit]) addExit(this.out, block, exitsOf(exit));
  }
}

function feedsOf({ links, entries }: Wiring): readonly ReadonlySet<number>[] {
  const feeds = links.map(() => new Set<number>());
  entries.forEach((targets, entry) => {
    for (const target of targets) if (target >= 0) feeds[target]!.add(entry);
  });
  links.forEach(({ to }, index) => {
    for (const target of to.flat())
      if (target >= 0) for (const entry of feeds[index]!) feeds[target]!.add(entry);
  });
  return feeds;
}

/** Links of one label look for the same fields in different blocks. */
function bothSeen(a: FieldsSeen | undefined, b: FieldsSeen): FieldsSeen {
  if (a === undefined) return b;
  return { seen: [...new Set([...a.seen, ...b.seen])], names: [...new Set([...a.names, ...b.names])] };
}
