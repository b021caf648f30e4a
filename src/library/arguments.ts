/**
 * What a program hands to a function of the library, read as the words of a command line are: the same names, the same
 * texts, the same errors. Nothing it may hand over, however odd, ends in an error that is not ours.
 */
import { failure, LogpipeError } from "../lib/base/errors/index.js";
import { suggest } from "../lib/base/suggest.js";
import { withDefaults } from "../lib/options/command-line.js";
import { type AnyOption, flagName, type Options } from "../lib/options/options.js";
import type { AnyDeclaration } from "../lib/pipeline/contract/stage.js";
import { checkOperands, checkUnused } from "../lib/pipeline/read/build.js";

/** Operands and options as a declaration takes them. */
export interface ReadArguments {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Names that belong to another function, and the sentence that says which. */
export type Elsewhere = Readonly<Record<string, string>>;

/**
 * Reads `parse({...})`, `filter("level == 'error'", {...})`: operands, or lists of them, then at most one object of
 * options. Throws the LogpipeErrors of a command line, and usage.bad-argument.
 */
export function readArguments(
  declaration: AnyDeclaration,
  given: readonly unknown[],
  elsewhere: Elsewhere = {},
): ReadArguments {
  return reading(declaration.name, given.at(-1), () => read(declaration, given, elsewhere));
}

function read(declaration: AnyDeclaration, given: readonly unknown[], elsewhere: Elsewhere): ReadArguments {
  const { name } = declaration;
  const words = [...given];
  while (words.length > 0 && words.at(-1) === undefined) words.pop();
  const last = words.at(-1);
  const hasOptions = typeof last === "object" && last !== null && !Array.isArray(last);
  const asked = hasOptions ? readOptions(name, declaration.options, words.pop(), elsewhere) : {};
  const operands = words.flatMap((word) => operandsIn(name, word));
  checkOperands(declaration, operands);
  const options = withDefaults(declaration.options, asked);
  checkUnused(declaration, { operands, options }, asked);
  return { operands, options };
}

/** The options that an object names, read by their declarations; those that are undefined are not given. */
export function readOptions(
  command: string,
  declared: Options,
  given: unknown,
  elsewhere: Elsewhere = {},
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of membersOf(command, given)) {
    const option = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (option === undefined) throw unknownOption(command, declared, name, elsewhere);
    if (value !== undefined) values[name] = readOption(option, name, value);
  }
  return values;
}

/** The members of an object of options. Throws usage.bad-argument for anything else. */
export function membersOf(call: string, given: unknown): [string, unknown][] {
  if (given === undefined) return [];
  const wrong = (cause?: unknown) =>
    failure(
      "usage.bad-argument",
      {
        call: `${call}()`,
        value: shownValue(given),
        reason: "options are an object of names and values",
        hint: `write ${call}({ name: value })`,
      },
      cause,
    );
  try {
    if (!isPlainObject(given)) throw wrong();
    return Object.entries(given);
  } catch (error) {
    throw error instanceof LogpipeError ? error : wrong(error);
  }
}

/** What `read` makes of `value`, which may throw whatever it likes when it is looked into. */
export function reading<T>(call: string, value: unknown, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LogpipeError) throw error;
    const facts = { call: `${call}()`, value: shownValue(value), reason: "it cannot be read" };
    throw failure("usage.bad-argument", facts, error);
  }
}

/** Made by `{}`, JSON or another realm; not a date, a map, a stream. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function unknownOption(command: string, declared: Options, name: string, elsewhere: Elsewhere): LogpipeError {
  const belongs = Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined;
  const suggestion = suggest(name, Object.keys(declared));
  const error = failure("usage.unknown-option", { command, option: name, suggestion });
  return belongs === undefined ? error : Object.assign(error, { help: belongs });
}

function operandsIn(command: string, word: unknown): string[] {
  return (Array.isArray(word) ? Array.from(word as unknown[]) : [word]).map((item) => {
    if (typeof item === "string") return item;
    if (typeof item === "number" || typeof item === "bigint") return String(item);
    const hint = `what ${command}() is given before its options is text, as on the command line`;
    throw failure("usage.bad-argument", {
      call: `${command}()`,
      value: shownValue(item),
      reason: "it is no text",
      hint,
    });
  });
}

function readOption(option: AnyOption, name: string, value: unknown): unknown {
  if (option.kind === "flag") {
    if (typeof value === "boolean") return value;
    throw badValue(name, value, "it is a flag", `write ${name}: true or ${name}: false`);
  }
  if (option.kind !== "list") return option.parse(textOf(option, name, value), name, undefined);
  const values = Array.isArray(value) ? Array.from(value as unknown[]) : [value];
  let read: unknown;
  for (const item of values) read = option.parse(textOf(option, name, item), name, read);
  return read ?? [];
}

/** As it would be written on the command line. A number is in the unit that the option's value has. */
function textOf(option: AnyOption, name: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value)))
    return option.kind === "duration" ? `${value}ms` : String(value);
  const wanted = option.kind === "list" ? "text, or a list of texts, is wanted" : `${WANTED[option.kind]}`;
  throw badValue(name, value, wanted);
}

const WANTED: Readonly<Record<AnyOption["kind"], string>> = {
  flag: "true or false is wanted",
  text: "text is wanted",
  list: "text, or a list of texts, is wanted",
  integer: "a whole number is wanted",
  choice: "text is wanted",
  size: 'a number of bytes, or text like "64MiB", is wanted',
  duration: 'a number of milliseconds, or text like "10s", is wanted',
  rate: 'text like "100/s" is wanted',
};

function badValue(name: string, value: unknown, reason: string, hint?: string): LogpipeError {
  const facts = { option: flagName(name), value: shownValue(value), reason };
  return failure("usage.bad-value", hint === undefined ? facts : { ...facts, hint });
}

const SHOWN_LENGTH = 60;

/** What a value is, in a few words; looks into no object that might answer. */
export function shownValue(value: unknown): string {
  if (typeof value === "string")
    return value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}...` : value;
  if (value === null || typeof value === "boolean" || typeof value === "number" || value === undefined)
    return String(value);
  if (typeof value === "bigint") return `${value}n`.slice(0, SHOWN_LENGTH);
  if (typeof value !== "object") return `a ${typeof value}`;
  return Array.isArray(value) ? "a list" : "an object";
}
