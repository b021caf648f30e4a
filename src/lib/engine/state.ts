/**
 * Checkpoints of a pipeline with stages that keep state: their state, how far the sources were read and what came out of them
 * become durable together or not at all. See docs/decisions/0025-state-and-exactly-once.md.
 */
import { failure, LogpipeError, reasonOf } from "../base/errors/index.js";
import type { Position } from "../event/position.js";
import { STATE_PREFIX } from "../stage/sealed-state.js";
import type { Sink, Transactions } from "../stage/sink.js";
import type { Source } from "../stage/source.js";
import type { Chain } from "./chain.js";
import type { RunOptions } from "./pipeline.js";
import type { Plan } from "./plan.js";
import { decodeState, encodeState, markOf, type SavedState, type StageMark } from "./state-format.js";

/** How often, unless told. */
const CHECKPOINT_INTERVAL_MS = 1000;
/** What a checkpoint costs is at most this part of the time. */
const COST = 1 / 15;

/** Whether it is no position of a source, but says which saved state belongs to the others. */
export function isOfState({ source }: Position): boolean {
  return source.startsWith(STATE_PREFIX);
}

export class Checkpoints {
  private readonly id: string;
  private readonly sink: Transactions;
  private readonly chain: Chain;
  private readonly marks: readonly StageMark[];
  private readonly intervalMs: number;
  /** The newest position of each source, as far as the chain has seen it. */
  private readonly positions = new Map<string, Position>();
  /** Those that the sink does not know yet. */
  private changed = new Map<string, Position>();
  private number: number;
  private isDirty = false;
  /** What comes at the end has come, in this run or the one before, and nothing since. */
  hasEnded = false;
  private dueMs = 0;

  /**
   * Undefined where there is nothing to save, or a restart could not go on from it: then the chain runs as it is. Else loads what
   * was saved last, by what the sink says of it (`known`). Throws state.unusable and state.changed.
   */
  static async begin(
    plan: Plan,
    chain: Chain,
    { id }: Source,
    { transactions }: Sink,
    known: readonly Position[],
    options: RunOptions,
  ): Promise<Checkpoints | undefined> {
    if (plan.serial.length === 0 || id === undefined || transactions === undefined) return undefined;
    const checkpoints = new Checkpoints(plan, chain, id, transactions, known, options);
    if (options.isResettingState === true) checkpoints.isDirty = true;
    else if (checkpoints.number > 0) await checkpoints.load();
    // What a kill kept from going; and one that no commit has named.
    await transactions.states.keepOnly(id, checkpoints.number);
    transactions.begin();
    return checkpoints;
  }

  private constructor(
    plan: Plan,
    chain: Chain,
    id: string,
    sink: Transactions,
    known: readonly Position[],
    options: RunOptions,
  ) {
    this.id = id;
    this.sink = sink;
    this.chain = chain;
    this.marks = plan.serial.map(markOf);
    this.intervalMs = options.checkpointIntervalMs ?? CHECKPOINT_INTERVAL_MS;
    this.number = known.find(({ source }) => source === this.name)?.offset ?? 0;
    for (const position of known)
      if (position.source.startsWith(`${id}/`)) this.positions.set(position.source, position);
    this.wait(0);
  }

  /** A block has gone through the chain, and what came out is written. */
  passed(position: Position | undefined): void {
    this.isDirty = true;
    this.hasEnded = false;
    if (position === undefined) return;
    this.positions.set(position.source, position);
    this.changed.set(position.source, position);
  }

  /** Time has passed: whether something came out. */
  gave(hasOutput: boolean): void {
    this.isDirty ||= hasOutput;
  }

  /** The input is over, and what comes at the end is written. */
  ended(): void {
    this.isDirty = this.hasEnded = true;
  }

  get isDue(): boolean {
    return this.isDirty && performance.now() >= this.dueMs;
  }

  /** Saves, unless nothing has happened since the last time. Only between blocks. */
  async save(): Promise<void> {
    if (!this.isDirty) return;
    const startMs = performance.now();
    const number = this.number + 1;
    await this.sink.states.write(this.id, number, this.encoded());
    const isDurable = await this.sink.commit([
      ...this.changed.values(),
      { source: this.name, offset: number },
    ]);
    if (isDurable) {
      this.number = number;
      this.isDirty = false;
      this.changed = new Map();
      await this.sink.states.keepOnly(this.id, number);
    }
    this.wait(performance.now() - startMs);
  }

  private encoded(): Buffer[] {
    const { marks, hasEnded, chain } = this;
    const positions = [...this.positions.values()];
    return encodeState({ positions, stages: marks, hasEnded, states: chain.save() });
  }

  private get name(): string {
    return `${STATE_PREFIX}${this.id}`;
  }

  private wait(costMs: number): void {
    this.dueMs = performance.now() + Math.max(this.intervalMs, costMs / COST - costMs);
  }

  private async load(): Promise<void> {
    const path = this.sink.states.pathOf(this.id, this.number);
    const saved = await this.read(path);
    const difference = differenceOf(saved.stages, this.marks);
    if (difference !== undefined) throw failure("state.changed", { path, difference });
    if (!this.isOfNow(saved))
      throw failure("state.unusable", { path, reason: "the inputs were read on by another pipeline since" });
    this.chain.load(saved.states);
    this.hasEnded = saved.hasEnded;
  }

  private async read(path: string): Promise<SavedState> {
    try {
      const bytes = await this.sink.states.read(this.id, this.number);
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
      positions.length === this.positions.size &&
      positions.every(({ source, offset }) => this.positions.get(source)?.offset === offset)
    );
  }
}

/** What is not the same about two rows of stages, in a few words. */
function differenceOf(saved: readonly StageMark[], wanted: readonly StageMark[]): string | undefined {
  const names = (stages: readonly StageMark[]) => stages.map(({ name }) => name).join(" | ");
  if (names(saved) !== names(wanted)) return `of ${names(saved)}, not of ${names(wanted)}`;
  const changed = wanted.find(({ options }, n) => saved[n]?.options !== options);
  return changed && `the options of ${changed.name} have changed`;
}
