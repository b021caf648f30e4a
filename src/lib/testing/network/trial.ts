/**
 * One trial of a graph: blocks are put in at its nodes, and what comes out of every node and port is told. Nothing is
 * read and nothing is written.
 */
import { Block, type Labels } from "../../event/block.js";
import type { DeadLetter } from "../../event/dead-letter.js";
import { FieldSet, Projector } from "../../event/rows/rows.js";
import { compileExpression, type Expression } from "../../expression/expression.js";
import { builtin, frame } from "../../pipeline/chain/builtin-stages.js";
import { Chain } from "../../pipeline/chain/chain.js";
import { planPipeline } from "../../pipeline/chain/plan.js";
import { rejectFaults } from "../../pipeline/contract/event-reader.js";
import type { NodeOutput, RouteNode, SinkNode } from "../../pipeline/contract/graph.js";
import type { Step } from "../../pipeline/contract/pipeline.js";
import type { StageDeclaration } from "../../pipeline/contract/stage.js";
import type { OpenedGraph } from "./opened.js";

export interface TrialReader {
  /** Something came out: of a node `NAME`, of a port `ROUTE.PORT`, before a sink `NAME`. */
  out(output: string, bytes: Buffer): void;
  /** Something went into and came out of stage `index` of a list; `isEnd`: at the end of input. */
  stage?(node: string, index: number, went: Buffer, came: readonly Block[]): void;
  reject(letter: DeadLetter): void;
}

interface Unit {
  readonly name: string;
  readonly chains: readonly Chain[];
  readonly route: Splitter | undefined;
  /** Names of those behind it, by port; "" of all that come out. */
  readonly next: Map<string, Unit[]>;
}

export class Trial {
  private readonly units = new Map<string, Unit>();
  /** Each behind those that it is fed from. */
  private readonly order: readonly Unit[];
  private readonly reader: TrialReader;

  constructor({ graph, steps }: OpenedGraph, nowMs: number, reader: TrialReader) {
    this.reader = reader;
    const clock = () => nowMs;
    for (const { name } of graph.sources) this.add(name, [], undefined);
    for (const { name } of graph.stages) this.add(name, chainsOf(steps.get(name)!, clock), undefined);
    for (const route of graph.routes)
      this.add(route.name, [chainOf([], clock, true)], new Splitter(route, clock, reader));
    for (const sink of graph.sinks)
      this.add(sink.name, [...chainsOf(steps.get(sink.name)!, clock), ...checkOf(sink, clock)], undefined);
    for (const { name, from } of [...graph.stages, ...graph.routes, ...graph.sinks])
      for (const output of from) this.connect(output, this.units.get(name)!);
    this.order = this.sorted();
  }

  /** Out of a source, or into any other node. */
  push(node: string, bytes: Buffer, labels?: Labels): void {
    const unit = this.units.get(node)!;
    this.through(unit, new Block(bytes, labels));
  }

  /** Nothing comes for now: what waits for a line that belongs to it comes out. */
  idle(): void {
    for (const unit of this.order)
      for (const [index, chain] of unit.chains.entries()) this.after(unit, index, EMPTY, chain.idle());
  }

  /** The input is over. */
  end(): void {
    for (const unit of this.order)
      for (const [index, chain] of unit.chains.entries())
        for (const blocks of chain.ending()) this.after(unit, index, EMPTY, blocks);
  }

  private add(name: string, chains: readonly Chain[], route: Splitter | undefined): void {
    this.units.set(name, { name, chains, route, next: new Map() });
  }

  private connect({ node, port = "" }: NodeOutput, to: Unit): void {
    const { next } = this.units.get(node)!;
    next.set(port, [...(next.get(port) ?? []), to]);
  }

  private sorted(): readonly Unit[] {
    const order: Unit[] = [];
    const visit = (unit: Unit) => {
      if (order.includes(unit)) return;
      for (const behind of [...unit.next.values()].flat()) visit(behind);
      order.unshift(unit);
    };
    for (const unit of this.units.values()) visit(unit);
    return order;
  }

  private through(unit: Unit, block: Block, index = 0): void {
    const chain = unit.chains[index];
    if (chain === undefined) this.leave(unit, block);
    else this.after(unit, index, block.bytes, chain.push(block));
  }

  /** What a chain gave goes on. */
  private after(unit: Unit, index: number, went: Buffer, blocks: readonly Block[]): void {
    for (const letter of unit.chains[index]!.takeTally().rejected) this.reader.reject(letter);
    const given = blocks.filter(({ bytes }) => bytes.length > 0);
    if (went.length > 0 || given.length > 0) this.reader.stage?.(unit.name, index, went, given);
    for (const block of given) this.through(unit, block, index + 1);
  }

  private leave(unit: Unit, block: Block): void {
    this.reader.out(unit.name, block.bytes);
    for (const next of unit.next.get("") ?? []) this.through(next, copyOf(block));
    for (const [port, bytes] of unit.route?.split(block.bytes) ?? []) {
      this.reader.out(`${unit.name}.${port}`, bytes);
      for (const next of unit.next.get(port) ?? []) this.through(next, new Block(Buffer.from(bytes)));
    }
  }
}

const EMPTY = Buffer.alloc(0);

/** Whoever takes a block may keep its bytes. */
function copyOf({ bytes, labels, summary }: Block): Block {
  return new Block(Buffer.from(bytes), labels, summary);
}

function chainsOf(steps: readonly Step<StageDeclaration>[], clock: () => number): readonly Chain[] {
  return steps.map((step, n) => chainOf([step], clock, n === 0 && step.declaration.input !== "text"));
}

function chainOf(steps: readonly Step<StageDeclaration>[], clock: () => number, isFramed: boolean): Chain {
  return new Chain(steps, clock, isFramed ? [frame] : []);
}

/** What the engine makes sure of before the sink. */
function checkOf({ step }: SinkNode, clock: () => number): readonly Chain[] {
  if (step === undefined) return [];
  const plan = planPipeline(
    { files: [], stages: [], sink: step },
    { isStrict: false, workers: 0, hasStats: false },
  );
  return [new Chain([], clock, [frame, ...plan.afterSpread.map(builtin)])];
}

class Splitter {
  private readonly route: RouteNode;
  private readonly projector: Projector;
  private readonly conditions: readonly (Expression | undefined)[];
  private readonly reader: TrialReader;

  constructor(route: RouteNode, clock: () => number, reader: TrialReader) {
    const fields = new FieldSet();
    this.route = route;
    this.reader = reader;
    this.conditions = route.ports.map(({ when, place }) =>
      when === undefined
        ? undefined
        : compileExpression(when, fields, place ?? route.name, { nowMs: clock, isCondition: true }),
    );
    this.projector = new Projector(fields);
  }

  split(bytes: Buffer): [string, Buffer][] {
    const { ports } = this.route;
    const parts: Buffer[][] = ports.map(() => []);
    const { rows, faults } = this.projector.apply(bytes);
    const reject = (letter: DeadLetter) => this.reader.reject({ ...letter, stage: this.route.name });
    rejectFaults({ reject, nowMs: () => 0, count: () => {} }, bytes, faults);
    for (let row = 0; row < rows.count; row++) {
      const line = rows.bytes.subarray(rows.lineStart(row), rows.lineEnd(row));
      for (const n of this.portsOf((condition) => condition.test(rows, row))) parts[n]!.push(line);
    }
    return ports.flatMap(({ name }, n): [string, Buffer][] =>
      parts[n]!.length === 0 ? [] : [[name, Buffer.concat(parts[n]!)]],
    );
  }

  private portsOf(test: (condition: Expression) => boolean): number[] {
    const taken: number[] = [];
    for (const [n, condition] of this.conditions.entries()) {
      if (condition === undefined || !test(condition)) continue;
      taken.push(n);
      if (this.route.match === "first") break;
    }
    const otherwise = this.conditions.indexOf(undefined);
    return taken.length === 0 && otherwise >= 0 ? [otherwise] : taken;
  }
}
