/** The functions that bind a name to each element of a list: `items.exists(i, i.price > 3)`. */

import { table } from "../base/table.js";
import { type Compiled, type Evaluate, inWords, type Scope, STEPS_MAX } from "./compiled.js";
import { ExpressionFault } from "./syntax/fault.js";
import { type Syntax, startOf } from "./syntax/syntax.js";
import { type ExpressionValue, isList, isMap } from "./values/value.js";

export interface MacroDeclaration {
  readonly name: string;
  readonly takes: string;
  readonly summary: string;
  readonly examples: readonly { readonly expression: string; readonly result: string | undefined }[];
}

export const MACROS: readonly MacroDeclaration[] = [
  {
    name: "exists",
    takes: "list, name, condition",
    summary: "whether the condition holds for an element",
    examples: [{ expression: '["a", "b"].exists(tag, tag == "b")', result: "true" }],
  },
  {
    name: "all",
    takes: "list, name, condition",
    summary: "whether it holds for every element",
    examples: [{ expression: "[2, 4].all(n, n % 2 == 0)", result: "true" }],
  },
  {
    name: "exists_one",
    takes: "list, name, condition",
    summary: "whether it holds for exactly one",
    examples: [{ expression: "[1, 2, 3].exists_one(n, n > 1)", result: "false" }],
  },
  {
    name: "filter",
    takes: "list, name, condition",
    summary: "the elements for which it holds",
    examples: [{ expression: "[1, 5, 3].filter(n, n > 2)", result: "[5,3]" }],
  },
  {
    name: "map",
    takes: "list, name, value",
    summary: "the value for each element; with a condition before it, for each for which that holds",
    examples: [
      { expression: "[1, 2].map(n, n * 10)", result: "[10,20]" },
      { expression: "[1, 2, 3].map(n, n > 1, n * 10)", result: "[20,30]" },
    ],
  },
];

type Compile = (syntax: Syntax, scope: Scope) => Compiled;
type Value = ExpressionValue | undefined;
/** Runs body number `body` for an element. */
type Run = (body: number, item: ExpressionValue) => Value;
type Fold = (items: readonly ExpressionValue[], run: Run, bodies: number) => Value;

/** Undefined when `call` is no macro. A map's elements are its keys. */
export function compileMacro(
  call: Extract<Syntax, { kind: "call" }>,
  scope: Scope,
  compile: Compile,
): Compiled | undefined {
  const declared = MACROS.find(({ name }) => name === call.name);
  if (declared === undefined || call.target === undefined) return undefined;
  const [variable, ...bodies] = call.args;
  const most = declared.name === "map" ? 2 : 1;
  if (variable?.kind !== "name" || bodies.length < 1 || bodies.length > most) {
    const hint = `write it like ${declared.examples[0]!.expression}`;
    throw new ExpressionFault(call.at, `${call.name} wants ${declared.takes.replace("list, ", "")}`, {
      hint,
    });
  }
  const list = compile(call.target, scope);
  if (list.kind !== "any" && list.kind !== "list" && list.kind !== "map") {
    const reason = `${call.name} goes through a list, and this is ${inWords(list.kind)}`;
    throw new ExpressionFault(startOf(call.target), reason);
  }
  const slot = scope.locals.push(undefined) - 1;
  const inner: Scope = { ...scope, variables: new Map(scope.variables).set(variable.name, slot) };
  const compiled = bodies.map((body) => compile(body, inner).evaluate);
  const kind = call.name === "filter" || call.name === "map" ? "list" : "bool";
  return { kind, evaluate: loop(list.evaluate, compiled, slot, scope, FOLDS[call.name]!) };
}

function loop(list: Evaluate, bodies: readonly Evaluate[], slot: number, scope: Scope, fold: Fold): Evaluate {
  const { locals, budget } = scope;
  return (rows, row) => {
    const value = list(rows, row);
    const items = isList(value) ? value : isMap(value) ? Object.keys(value) : undefined;
    if (items === undefined) return undefined;
    budget.steps += items.length;
    if (budget.steps > STEPS_MAX) return undefined;
    const run: Run = (body, item) => {
      locals[slot] = item;
      return bodies[body]!(rows, row);
    };
    return fold(items, run, bodies.length);
  };
}

/** As with && and ||, an element that decides the answer does so whatever others lack. */
function quantifier(decisive: boolean): Fold {
  return (items, run) => {
    let isKnown = true;
    for (const item of items) {
      const value = run(0, item);
      if (value === decisive) return decisive;
      if (value !== !decisive) isKnown = false;
    }
    return isKnown ? !decisive : undefined;
  };
}

const FOLDS: Readonly<Record<string, Fold>> = table({
  exists: quantifier(true),
  all: quantifier(false),
  exists_one: (items, run) => {
    let held = 0;
    for (const item of items) {
      const value = run(0, item);
      if (typeof value !== "boolean") return undefined;
      if (value) held++;
    }
    return held === 1;
  },
  filter: (items, run) => {
    const kept: ExpressionValue[] = [];
    for (const item of items) {
      const value = run(0, item);
      if (typeof value !== "boolean") return undefined;
      if (value) kept.push(item);
    }
    return kept;
  },
  map: (items, run, bodies) => {
    const made: ExpressionValue[] = [];
    for (const item of items) {
      const isWanted = bodies === 1 ? true : run(0, item);
      if (typeof isWanted !== "boolean") return undefined;
      if (!isWanted) continue;
      const value = run(bodies - 1, item);
      if (value === undefined) return undefined;
      made.push(value);
    }
    return made;
  },
});
