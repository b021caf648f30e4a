// Enter here: stages fused into one function over blocks, and the plan of which run in workers.
/** Stages in a row, run as one: a block goes in, what comes out at the far end is collected. */
import { present } from "../../base/assert.js";
import { Block } from "../../event/block.js";
import type { DeadLetter } from "../../event/dead-letter.js";
import { TEXT_NUMBERS, takeTextNumbers } from "../../event/text-numbers.js";
import type { Step } from "../contract/pipeline.js";
import type {
  AskedField,
  Emit,
  StageContext,
  StageDeclaration,
  State,
  Transform,
} from "../contract/stage.js";
import { type FieldsSeen, FieldWatch, pathsOf } from "./field-watch.js";
import { Meter, type Metered } from "./meter.js";

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

/** A running stage and what it is called. */
interface Link {
  readonly name: string;
  readonly label: string;
  readonly transform: Transform;
  /** Looks out for its fields in what comes to it. */
  readonly watch: FieldWatch | undefined;
  /** The fields that it was told of. */
  readonly reads: readonly string[];
  /** What it gives is for its other half only. */
  readonly isHalf: boolean;
}

export class Chain {
  private readonly links: readonly Link[];
  private readonly stages: readonly Link[];
  private readonly emits: Emit[] = [];
  private out: Block[] = [];
  private tally: Tally = { rejected: [], counts: {} };
  private readonly meter: Meter | undefined;
  /** Whether a stage has said that it wants no more (`head`). */
  isDone = false;

  /** `before` and `after` are transforms that the engine itself puts around the stages. */
  constructor(
    steps: readonly Step<StageDeclaration>[],
    nowMs: () => number,
    before: readonly NamedTransform[] = [],
    after: readonly NamedTransform[] = [],
    isMetered = false,
  ) {
    const all = [...before, ...steps.map(transformOf), ...after];
    this.links = all.map(({ name, label = name, isHalf = false, reads = [], create }, index) => ({
      watch: reads.length === 0 ? undefined : new FieldWatch(reads.flatMap(pathsOf)),
      reads: reads.flatMap(pathsOf),
      name,
      label,
      isHalf,
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
    this.meter = isMetered ? new Meter(all.length) : undefined;
    this.stages = this.links.slice(before.length, before.length + steps.length);
    for (let index = 0; index < this.links.length; index++) this.emits.push(this.emitAfter(index));
  }

  push(block: Block): Block[] {
    const [first] = this.links;
    if (first === undefined) return [block];
    this.meter?.takes(0, block);
    first.watch?.look(block.bytes);
    this.feed(0, () => first.transform.push(block, this.emits[0]!));
    return this.takeBlocks();
  }

  /** As `push`, for a block of whole records: nothing of it is held back. */
  pushWhole(block: Block): Block[] {
    const { transform } = this.links[0] ?? {};
    if (transform?.pushWhole === undefined) return [...this.push(block), ...this.idle()];
    this.meter?.takes(0, block);
    this.feed(0, () => transform.pushWhole?.(block, this.emits[0]!) ?? true);
    return [...this.takeBlocks(), ...this.idle()];
  }

  /** As `push`, for what `prepare` of the first stage has made of a block. */
  pushPrepared(prepared: Buffer): Block[] {
    const { transform } = present(this.links[0], "a stage that prepares");
    const push = present(transform.pushPrepared?.bind(transform), "the other half of a stage that prepares");
    this.feed(0, () => push(prepared, this.emits[0]!));
    return this.takeBlocks();
  }

  idle(): Block[] {
    this.links.forEach(({ transform }, index) => {
      if (transform.idle !== undefined) this.measured(index, () => transform.idle?.(this.emits[index]!));
    });
    return this.takeBlocks();
  }

  end(): Block[] {
    return [...this.ending()].flat();
  }

  /** The end a part at a time, for stages that hold much: each part is to be written before the next is asked for. */
  *ending(): Generator<Block[]> {
    for (const [index, { transform }] of this.links.entries()) {
      const emit = this.emits[index]!;
      while (this.measured(index, () => transform.endPart?.(emit)) === true) yield this.takeBlocks();
      this.measured(index, () => transform.end?.(emit));
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
    const { tally } = this;
    this.tally = { rejected: [], counts: {} };
    for (const [path, events] of this.links.length === 0 ? [] : takeTextNumbers()) {
      const asks = this.links.find(({ reads }) => reads.includes(path)) ?? this.links.at(-1);
      const key = `${asks?.label}.${TEXT_NUMBERS}${path}`;
      tally.counts[key] = (tally.counts[key] ?? 0) + events;
    }
    for (const { label, watch } of this.links) {
      const seen = watch?.take();
      if (seen !== undefined) tally.fields = { ...tally.fields, [label]: seen };
    }
    if (this.meter !== undefined) tally.metered = this.meteredByLabel(this.meter.take());
    return tally;
  }

  private meteredByLabel(metered: readonly Metered[]): Record<string, Metered> {
    return Object.fromEntries(metered.map((one, index) => [this.links[index]!.label, one]));
  }

  private feed(index: number, push: () => boolean): void {
    if (!this.measured(index, push)) this.isDone = true;
  }

  private measured<T>(index: number, work: () => T): T {
    return this.meter === undefined ? work() : this.meter.run(index, work);
  }

  private takeBlocks(): Block[] {
    const blocks = this.out;
    this.out = [];
    return blocks;
  }

  private emitAfter(index: number): Emit {
    const { meter } = this;
    const pass = this.passAfter(index);
    if (meter === undefined || this.links[index]!.isHalf) return pass;
    return (block) => {
      meter.gives(index, block);
      return pass(block);
    };
  }

  private passAfter(index: number): Emit {
    const next = this.links[index + 1];
    if (next === undefined) return (block) => this.out.push(block) > 0;
    const pass = this.passTo(next, index + 1);
    const { watch } = next;
    if (watch === undefined) return pass;
    return (block) => {
      watch.look(block.bytes);
      return pass(block);
    };
  }

  private passTo(next: Link, index: number): Emit {
    if (this.meter === undefined) return (block) => next.transform.push(block, this.emits[index]!);
    return (block) => this.measured(index, () => next.transform.push(block, this.emits[index]!));
  }
}

/** A transform by name, made once the chain's context is known. */
export interface NamedTransform {
  readonly name: string;
  /** What its counters go by; its name, when absent. */
  readonly label?: string;
  /** What it gives is for its other half only. */
  readonly isHalf?: boolean;
  /** The fields it was told of. */
  readonly reads?: readonly AskedField[];
  readonly create: (context: StageContext) => Transform;
}

/** The first half of a stage that keeps state: what comes out of it is for `pushPrepared` of the other half. */
export function preparing(step: Step<StageDeclaration>): NamedTransform {
  const { declaration, given, opened, label = declaration.name } = step;
  const create = (context: StageContext): Transform => {
    const prepare = present(declaration.prepare?.(given, context, opened), "the first half of a stage");
    return { push: (block, emit) => emit(new Block(prepare(block))) };
  };
  return { name: declaration.name, label, isHalf: true, reads: declaration.reads?.(given) ?? [], create };
}

function transformOf(step: Step<StageDeclaration>): NamedTransform {
  const { declaration, given, opened, label = declaration.name } = step;
  return {
    name: declaration.name,
    label,
    reads: declaration.reads?.(given) ?? [],
    create: (context) => declaration.create(given, context, opened),
  };
}
