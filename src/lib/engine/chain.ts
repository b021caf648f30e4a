/** Stages in a row, run as one: a block goes in, what comes out at the far end is collected. */
import { assert, present } from "../base/assert.js";
import { Block } from "../event/block.js";
import type { DeadLetter, Emit, StageContext, StageDeclaration, State, Transform } from "../stage/stage.js";
import type { Step } from "./pipeline.js";

/** A line set aside, and by which stage. */
export interface Rejected extends DeadLetter {
  readonly stage: string;
  /** Place of the stage in its chain: line numbers are those of the input only for the first. */
  readonly stageIndex: number;
}

/** What one or more blocks did to a chain besides the blocks that came out. */
export interface Tally {
  rejected: Rejected[];
  /** The first record that passed without being understood: fails the run under --strict. */
  doubtful?: Rejected;
  /** `stage.counter` to count. */
  counts: Record<string, number>;
}

/** A running stage and what it is called. */
interface Link {
  readonly name: string;
  readonly transform: Transform;
}

export class Chain {
  private readonly links: readonly Link[];
  private readonly stages: readonly Link[];
  private readonly emits: Emit[] = [];
  private out: Block[] = [];
  private tally: Tally = { rejected: [], counts: {} };
  /** Whether a stage has said that it wants no more (`head`). */
  isDone = false;

  /** `before` and `after` are transforms that the engine itself puts around the stages. */
  constructor(
    steps: readonly Step<StageDeclaration>[],
    nowMs: () => number,
    before: readonly NamedTransform[] = [],
    after: readonly NamedTransform[] = [],
  ) {
    const all = [...before, ...steps.map(transformOf), ...after];
    this.links = all.map(({ name, label = name, create }, index) => ({
      name,
      transform: create({
        nowMs,
        reject: (letter) => this.tally.rejected.push({ ...letter, stage: name, stageIndex: index }),
        doubt: (letter) => {
          this.tally.doubtful ??= { ...letter(), stage: name, stageIndex: index };
        },
        count: (counter, by = 1) => {
          const key = `${label}.${counter}`;
          this.tally.counts[key] = (this.tally.counts[key] ?? 0) + by;
        },
      }),
    }));
    this.stages = this.links.slice(before.length, before.length + steps.length);
    for (let index = 0; index < this.links.length; index++) this.emits.push(this.emitAfter(index));
  }

  push(block: Block): Block[] {
    const [first] = this.links;
    if (first === undefined) return [block];
    if (!first.transform.push(block, this.emits[0]!)) this.isDone = true;
    return this.takeBlocks();
  }

  /** As `push`, for a block of whole records: nothing of it is held back. */
  pushWhole(block: Block): Block[] {
    const { transform } = this.links[0] ?? {};
    if (transform?.pushWhole === undefined) return [...this.push(block), ...this.idle()];
    if (!transform.pushWhole(block, this.emits[0]!)) this.isDone = true;
    return [...this.takeBlocks(), ...this.idle()];
  }

  /** As `push`, for what `prepare` of the first stage has made of a block. */
  pushPrepared(prepared: Buffer): Block[] {
    const transform = present(this.links[0], "a stage that prepares").transform;
    assert(transform.pushPrepared !== undefined, "a stage that prepares takes what it has prepared");
    if (!transform.pushPrepared(prepared, this.emits[0]!)) this.isDone = true;
    return this.takeBlocks();
  }

  idle(): Block[] {
    this.links.forEach(({ transform }, index) => {
      transform.idle?.(this.emits[index]!);
    });
    return this.takeBlocks();
  }

  end(): Block[] {
    return [...this.ending()].flat();
  }

  /** The end a part at a time, for stages that hold much: each part is to be written before the next is asked for. */
  *ending(): Generator<Block[]> {
    for (const [index, { transform }] of this.links.entries()) {
      while (transform.endPart?.(this.emits[index]!) === true) yield this.takeBlocks();
      transform.end?.(this.emits[index]!);
    }
    yield this.takeBlocks();
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
    const tally = this.tally;
    this.tally = { rejected: [], counts: {} };
    return tally;
  }

  private takeBlocks(): Block[] {
    const blocks = this.out;
    this.out = [];
    return blocks;
  }

  private emitAfter(index: number): Emit {
    const next = this.links[index + 1];
    if (next === undefined) return (block) => this.out.push(block) > 0;
    return (block) => next.transform.push(block, this.emits[index + 1]!);
  }
}

/** A transform by name, made once the chain's context is known. */
export interface NamedTransform {
  readonly name: string;
  /** What its counters go by; its name, when absent. */
  readonly label?: string;
  readonly create: (context: StageContext) => Transform;
}

/** The first half of a stage that keeps state: what comes out of it is for `pushPrepared` of the other half. */
export function preparing(step: Step<StageDeclaration>): NamedTransform {
  const { declaration, given, opened, label = declaration.name } = step;
  const create = (context: StageContext): Transform => {
    const prepare = present(declaration.prepare?.(given, context, opened), "the first half of a stage");
    return { push: (block, emit) => emit(new Block(prepare(block), undefined, block.position)) };
  };
  return { name: declaration.name, label, create };
}

function transformOf(step: Step<StageDeclaration>): NamedTransform {
  const { declaration, given, opened, label = declaration.name } = step;
  return { name: declaration.name, label, create: (context) => declaration.create(given, context, opened) };
}
