// Enter here: the language of `--agg`; registry.ts lists the functions.
/** What an aggregate of the language of `--agg` is. */
import type { Accumulator, Handle } from "../accumulators/accumulator.js";
import type { Inputs } from "../definition/inputs.js";
import type { Call, CallPiece } from "./call.js";

/** The stretch of time a row of results is about. */
export interface WindowSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** One field of the results. */
export interface AggregateOutput {
  readonly name: string;
  /** The JSON text of a group's value. `all`: the accumulators of the table of groups. */
  print(all: readonly Accumulator[], group: number, span: WindowSpan): string;
  /** The field with the sketch behind it, which can be merged later; outputs of one sketch share it. */
  readonly sketch?: SketchOutput;
}

/** An output, and what stands in it. */
export interface PlannedOutput extends AggregateOutput {
  readonly kind: "number" | "any" | "list";
}

export interface SketchOutput {
  readonly name: string;
  print(all: readonly Accumulator[], group: number): string;
}

/** Where aggregates ask for what they need. */
export interface AggregatePlan {
  readonly inputs: Inputs;
  /**
   * The accumulator known as `key`, made once for all outputs that ask. It is fed the events for which `condition` is
   * true; without one, those that the `where` of the call asks for.
   */
  use<T extends Accumulator>(key: string, make: () => T, condition?: CallPiece): Handle<T>;
}

/** One aggregate: its documentation and how it is built. A file each in this folder, listed in registry.ts. */
export interface Aggregate {
  /** As it is written: `sum`. */
  readonly name: string;
  /** `sum(FIELD)`. */
  readonly usage: string;
  readonly summary: string;
  /** What stands in the field: a number, or null, where nothing else is written. */
  readonly yields?: "any" | "list";
  /** Throws usage.syntax by `call.fail` when the arguments are not right. */
  create(call: Call, plan: AggregatePlan): AggregateOutput;
}

/** JSON text of a number; null when there is none. */
export function printNumber(value: number | bigint | undefined): string {
  if (value === undefined) return "null";
  return typeof value === "bigint" || Number.isFinite(value) ? String(value) : "null";
}
