/** Words of a command line, or of one stage of a quoted pipeline, to operands and option values. */
import { parseArgs } from "node:util";
import { failure, type LogpipeError } from "../base/errors/index.js";
import { suggest } from "../base/suggest.js";
import { flagName, type Option, type Options } from "./options.js";

export interface ParsedWords {
  readonly operands: readonly string[];
  /** Index among the words of each operand. */
  readonly operandIndexes: readonly number[];
  /** Only what was given: defaults are added by `withDefaults`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Turns an error into the one to throw, told which word is at fault: a quoted pipeline adds its caret. */
export type Locate = (error: LogpipeError, wordIndex: number, option: string) => LogpipeError;

/**
 * Reads `words` by the declared options: `--long`, `--long=value`, `--long value`, `-s value`, `-svalue`, `-abc`, `--`
 * and, for every flag, `--no-long`. Repeated lists add up; otherwise later beats earlier. Options may follow operands.
 * Throws usage.unknown-option, usage.missing-value and usage.bad-value, each passed through `locate`.
 */
export function parseWords(
  command: string,
  options: Options,
  words: readonly string[],
  locate: Locate = (error) => error,
): ParsedWords {
  const operands: string[] = [];
  const operandIndexes: number[] = [];
  const values: Record<string, unknown> = {};
  const names = flagNames(options);
  const tokens = tokensOf(options, words);
  for (const [n, token] of tokens.entries()) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      operands.push(token.value);
      operandIndexes.push(token.index);
      continue;
    }
    try {
      checkMeant(options, tokens, n);
      readOption(command, options, names, token, values);
    } catch (error) {
      throw locate(error as LogpipeError, faultyWord(token, error as LogpipeError), token.rawName);
    }
  }
  return { operands, operandIndexes, options: values };
}

/** The values given, and the default of everything else that is declared. */
export function withDefaults(
  options: Options,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    values[name] = Object.hasOwn(given, name) ? given[name] : option.default;
  }
  return values;
}

/** Whether `word` is given as a flag among the words, before any `--`: how `--help` is found in a faulty line. */
export function hasFlag(options: Options, words: readonly string[], long: string): boolean {
  return tokensOf(options, words).some((token) => token.kind === "option" && token.name === long);
}

/** The first word that is neither an option nor an option's value: -1 when there is none. */
export function firstOperand(options: Options, words: readonly string[]): number {
  return tokensOf(options, words).find((token) => token.kind === "positional")?.index ?? -1;
}

/** The words that are neither an option nor an option's value. */
export function operandsOf(options: Options, words: readonly string[]): readonly string[] {
  return tokensOf(options, words).flatMap((token) => (token.kind === "positional" ? [token.value] : []));
}

interface OptionToken {
  readonly kind: "option";
  readonly name: string;
  readonly rawName: string;
  readonly index: number;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

type Token =
  | OptionToken
  | { kind: "positional"; index: number; value: string }
  | { kind: "option-terminator"; index: number };

function tokensOf(options: Options, words: readonly string[]): readonly Token[] {
  const config: Record<string, { type: "boolean" | "string"; short?: string }> = {};
  for (const [name, option] of Object.entries(options)) {
    const type = option.kind === "flag" ? "boolean" : "string";
    config[flagName(name).slice(2)] = option.short === undefined ? { type } : { type, short: option.short };
  }
  const parsed = parseArgs({
    args: [...words],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return parsed.tokens as readonly Token[];
}

/** Maps `keep-raw` to `keepRaw`. */
function flagNames(options: Options): Map<string, string> {
  return new Map(Object.keys(options).map((name) => [flagName(name).slice(2), name]));
}

function readOption(
  command: string,
  options: Options,
  names: Map<string, string>,
  token: OptionToken,
  values: Record<string, unknown>,
): void {
  const name = names.get(token.name);
  const option = name === undefined ? undefined : options[name];
  if (name !== undefined && option !== undefined) {
    values[name] =
      option.kind === "flag" ? flagValue(token) : optionValue(command, option, name, token, values[name]);
    return;
  }
  const positive = token.name.startsWith("no-") ? names.get(token.name.slice(3)) : undefined;
  if (positive !== undefined && options[positive]?.kind === "flag" && token.value === undefined) {
    values[positive] = false;
    return;
  }
  const flags = [...names.keys()].map((long) => `--${long}`);
  const suggestion = token.rawName.startsWith("--") ? suggest(token.rawName, flags) : undefined;
  throw failure("usage.unknown-option", { command, option: token.rawName, suggestion });
}

/** Throws usage.bad-value for a flag that is taken for what other tools call so: `-n 20` of `tail`, `-v` of `grep`. */
function checkMeant(options: Options, tokens: readonly Token[], n: number): void {
  const token = tokens[n] as OptionToken;
  const isFlag = options[camel(token.name)]?.kind === "flag";
  const next = tokens[n + 1];
  if (isFlag && token.rawName === "-n" && next?.kind === "positional" && /^\d+$/.test(next.value)) {
    const meant = ["tail", "limit", "head", "count"].find((name) => options[name] !== undefined);
    const file = `a file of that name is ./${next.value}`;
    throw failure("usage.bad-value", {
      option: "-n",
      value: next.value,
      reason: `-n is --${token.name}, which takes no number`,
      hint: meant === undefined ? file : `write --${meant} ${next.value}; ${file}`,
    });
  }
  const isGiven = (name: string) => tokens.some((one) => one.kind === "option" && one.name === name);
  if (token.rawName === "-v" && token.name !== "invert" && options["grep"] !== undefined && isGiven("grep"))
    throw failure("usage.bad-value", {
      option: "-v",
      value: "--grep",
      reason: `-v is --${token.name} here`,
      hint:
        options["invert"] === undefined
          ? "what does not match comes with logpipe filter --invert --grep PATTERN FILE"
          : "write --invert for what does not match",
    });
}

function camel(flag: string): string {
  return flag.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function flagValue(token: OptionToken): boolean {
  if (token.value === undefined || token.value === "true" || token.value === "yes") return true;
  if (token.value === "false" || token.value === "no") return false;
  const facts = {
    option: token.rawName,
    value: token.value,
    reason: "it is a flag",
    hint: `write ${token.rawName} alone`,
  };
  throw failure("usage.bad-value", facts);
}

function optionValue(
  command: string,
  option: Option<unknown>,
  name: string,
  token: OptionToken,
  before: unknown,
): unknown {
  if (token.value === undefined) throw failure("usage.missing-value", { command, option: token.rawName });
  return option.parse(token.value, name, before);
}

function faultyWord(token: OptionToken, error: LogpipeError): number {
  const isValueApart = error.code === "usage.bad-value" && token.inlineValue === false;
  return isValueApart ? token.index + 1 : token.index;
}
