/** A declaration as plain data: what `help --json` prints. */
import { allOptions } from "./common.js";
import { type AnyOption, flagName, type Options } from "./options.js";

export interface DescribedOption {
  readonly name: string;
  readonly flag: string;
  readonly short?: string;
  readonly kind: AnyOption["kind"];
  readonly metavar?: string;
  readonly choices?: readonly string[];
  readonly default: unknown;
  readonly summary: string;
  /** Whether every command of its kind has it. */
  readonly isCommon: boolean;
}

interface Described {
  readonly name: string;
  readonly kind: string;
  readonly summary: string;
  readonly details: string;
  readonly operands: readonly object[];
  readonly options: Options;
  readonly examples: readonly object[];
}

/** Own options first, then the common ones; absent defaults are null. */
export function describe(declaration: Described): object {
  const { name, kind, summary, details, operands, examples } = declaration;
  const options = Object.entries(allOptions(declaration)).map(([key, option]) =>
    describeOption(key, option, !(key in declaration.options)),
  );
  return { name, kind, summary, details, operands, options, examples };
}

function describeOption(name: string, option: AnyOption, isCommon: boolean): DescribedOption {
  return {
    name,
    flag: flagName(name),
    ...(option.short === undefined ? {} : { short: option.short }),
    kind: option.kind,
    ...(option.metavar === undefined ? {} : { metavar: option.metavar }),
    ...(option.choices === undefined ? {} : { choices: option.choices }),
    default: option.default ?? null,
    summary: option.summary,
    isCommon,
  };
}
