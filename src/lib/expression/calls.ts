/** Calls of functions: which one, with how many and what kinds of arguments. */
import { suggest } from "../base/suggest.js";
import { table } from "../base/table.js";
import { type Compiled, type Evaluate, inWords, type Scope, type ValueKind } from "./compiled.js";
import type { FunctionDeclaration } from "./functions/function.js";
import { FUNCTIONS } from "./functions/index.js";
import { MACROS } from "./macros.js";
import { folded } from "./operators.js";
import { ExpressionFault } from "./syntax/fault.js";
import type { Syntax } from "./syntax/syntax.js";
import { TimeValue, timeOfText } from "./values/time-value.js";
import { type ExpressionValue, kindOf } from "./values/value.js";

/** Names that other dialects of CEL, SQL and JavaScript have. */
const OTHER_NAMES: Readonly<Record<string, string>> = table({
  len: "size",
  length: "size",
  count: "size",
  toLowerCase: "lower",
  tolower: "lower",
  lowercase: "lower",
  lcase: "lower",
  toUpperCase: "upper",
  toupper: "upper",
  uppercase: "upper",
  includes: "contains",
  like: "matches",
  regex: "matches",
  match: "matches",
  test: "matches",
  starts_with: "startsWith",
  ends_with: "endsWith",
  substr: "substring",
  any: "exists",
  some: "exists",
  every: "all",
  exist: "has",
  defined: "has",
  ifnull: "coalesce",
  default: "coalesce",
  orValue: "coalesce",
  float: "double",
  number: "double",
  str: "string",
  level_rank: "severity",
  time: "timestamp",
  date: "timestamp",
  typeof: "type",
  cidr: "inCidr",
  ip_in: "inCidr",
});

export function compileCall(
  call: Extract<Syntax, { kind: "call" }>,
  args: readonly Compiled[],
  places: readonly number[],
  scope: Scope,
): Compiled {
  const declared = FUNCTIONS.get(call.name);
  if (declared === undefined) throw unknownFunction(call);
  checkCount(declared, args.length, call.at);
  args.forEach((arg, n) => {
    const wanted = parameterOf(declared, n);
    if (!wanted.some((kind) => fits(arg.kind, kind))) {
      const expected = wanted.map(inWords).join(" or ");
      throw new ExpressionFault(
        places[n]!,
        `${call.name} wants ${expected} here, and this is ${inWords(arg.kind)}`,
      );
    }
  });
  const special = declared.compile?.(args, scope, (n) => places[n] ?? call.at);
  if (special !== undefined) return folded(special, args);
  const part: Compiled = { kind: declared.returns, evaluate: caller(declared, args, scope) };
  return args.length === 0 ? part : folded(part, args);
}

function unknownFunction(call: { readonly name: string; readonly at: number }): ExpressionFault {
  const names = [...FUNCTIONS.keys(), ...MACROS.map(({ name }) => name)];
  const other = Object.hasOwn(OTHER_NAMES, call.name) ? OTHER_NAMES[call.name] : undefined;
  const isMacro = MACROS.some(({ name }) => name === call.name);
  if (isMacro) {
    const example = MACROS.find(({ name }) => name === call.name)!.examples[0]!.expression;
    return new ExpressionFault(call.at, `${call.name} stands behind a list and a dot`, {
      hint: `write it like ${example}`,
    });
  }
  return new ExpressionFault(call.at, `there is no function "${call.name.slice(0, 60)}"`, {
    suggestion: other ?? suggest(call.name, names),
    hint: "docs/expressions.md lists them all",
  });
}

function checkCount(declared: FunctionDeclaration, given: number, at: number): void {
  const least = declared.required ?? declared.parameters.length;
  const most = declared.isOpen === true ? Number.POSITIVE_INFINITY : declared.parameters.length;
  if (given >= least && given <= most) return;
  const reason = `${declared.name} takes (${declared.takes})`;
  throw new ExpressionFault(at, `${reason}, and ${given === 0 ? "nothing is" : `${given} are`} given`, {
    hint: declared.examples[0] === undefined ? "" : `write it like ${declared.examples[0].expression}`,
  });
}

function parameterOf(declared: FunctionDeclaration, n: number): readonly ValueKind[] {
  return declared.parameters[Math.min(n, declared.parameters.length - 1)]!;
}

function fits(actual: ValueKind, wanted: ValueKind): boolean {
  return (
    actual === "any" || wanted === "any" || actual === wanted || (wanted === "time" && actual === "string")
  );
}

function caller(declared: FunctionDeclaration, args: readonly Compiled[], scope: Scope): Evaluate {
  const { call } = declared;
  const evaluates = args.map(({ evaluate }) => evaluate);
  const checks = args.map((_, n) => checkFor(parameterOf(declared, n)));
  return (rows, row) => {
    const values: ExpressionValue[] = [];
    for (let n = 0; n < evaluates.length; n++) {
      const value = evaluates[n]!(rows, row);
      const checked = value === undefined ? undefined : checks[n]!(value);
      if (checked === undefined) return undefined;
      values.push(checked);
    }
    return call(values, scope);
  };
}

/** The argument, turned into a time where one is wanted; undefined when it is of the wrong kind. */
function checkFor(wanted: readonly ValueKind[]): (value: ExpressionValue) => ExpressionValue | undefined {
  if (wanted.includes("any")) return (value) => value;
  const readsTimes = wanted.includes("time") && !wanted.includes("string");
  return (value) => {
    if (readsTimes && typeof value === "string") return timeOfText(value);
    if (value instanceof TimeValue) return wanted.includes("time") ? value : undefined;
    return (wanted as readonly string[]).includes(kindOf(value)) ? value : undefined;
  };
}
