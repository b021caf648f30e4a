/** Sends events on by conditions: a block in, for each port a block of what goes there. */
import { Block } from "../../event/block.js";
import { FieldSet, Projector, type Rows } from "../../event/rows/rows.js";
import { Conditions } from "../../stages/filter/conditions.js";
import { bytesOf, runsOf } from "../../stages/filter/runs.js";
import { rejectFaults } from "../contract/event-reader.js";
import type { Emit, StageContext } from "../contract/stage.js";
import type { RouteStep } from "./network/wiring.js";

interface Port {
  readonly name: string;
  /** Undefined: it takes what no other took. */
  readonly conditions: Conditions | undefined;
}

/** Where the events of some ports go together. */
interface Output {
  readonly ports: readonly number[];
  /** Something reads it. */
  readonly isWanted: boolean;
  isClosed: boolean;
}

export class Route {
  private readonly context: StageContext;
  private readonly isFirst: boolean;
  /** Numbers of the ports in the order they are tried: the one without a condition last. */
  private readonly tried: readonly number[];
  private readonly ports: readonly Port[];
  /** Several have a condition. */
  private readonly areSeveral: boolean;
  private readonly outputs: readonly Output[];
  /** By port: whether something reads it. */
  private readonly isMarked: readonly boolean[];
  private readonly projector: Projector;

  /** `isWanted`: by output, whether something reads it. Throws usage.bad-expression. */
  constructor({ match, ports, outputs }: RouteStep, isWanted: readonly boolean[], context: StageContext) {
    this.context = context;
    this.isFirst = match === "first";
    const fields = new FieldSet();
    this.ports = ports.map(({ name, when }) => {
      const settings = when === undefined ? undefined : { expressions: [when], timeField: "timestamp" };
      return { name, conditions: settings && new Conditions(settings, fields, context) };
    });
    const numbers = this.ports.map((_, number) => number);
    const hasCondition = (number: number) => this.ports[number]!.conditions !== undefined;
    this.tried = [...numbers.filter(hasCondition), ...numbers.filter((number) => !hasCondition(number))];
    this.areSeveral = this.ports.filter(({ conditions }) => conditions !== undefined).length > 1;
    this.outputs = outputs.map((ports, n) => ({ ports, isWanted: isWanted[n]!, isClosed: false }));
    const read = this.outputs.flatMap(({ ports, isWanted }) => (isWanted ? ports : []));
    this.isMarked = numbers.map((number) => read.includes(number));
    this.projector = new Projector(fields);
  }

  /** Copies what goes to an output once, unless that is all. */
  split(block: Block, emits: readonly Emit[]): boolean {
    const { rows, faults } = this.projector.apply(block.bytes);
    rejectFaults(this.context, block.bytes, faults);
    /** By port; undefined: nothing looks at its marks. */
    const wanted: (Uint8Array | undefined)[] = this.ports.map(() => undefined);
    let left = rows.count;
    /** Rows that a port has taken; undefined: none was asked. */
    let taken: Uint8Array | undefined;
    for (const number of this.tried) {
      const { name, conditions } = this.ports[number]!;
      if (conditions === undefined) {
        if (left > 0) this.context.count(name, left);
        if (this.isMarked[number]) wanted[number] = othersThan(taken, rows.count);
        left = 0;
        break;
      }
      const marks = new Uint8Array(rows.count);
      conditions.decide(rows, marks, this.isFirst ? taken : undefined);
      conditions.countUndecided(true);
      wanted[number] = marks;
      const count = onesIn(marks);
      if (count > 0) this.context.count(name, count);
      if (taken === undefined) {
        // Those behind it add theirs.
        taken = this.areSeveral ? marks.slice() : marks;
        left -= count;
      } else left -= addTo(taken, marks);
    }
    if (left > 0) this.context.count("dropped", left);
    // What goes out goes once every port has been decided on: the bytes of the rows are of one block.
    const ways = this.outputs.flatMap((output, number) => this.wayOf(output, number, rows, wanted));
    for (const { number, bytes } of ways) {
      const output = this.outputs[number]!;
      if (!output.isClosed && !emits[number]!(new Block(bytes))) output.isClosed = true;
    }
    return this.outputs.some(({ isWanted, isClosed }) => isWanted && !isClosed);
  }

  private wayOf(
    { ports, isWanted }: Output,
    number: number,
    rows: Rows,
    wanted: readonly (Uint8Array | undefined)[],
  ): Way[] {
    if (!isWanted) return [];
    const [first, ...others] = ports.map((port) => wanted[port]!);
    const marks = others.length === 0 ? first! : first!.slice();
    for (const other of others) for (let row = 0; row < marks.length; row++) marks[row]! |= other[row]!;
    const { runs, kept } = runsOf(rows, marks);
    return kept === 0 ? [] : [{ number, bytes: bytesOf(rows.bytes, runs) }];
  }
}

interface Way {
  readonly number: number;
  readonly bytes: Buffer;
}

/** Marks what is not marked in `taken`. */
function othersThan(taken: Uint8Array | undefined, count: number): Uint8Array {
  const marks = new Uint8Array(count);
  if (taken === undefined) return marks.fill(1);
  for (let row = 0; row < count; row++) marks[row] = taken[row]! ^ 1;
  return marks;
}

/** Gives the number of marks that were not there before. */
function addTo(taken: Uint8Array, marks: Uint8Array): number {
  let added = 0;
  for (let row = 0; row < marks.length; row++) {
    added += marks[row]! & (taken[row]! ^ 1);
    taken[row]! |= marks[row]!;
  }
  return added;
}

function onesIn(marks: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < marks.length; row++) count += marks[row]!;
  return count;
}
