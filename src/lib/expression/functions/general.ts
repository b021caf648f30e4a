/** Functions of values of any kind. */
import {
  type Level,
  levelOfNumber,
  levelOfOtelNumber,
  levelOfWord,
  OTEL_NUMBER_FIELD,
} from "../../event/level-words.js";
import type { Compiled } from "../compiled.js";
import { hasField } from "../fields.js";
import { ExpressionFault } from "../syntax/fault.js";
import { type ExpressionMap, type ExpressionValue, isList, kindOf } from "../values/value.js";
import { ANY_KIND, type FunctionDeclaration } from "./function.js";
import { charactersOf } from "./text.js";

/** From 1 to 6, so that they compare. */
export const SEVERITIES: Readonly<Record<Level, number>> = {
  trace: 1,
  debug: 2,
  info: 3,
  warn: 4,
  error: 5,
  fatal: 6,
};

/** Undefined for a word, or the text of a number, that is no level. */
export function severityOf(word: string): number | undefined {
  const level = levelOfWord(word) ?? levelOfNumber(word);
  return level === undefined ? undefined : SEVERITIES[level];
}

export const generalFunctions: readonly FunctionDeclaration[] = [
  {
    name: "has",
    takes: "field",
    parameters: [ANY_KIND],
    returns: "bool",
    summary: "whether there is such a field, null or not",
    examples: [{ expression: 'has({"a": null}.a)', result: "true" }],
    call: () => true,
    compile: ([field], _scope, at) => compileHas(field!, at(0)),
  },
  {
    name: "coalesce",
    takes: "value, ...",
    parameters: [ANY_KIND, ANY_KIND],
    required: 1,
    isOpen: true,
    returns: "any",
    summary: "the first that has a value other than null",
    examples: [
      { expression: 'coalesce(int("x"), null, 0)', result: "0" },
      { expression: 'coalesce(int("x"))', result: undefined },
    ],
    call: () => undefined,
    compile: (args) => {
      const kinds = new Set(args.map(({ kind }) => kind));
      const first = (rows: Parameters<Compiled["evaluate"]>[0], row: number) => {
        for (const { evaluate } of args) {
          const value = evaluate(rows, row);
          if (value !== undefined && value !== null) return value;
        }
        return undefined;
      };
      return { kind: kinds.size === 1 ? args[0]!.kind : "any", evaluate: first };
    },
  },
  {
    name: "size",
    takes: "value",
    parameters: [["string", "list", "map"]],
    returns: "number",
    summary: "how many characters, elements or keys",
    examples: [
      { expression: 'size("né")', result: "2" },
      { expression: "[1, 2, 3].size()", result: "3" },
    ],
    call: ([value]) => {
      if (typeof value === "string") return charactersOf(value).length;
      return isList(value) ? value.length : Object.keys(value as ExpressionMap).length;
    },
  },
  {
    name: "type",
    takes: "value",
    parameters: [ANY_KIND],
    returns: "string",
    summary: "the name of its kind: null, bool, number, string, list, map, time, duration",
    examples: [{ expression: "type([1])", result: '"list"' }],
    call: ([value]) => kindOf(value as ExpressionValue),
  },
  {
    name: "dyn",
    takes: "value",
    parameters: [ANY_KIND],
    returns: "any",
    summary: "the value itself; what is compared with it is not checked beforehand",
    examples: [{ expression: 'dyn(1) == "1"', result: "false" }],
    call: ([value]) => value,
  },
  {
    name: "severity",
    takes: "level",
    parameters: [["string", "number"]],
    returns: "number",
    summary:
      "the rank of a level, however it is written: trace 1, debug 2, info 3, warn 4, error 5, fatal 6; for fields other than `level`. Numbers are those of pino, syslog or Monolog, and OpenTelemetry's in a field `severity_number`",
    examples: [
      { expression: 'severity("WARNING") < severity("err")', result: "true" },
      { expression: "severity(40)", result: "4" },
      { expression: 'severity("loud")', result: undefined },
    ],
    call: ([level]) => severityOf(String(level)),
    compile: ([level]) => {
      const { field, evaluate } = level!;
      if (field === undefined || !OTEL_NUMBER_FIELD.test(field.path)) return undefined;
      return {
        kind: "number",
        evaluate: (rows, row) => {
          const found = levelOfOtelNumber(String(evaluate(rows, row)));
          return found === undefined ? undefined : SEVERITIES[found];
        },
      };
    },
  },
];

function compileHas(field: Compiled, at: number): Compiled {
  const { evaluate } = field;
  if (field.field !== undefined) {
    const { number } = field.field;
    return { kind: "bool", evaluate: (rows, row) => hasField(rows, number, row) };
  }
  if (field.constant !== undefined) {
    throw new ExpressionFault(at, "has() asks for a field", { hint: "write it like has(user.id)" });
  }
  return { kind: "bool", evaluate: (rows, row) => evaluate(rows, row) !== undefined };
}
