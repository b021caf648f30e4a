/** A function of the language: what compiles it, what documents it, and examples that are tests. */
import type { Compiled, Kind, Scope } from "../compiled.js";
import type { ExpressionValue } from "../value.js";

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
  readonly parameters: readonly (readonly Kind[])[];
  /** How many of the parameters must be given; absent: all. */
  readonly required?: number;
  /** Whether the last parameter may be given again. */
  readonly isOpen?: boolean;
  readonly returns: Kind;
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

export const ANY: readonly Kind[] = ["any"];
export const STRING: readonly Kind[] = ["string"];
export const NUMBER: readonly Kind[] = ["number"];
export const LIST: readonly Kind[] = ["list"];
export const TIME: readonly Kind[] = ["time"];
