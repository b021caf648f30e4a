/** Parts of an expression, ready to run. */
import type { FieldSet, Rows } from "../event/rows/rows.js";
import type { ExpressionValue } from "./values/value.js";

/** What is known of a value before any event is seen; "any": nothing. */
export type ValueKind = "any" | "bool" | "number" | "string" | "null" | "time" | "duration" | "list" | "map";

/** The value for an event; undefined when it has none. */
export type Evaluate = (rows: Rows, row: number) => ExpressionValue | undefined;

export interface Compiled {
  readonly kind: ValueKind;
  readonly evaluate: Evaluate;
  /** Set when it is the same for all events. */
  readonly constant?: { readonly value: ExpressionValue };
  /** Set when it is just a field: its number, and its path. */
  readonly field?: { readonly number: number; readonly path: string };
  /** Set when it is the time in a field. */
  readonly timeField?: number;
}

/** What the parts of one expression share. */
export interface Scope {
  readonly fields: FieldSet;
  /** Numbers of the fields that this expression reads, by path. */
  readonly used: Map<string, number>;
  /** The places in `locals` of the names that macros have bound. */
  readonly variables: Map<string, number>;
  readonly locals: (ExpressionValue | undefined)[];
  /** Steps that macros have made for the event in hand: bounded, since lists in lists multiply. */
  readonly budget: { steps: number };
  readonly nowMs: (() => number) | undefined;
  /** The fields that there are, where that is known; undefined: any may come. */
  readonly columns?: ReadonlyMap<string, ValueKind> | undefined;
}

export const STEPS_MAX = 1_000_000;

export function constantOf(value: ExpressionValue, kind: ValueKind): Compiled {
  return { kind, evaluate: () => value, constant: { value } };
}

const ARTICLES: Readonly<Record<ValueKind, string>> = {
  any: "a value",
  bool: "true or false",
  number: "a number",
  string: "a string",
  null: "null",
  time: "a time",
  duration: "a duration",
  list: "a list",
  map: "a map",
};

/** "a number". */
export function inWords(kind: ValueKind): string {
  return ARTICLES[kind];
}
