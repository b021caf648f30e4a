/** One piece of a pipeline: a declaration with what was given to it. */
import { failure } from "../lib/base/errors/index.js";
import { allOptions } from "../lib/options/common.js";
import type { Options, ValuesOf } from "../lib/options/options.js";
import type { Step } from "../lib/pipeline/contract/pipeline.js";
import type {
  AnyDeclaration,
  Given,
  SinkDeclaration,
  SourceDeclaration,
  StageContext,
  StageDeclaration,
} from "../lib/pipeline/contract/stage.js";
import type { PipelinePart } from "../lib/pipeline/read/build.js";
import { type Elsewhere, readArguments, reading, shownValue } from "./arguments.js";

/** One piece of a pipeline. Made by the function of a command (`parse()`), by `files`, `lines` or `use`. */
export type Piece = Step<PipelinePart>;

/** The piece of a command, with operands and options as the command line has them. */
export function pieceOf(declaration: AnyDeclaration, given: readonly unknown[]): Piece {
  const read = readArguments(declaration, given, elsewhereOf(declaration));
  if (declaration.kind === "stage") checkGiven(declaration, read as Given<never>);
  return { declaration, given: read } as Piece;
}

/** Throws what could only be known by a run, were it not asked for: expressions, levels, formats. */
export function checkGiven(declaration: StageDeclaration, given: Given<never>): void {
  if (declaration.check !== undefined) declaration.check(given, NO_RUN);
  else if (declaration.open === undefined && !ofPrograms.has(declaration))
    declaration.create(given, NO_RUN, undefined);
}

const NO_RUN: StageContext = { nowMs: Date.now, reject: () => {}, count: () => {} };

/** Options that every pipeline has on the command line belong to `run`, `events` or `stream` here. */
function elsewhereOf(declaration: AnyDeclaration): Elsewhere {
  const names = Object.keys(allOptions(declaration)).filter((name) => !(name in declaration.options));
  return Object.fromEntries(
    names.map((name) => [name, `it belongs to the run: pipeline(...).run({ ${name}: ... })`]),
  );
}

/** Any declaration, one of your own too, with operands and options. */
export function use<O extends Options>(
  declaration: SourceDeclaration<O> | StageDeclaration<O> | SinkDeclaration<O>,
  operands: readonly string[] = [],
  options: Partial<ValuesOf<O>> = {},
): Piece {
  if (typeof declaration === "object" && declaration !== null) ofPrograms.add(declaration);
  const kind = reading("use", declaration, () => (declaration as { kind?: unknown } | undefined)?.kind);
  if (kind !== "source" && kind !== "stage" && kind !== "sink")
    throw failure("usage.bad-argument", {
      call: "use()",
      value: shownValue(declaration),
      reason: "it is no declaration of a source, a stage or a sink",
      hint: "make one by stage({...}); the commands have functions of their own, such as parse()",
    });
  return pieceOf(declaration, [operands, options]);
}

const ofPrograms = new WeakSet<object>();

/** Whether a program has put the declaration in by `use`: it may write what is no event. */
export function isOfProgram(declaration: object): boolean {
  return ofPrograms.has(declaration);
}

export function isPiece(value: unknown): value is Piece {
  return typeof value === "object" && value !== null && "declaration" in value && "given" in value;
}
