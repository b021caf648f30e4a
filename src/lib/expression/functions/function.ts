/** A function of the language: what compiles it, what documents it, and examples that are tests. */
import type { Compiled, Scope, ValueKind } from "../compiled.js";
import type { ExpressionValue } from "../values/value.js";

export type Args = readonly ExpressionValue[];

export interface FunctionExample {
  readonly expression: string;
  /** JSON text of the result; undefined: it has no value. */
  readonly result: string | undefined;
}

/** `f(x, y)` and `x.f(y)` are the same. */
export interface FunctionDeclaration {
  readonly name: string;
  /** The names of what it takes, as documentation shows them: `text, part`. */
  readonly takes: string;
  /** What each argument may be. A time may also be given as a string. */
  readonly parameters: readonly (readonly ValueKind[])[];
  /** How many of the parameters must be given; absent: all. */
  readonly required?: number;
  /** Whether the last parameter may be given again. */
  readonly isOpen?: boolean;
  readonly returns: ValueKind;
  readonly summary: string;
  readonly examples: readonly FunctionExample[];
  /** The value for arguments of the declared kinds; undefined: there is none. */
  readonly call: (args: Args, scope: Scope) => ExpressionValue | undefined;
  /** Makes something better than calls where it can. Throws ExpressionFault at `at(n)`, the place of an argument. */
  readonly compile?: (
    args: readonly Compiled[],
    scope: Scope,
    at: (n: number) => number,
  ) => Compiled | undefined;
}

export const ANY_KIND: readonly ValueKind[] = ["any"];
export const STRING: readonly ValueKind[] = ["string"];
export const NUMBER: readonly ValueKind[] = ["number"];
export const LIST: readonly ValueKind[] = ["list"];
export const TIME: readonly ValueKind[] = ["time"];
