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
  isClosed: boolean;
}

export class Route {
  private readonly context: StageContext;
  private readonly isFirst: boolean;
  /** In the order they are tried: the one without a condition last. */
  private readonly tried: readonly { readonly port: Port; readonly number: number }[];
  private readonly ports: readonly Port[];
  private readonly projector: Projector;

  /** Throws usage.bad-expression. */
  constructor({ match, ports }: RouteStep, context: StageContext) {
    this.context = context;
    this.isFirst = match === "first";
    const fields = new FieldSet();
    this.ports = ports.map(({ name, when }) => {
      const settings = when === undefined ? undefined : { expressions: [when], timeField: "timestamp" };
      return { name, conditions: settings && new Conditions(settings, fields, context), isClosed: false };
    });
    const numbered = this.ports.map((port, number) => ({ port, number }));
    this.tried = [
      ...numbered.filter(({ port }) => port.conditions !== undefined),
      ...numbered.filter(({ port }) => port.conditions === undefined),
    ];
    this.projector = new Projector(fields);
  }

  /** Copies what goes to a port once, unless that is all. */
  split(block: Block, emits: readonly Emit[]): boolean {
    const { rows, faults } = this.projector.apply(block.bytes);
    rejectFaults(this.context, block.bytes, faults);
    // What goes out goes once every port has been decided on: the bytes of the rows are of one block.
    const ways = this.decided(rows);
    for (const { number, bytes } of ways) {
      const port = this.ports[number]!;
      if (!port.isClosed && !emits[number]!(new Block(bytes))) port.isClosed = true;
    }
    return this.ports.some(({ isClosed }) => !isClosed);
  }

  private decided(rows: Rows): Way[] {
    const ways: Way[] = [];
    /** Rows that a port has taken; undefined: none was asked. */
    let taken: Uint8Array | undefined;
    for (const { port, number } of this.tried) {
      const isRest = port.conditions === undefined;
      const wanted = new Uint8Array(rows.count);
      const others = this.isFirst || isRest ? taken : undefined;
      if (port.conditions === undefined) takeRest(wanted, taken);
      else {
        port.conditions.decide(rows, wanted, others);
        port.conditions.countUndecided(true);
      }
      this.give(number, rows, wanted, ways);
      if (taken === undefined) taken = wanted;
      else for (let row = 0; row < wanted.length; row++) taken[row]! |= wanted[row]!;
    }
    let left = 0;
    for (let row = 0; row < rows.count; row++) if (taken?.[row] !== 1) left++;
    if (left > 0) this.context.count("dropped", left);
    return ways;
  }

  private give(number: number, rows: Rows, wanted: Uint8Array, ways: Way[]): void {
    const { runs, kept } = runsOf(rows, wanted);
    if (kept === 0) return;
    this.context.count(this.ports[number]!.name, kept);
    ways.push({ number, bytes: bytesOf(rows.bytes, runs) });
  }
}

function takeRest(wanted: Uint8Array, taken: Uint8Array | undefined): void {
  if (taken === undefined) wanted.fill(1);
  else for (let row = 0; row < wanted.length; row++) wanted[row] = taken[row]! ^ 1;
}

interface Way {
  readonly number: number;
  readonly bytes: Buffer;
}
