/** Comparisons, membership, logic and choices over compiled parts. */

import { type Compiled, constantOf, type Evaluate, inWords, type ValueKind } from "./compiled.js";
import { comparesNumber, comparesTime, equalsText, isOneOf } from "./fields.js";
import { comparesSeverity, equalsLevel } from "./severity.js";
import { ExpressionFault } from "./syntax/fault.js";
import type { Arithmetic, Comparison } from "./syntax/syntax.js";
import { calculate } from "./values/arithmetic.js";
import { compareValues, equalValues } from "./values/compare.js";
import { DurationValue, TimeValue } from "./values/time-value.js";
import { type ExpressionValue, isList, isMap } from "./values/value.js";

const FLIPPED: Readonly<Record<Comparison, Comparison>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

const ORDERS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

export function comparison(operator: Comparison, left: Compiled, right: Compiled, at: number): Compiled {
  const isEquality = operator === "==" || operator === "!=";
  checkComparable(operator, left.kind, right.kind, at);
  const isLevel = left.field?.path === "level" || right.field?.path === "level";
  if (isLevel && !isEquality && left.kind !== "number" && right.kind !== "number")
    return comparesSeverity(operator, left, right, at);
  const fast = fieldComparison(operator, left, right) ?? fieldComparison(FLIPPED[operator], right, left);
  const evaluate =
    fast ?? (isEquality ? equality(left, right, operator === "==") : order(operator, left, right));
  return folded({ kind: "bool", evaluate }, [left, right]);
}

/** Ways of comparing a field with a constant that need no value of the field. */
function fieldComparison(operator: Comparison, left: Compiled, right: Compiled): Evaluate | undefined {
  const wanted = right.constant?.value;
  if (wanted instanceof TimeValue) {
    const field = left.timeField ?? (operator === "==" || operator === "!=" ? undefined : left.field?.number);
    return field === undefined ? undefined : comparesTime(field, operator, wanted);
  }
  if (left.field === undefined) return undefined;
  const { number } = left.field;
  if (typeof wanted === "number") return comparesNumber(left.field, operator, wanted);
  if (typeof wanted !== "string" || (operator !== "==" && operator !== "!=")) return undefined;
  const ofLevel = left.field.path === "level" ? equalsLevel(number, wanted, operator === "==") : undefined;
  return ofLevel ?? equalsText(number, wanted, operator === "==");
}

function equality({ evaluate: left }: Compiled, { evaluate: right }: Compiled, wanted: boolean): Evaluate {
  return (rows, row) => {
    const a = left(rows, row);
    if (a === undefined) return undefined;
    const b = right(rows, row);
    if (b === undefined) return undefined;
    const isEqual = equalValues(a, b);
    return isEqual === undefined ? undefined : isEqual === wanted;
  };
}

function order(operator: Comparison, { evaluate: left }: Compiled, { evaluate: right }: Compiled): Evaluate {
  const holds = ORDERS[operator];
  return (rows, row) => {
    const a = left(rows, row);
    if (a === undefined) return undefined;
    const b = right(rows, row);
    if (b === undefined) return undefined;
    const found = compareValues(a, b);
    return found === undefined ? undefined : holds(found);
  };
}

const ORDERED: readonly ValueKind[] = ["any", "number", "string", "bool", "time", "duration"];

function checkComparable(operator: Comparison, left: ValueKind, right: ValueKind, at: number): void {
  const kinds: readonly ValueKind[] = [left, right];
  const isEquality = operator === "==" || operator === "!=";
  for (const kind of isEquality ? [] : kinds) {
    if (!ORDERED.includes(kind)) throw new ExpressionFault(at, `${operator} cannot compare ${inWords(kind)}`);
  }
  if (left === right || kinds.includes("any")) return;
  if (isEquality && kinds.includes("null")) return;
  if (kinds.includes("time") && kinds.includes("string")) return;
  throw new ExpressionFault(at, `${operator} compares ${inWords(left)} with ${inWords(right)}`, {
    hint: hintFor(kinds),
  });
}

function hintFor(kinds: readonly ValueKind[]): string {
  if (kinds.includes("string") && kinds.includes("number"))
    return 'make both the same: int("7"), double("0.5") or string(7)';
  return "compare values of one kind";
}

export function membership(item: Compiled, holder: Compiled, at: number): Compiled {
  if (holder.kind !== "any" && holder.kind !== "list" && holder.kind !== "map") {
    const hint =
      holder.kind === "string" ? "to look for text in text: text.contains(part)" : "write it like [1, 2]";
    throw new ExpressionFault(at, `in looks into a list or a map, and this is ${inWords(holder.kind)}`, {
      hint,
    });
  }
  const texts = textsOf(holder.constant?.value);
  if (item.field !== undefined && texts !== undefined)
    return { kind: "bool", evaluate: isAmong(item.field, texts) };
  const evaluate: Evaluate = (rows, row) => {
    const value = item.evaluate(rows, row);
    const among = holder.evaluate(rows, row);
    return value === undefined || among === undefined ? undefined : isIn(value, among);
  };
  return folded({ kind: "bool", evaluate }, [item, holder]);
}

function isAmong(
  { number, path }: { readonly number: number; readonly path: string },
  texts: ReadonlySet<string>,
): Evaluate {
  const evaluate = isOneOf(number, texts);
  const ofLevel = path === "level" ? [...texts].flatMap((text) => equalsLevel(number, text, true) ?? []) : [];
  if (ofLevel.length === 0) return evaluate;
  return (rows, row) => {
    const answer = evaluate(rows, row);
    return answer === false ? ofLevel.some((isLevel) => isLevel(rows, row) === true) : answer;
  };
}

function textsOf(list: ExpressionValue | undefined): ReadonlySet<string> | undefined {
  if (!isList(list) || !list.every((item) => typeof item === "string")) return undefined;
  return new Set(list as readonly string[]);
}

function isIn(value: ExpressionValue, among: ExpressionValue): boolean | undefined {
  if (isList(among)) return among.some((item) => equalValues(value, item) === true);
  return isMap(among) && typeof value === "string" ? Object.hasOwn(among, value) : undefined;
}

/** CEL's logic: an answer that one side gives alone stands, whatever the other side lacks. */
export function logic(operator: "&&" | "||", parts: readonly Compiled[], at: readonly number[]): Compiled {
  parts.forEach(({ kind }, n) => {
    if (kind !== "bool" && kind !== "any")
      throw new ExpressionFault(at[n]!, `${operator} joins conditions, and this is ${inWords(kind)}`);
  });
  const decisive = operator === "||";
  const [first, second] = parts.map(({ evaluate }) => evaluate) as [Evaluate, Evaluate];
  const evaluate: Evaluate = parts.length === 2 ? pair(first, second, decisive) : chain(parts, decisive);
  return folded({ kind: "bool", evaluate }, parts);
}

function pair(first: Evaluate, second: Evaluate, decisive: boolean): Evaluate {
  return (rows, row) => {
    const a = first(rows, row);
    if (a === decisive) return decisive;
    const b = second(rows, row);
    if (b === decisive) return decisive;
    return a === !decisive && b === !decisive ? !decisive : undefined;
  };
}

function chain(parts: readonly Compiled[], decisive: boolean): Evaluate {
  const all = parts.map(({ evaluate }) => evaluate);
  return (rows, row) => {
    let isKnown = true;
    for (const evaluate of all) {
      const value = evaluate(rows, row);
      if (value === decisive) return decisive;
      if (value !== !decisive) isKnown = false;
    }
    return isKnown ? !decisive : undefined;
  };
}

const CALCULATED: Readonly<Record<Arithmetic, readonly ValueKind[]>> = {
  "+": ["any", "number", "string", "list", "time", "duration"],
  "-": ["any", "number", "string", "time", "duration"],
  "*": ["any", "number"],
  "/": ["any", "number"],
  "%": ["any", "number"],
};

export function arithmetic(operator: Arithmetic, left: Compiled, right: Compiled, at: number): Compiled {
  const kind = calculatedKind(operator, left.kind, right.kind);
  if (kind === undefined) {
    const words = `${operator} cannot join ${inWords(left.kind)} and ${inWords(right.kind)}`;
    const kinds = [left.kind, right.kind];
    const hint = kinds.includes("string") && kinds.includes("number") ? { hint: hintFor(kinds) } : {};
    throw new ExpressionFault(at, words, hint);
  }
  const [first, second] = [left.evaluate, right.evaluate];
  const evaluate: Evaluate = (rows, row) => {
    const a = first(rows, row);
    if (a === undefined) return undefined;
    const b = second(rows, row);
    return b === undefined ? undefined : calculate(operator, a, b);
  };
  return folded({ kind, evaluate }, [left, right]);
}

/** Undefined: the two cannot be joined. */
function calculatedKind(operator: Arithmetic, left: ValueKind, right: ValueKind): ValueKind | undefined {
  const fits = CALCULATED[operator];
  if (!fits.includes(left) || !fits.includes(right)) return undefined;
  if (operator !== "+" && operator !== "-") return "number";
  if (left === "any" || right === "any") {
    return left === "number" || right === "number" ? "number" : "any";
  }
  const isTime = (kind: ValueKind) => kind === "time" || kind === "string";
  if (operator === "-" && isTime(left) && isTime(right))
    return left === right && left === "string" ? undefined : "duration";
  if (isTime(left) && right === "duration") return "time";
  if (operator === "+" && left === "duration" && isTime(right)) return "time";
  return left === right ? left : undefined;
}

export function conditional(condition: Compiled, yes: Compiled, no: Compiled, at: number): Compiled {
  if (condition.kind !== "bool" && condition.kind !== "any")
    throw new ExpressionFault(at, `before the ? stands a condition, and this is ${inWords(condition.kind)}`);
  const evaluate: Evaluate = (rows, row) => {
    const value = condition.evaluate(rows, row);
    if (value === true) return yes.evaluate(rows, row);
    return value === false ? no.evaluate(rows, row) : undefined;
  };
  return { kind: yes.kind === no.kind ? yes.kind : "any", evaluate };
}

export function negation(operator: "!" | "-", operand: Compiled, at: number): Compiled {
  const wanted: ValueKind = operator === "!" ? "bool" : "number";
  const isSpan = operator === "-" && operand.kind === "duration";
  if (operand.kind !== wanted && operand.kind !== "any" && !isSpan)
    throw new ExpressionFault(
      at,
      `${operator} wants ${inWords(wanted)}, and this is ${inWords(operand.kind)}`,
    );
  const { evaluate } = operand;
  const minus: Evaluate = (rows, row) => {
    const value = evaluate(rows, row);
    return value === undefined ? undefined : negative(value);
  };
  const not: Evaluate = (rows, row) => {
    const value = evaluate(rows, row);
    return typeof value === "boolean" ? !value : undefined;
  };
  return folded({ kind: isSpan ? "duration" : wanted, evaluate: operator === "!" ? not : minus }, [operand]);
}

function negative(value: ExpressionValue): ExpressionValue | undefined {
  return calculate("*", value, -1) ?? calculate("-", ZERO_SPAN, value);
}

const ZERO_SPAN = new DurationValue(0, 0);

/** A part whose operands are all constants is one itself, unless it has no value. */
export function folded(part: Compiled, operands: readonly Compiled[]): Compiled {
  if (operands.some(({ constant }) => constant === undefined)) return part;
  const value = part.evaluate(undefined as never, 0);
  return value === undefined ? part : constantOf(value, part.kind);
}
