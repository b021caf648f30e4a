/** Functions of numbers, and conversions. */
import { finite } from "../values/arithmetic.js";
import { compareValues } from "../values/compare.js";
import { DurationValue, TimeValue } from "../values/time-value.js";
import { type ExpressionValue, isList, isMap, numberOfText, settled, toJsonText } from "../values/value.js";
import { ANY_KIND, type FunctionDeclaration, NUMBER } from "./function.js";

function rounding(
  name: string,
  summary: string,
  example: FunctionDeclaration["examples"],
  round: (number: number) => number,
): FunctionDeclaration {
  return {
    name,
    takes: "number",
    parameters: [NUMBER],
    returns: "number",
    summary,
    examples: example,
    call: ([number]) => (typeof number === "bigint" ? number : round(number as number) + 0),
  };
}

function extreme(name: string, summary: string, sign: number, result: string): FunctionDeclaration {
  return {
    name,
    takes: "number, ...",
    parameters: [NUMBER, NUMBER],
    required: 1,
    isOpen: true,
    returns: "number",
    summary,
    examples: [{ expression: `${name}(3, 1.5, 2)`, result }],
    call: (args) => args.reduce((best, next) => (compareValues(next, best)! * sign > 0 ? next : best)),
  };
}

export const numberFunctions: readonly FunctionDeclaration[] = [
  {
    name: "int",
    takes: "value",
    parameters: [["number", "string", "bool", "time", "duration"]],
    returns: "number",
    summary:
      "a whole number: of text that is one, of a number without its fraction, of true 1, of a time its seconds since 1970, of a duration its seconds",
    examples: [
      { expression: 'int("42") + 1', result: "43" },
      { expression: "int(-7.9)", result: "-7" },
      { expression: 'int("4.2")', result: undefined },
    ],
    call: ([value]) => toInt(value!),
  },
  {
    name: "double",
    takes: "value",
    parameters: [["number", "string"]],
    returns: "number",
    summary: "a number, of text that is one",
    examples: [
      { expression: 'double("1.5e3")', result: "1500" },
      { expression: 'double("fast")', result: undefined },
    ],
    call: ([value]) => {
      if (typeof value !== "string") return Number(value);
      return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)
        ? finite(Number(value))
        : undefined;
    },
  },
  {
    name: "string",
    takes: "value",
    parameters: [ANY_KIND],
    returns: "string",
    summary: "the text of a value; of a list, a map or null its JSON",
    examples: [
      { expression: "string(9007199254740993)", result: '"9007199254740993"' },
      { expression: "string(1 == 1)", result: '"true"' },
      { expression: "string([1, null])", result: '"[1,null]"' },
    ],
    call: ([value]) => (isList(value) || isMap(value) ? toJsonText(value) : String(value)),
  },
  {
    name: "bool",
    takes: "value",
    parameters: [["bool", "string"]],
    returns: "bool",
    summary: "true of `true`, `t`, `1`, false of `false`, `f`, `0` (also `True` and `TRUE`)",
    examples: [{ expression: 'bool("true")', result: "true" }],
    call: ([value]) => (typeof value === "boolean" ? value : BOOLS.get(value as string)),
  },
  {
    name: "abs",
    takes: "number",
    parameters: [NUMBER],
    returns: "number",
    summary: "the number without its sign",
    examples: [{ expression: "abs(-3)", result: "3" }],
    call: ([number]) => (Number(number) < 0 ? settledMinus(number as number | bigint) : number),
  },
  rounding("ceil", "the next whole number above", [{ expression: "ceil(1.2)", result: "2" }], (number) =>
    Math.ceil(number),
  ),
  rounding("floor", "the next whole number below", [{ expression: "floor(-1.2)", result: "-2" }], (number) =>
    Math.floor(number),
  ),
  rounding(
    "round",
    "the nearest whole number, halves away from 0",
    [
      { expression: "round(2.5)", result: "3" },
      { expression: "round(-2.5)", result: "-3" },
    ],
    (number) => (number < 0 ? -roundUp(-number) : roundUp(number)),
  ),
  extreme("min", "the smallest", -1, "1.5"),
  extreme("max", "the largest", 1, "3"),
];

/** Halves up; not `Math.round`, which adds a half and so bends 0.49999999999999994. */
function roundUp(number: number): number {
  const whole = Math.floor(number);
  return number - whole >= 0.5 ? whole + 1 : whole;
}

function settledMinus(number: number | bigint): number | bigint {
  return typeof number === "bigint" ? settled(-number) : -number;
}

function toInt(value: ExpressionValue): ExpressionValue | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? Math.trunc(value) + 0 : undefined;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof TimeValue) return Math.floor(value.ms / 1000);
  if (value instanceof DurationValue) return Math.trunc((value.ms + value.ns / 1e6) / 1000) + 0;
  if (typeof value !== "string") return value;
  return /^[+-]?[0-9]{1,38}$/.test(value) ? numberOfText(value.replace(/^\+/, "")) : undefined;
}

const BOOLS: ReadonlyMap<string, boolean> = new Map([
  ...["true", "True", "TRUE", "t", "1"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE", "f", "0"].map((text) => [text, false] as const),
]);
