/** What was asked of `filter` on the command line, read and checked. */
import { failure } from "../../base/errors/index.js";
import { checkTimeRange, parseTimePhrase } from "../../base/time/phrase.js";
import { parseZone } from "../../base/time/zone.js";
import { FieldSet } from "../../event/rows/rows.js";
import { compileExpression } from "../../expression/expression.js";
import { readPattern } from "../../expression/functions/patterns.js";
import { ExpressionFault, faultError } from "../../expression/syntax/fault.js";
import { parseExpression } from "../../expression/syntax/parser.js";
import { TimeValue } from "../../expression/values/time-value.js";
import type { ConditionSettings } from "./conditions.js";
import type { FilterSettings } from "./filter.js";
import type { GrepSettings } from "./grep.js";
import { parseLevels } from "./levels.js";
import type { SurroundingsSettings } from "./surroundings.js";

/** The options as the declaration has them. */
export interface FilterValues {
  readonly where: readonly string[];
  readonly grep: readonly string[];
  readonly grepRegex: readonly string[];
  readonly ignoreCase: boolean;
  readonly level: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly tz: string | undefined;
  readonly timeField: string;
  readonly invert: boolean;
  readonly afterContext: number;
  readonly beforeContext: number;
  readonly context: number;
  readonly maxCount: number | undefined;
}

export interface FilterGiven {
  readonly operands: readonly string[];
  readonly options: FilterValues;
}

/**
 * Whether the first operand is the expression: it is, unless other conditions are given and it does not read as a
 * condition (`a == 1`, `f(x)`), and so is a file.
 */
export function hasExpression({ operands, options }: FilterGiven): boolean {
  const [first] = operands;
  return first !== undefined && (!hasOtherConditions(options) || readsAsCondition(first));
}

function hasOtherConditions(options: FilterValues): boolean {
  const { where, grep, grepRegex, level, since, until } = options;
  const lists = [where, grep, grepRegex];
  return lists.some(({ length }) => length > 0) || [level, since, until].some((text) => text !== undefined);
}

const CONDITIONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">=", "in", "!"]);

function readsAsCondition(text: string): boolean {
  try {
    const syntax = parseExpression(text);
    if (syntax.kind === "unary" || syntax.kind === "binary") return CONDITIONS.has(syntax.operator);
    return syntax.kind === "logic" || syntax.kind === "call" || syntax.kind === "choice";
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    // Text with such signs was meant as one, and its fault is to be told.
    return /[=!<>]=|&&|\|\||[<>"]/.test(text);
  }
}

/** Throws usage errors for anything that cannot be. Moments are those of a run that began at `startedMs`. */
export function readFilterSettings(given: FilterGiven, startedMs: number): FilterSettings {
  const { options } = given;
  const expressions = [...(hasExpression(given) ? given.operands.slice(0, 1) : []), ...options.where];
  if (expressions.length === 0 && !hasOtherConditions(options))
    throw failure("usage.missing-operand", { command: "filter", operand: "EXPR" });
  checkExpressions(given, expressions);
  const grep = readGrep(options);
  const surroundings = readSurroundings(options);
  return {
    conditions: readConditions(options, expressions, startedMs),
    ...(grep === undefined ? {} : { grep }),
    isInverted: options.invert,
    ...(surroundings === undefined ? {} : { surroundings }),
  };
}

/** Undefined when each event is looked at for itself. */
function readSurroundings(options: FilterValues): SurroundingsSettings | undefined {
  const before = Math.max(options.beforeContext, options.context);
  const after = Math.max(options.afterContext, options.context);
  const most = options.maxCount ?? Number.POSITIVE_INFINITY;
  return before === 0 && after === 0 && most === Number.POSITIVE_INFINITY
    ? undefined
    : { before, after, most };
}

function checkExpressions(given: FilterGiven, expressions: readonly string[]): void {
  const fields = new FieldSet();
  expressions.forEach((text, n) => {
    const isOperand = n === 0 && hasExpression(given);
    const needs = { nowMs: () => 0, isCondition: true };
    if (isOperand && FILE_NAME.test(text) && !readsAsCondition(text)) {
      const hint = `the expression comes before the files: filter 'level == "error"' ${text}`;
      throw faultError(new ExpressionFault(0, "this looks like a file", { hint }), text, "EXPR");
    }
    compileExpression(text, fields, isOperand ? "EXPR" : "--where", needs);
  });
}

const FILE_NAME = /\.(?:ndjson|jsonl?|log|txt|csv|tsv|gz|zst)$/;

function readConditions(
  options: FilterValues,
  expressions: readonly string[],
  startedMs: number,
): ConditionSettings {
  const { level, since, until, tz, timeField } = options;
  const phrases = { nowMs: startedMs, zone: parseZone(tz ?? "local", "--tz") };
  const moment = (text: string | undefined, what: string) =>
    text === undefined ? undefined : parseTimePhrase(text, what, phrases);
  const [sinceNs, untilNs] = [moment(since, "--since"), moment(until, "--until")];
  checkTimeRange(sinceNs, untilNs, until);
  return {
    expressions,
    timeField,
    ...(level === undefined ? {} : { levels: parseLevels(level, "--level") }),
    ...(sinceNs === undefined ? {} : { since: timeOfNs(sinceNs) }),
    ...(untilNs === undefined ? {} : { until: timeOfNs(untilNs) }),
  };
}

function timeOfNs(ns: bigint): TimeValue {
  const rest = ((ns % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return new TimeValue(Number((ns - rest) / 1_000_000n), Number(rest));
}

function readGrep(options: FilterValues): GrepSettings | undefined {
  const { grep: texts, grepRegex: patterns, ignoreCase: ignoresCase } = options;
  if (texts.length === 0 && patterns.length === 0) return undefined;
  if (texts.includes("")) {
    const hint = "name the text that lines must hold: --grep timeout";
    throw failure("usage.bad-value", { option: "--grep", value: "", reason: "it is empty", hint });
  }
  for (const pattern of patterns) checkPattern(pattern);
  return { texts, patterns, ignoresCase };
}

function checkPattern(pattern: string): void {
  try {
    readPattern(pattern, 0);
  } catch (error) {
    if (error instanceof ExpressionFault) throw faultError(error, pattern, "--grep-regex");
    throw error;
  }
}
