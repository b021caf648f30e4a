/** What `view` was asked for, as options of the commands that it stands for. */
import { flagName, type Options } from "../options/options.js";
import { quotedForShell } from "../sources/files/shell.js";
import type { FilterValues } from "../stages/filter/settings.js";
import { expressionOf, type FieldCondition } from "./conditions.js";

/** The options of `view` as its declaration has them. */
export interface ShowOptions {
  readonly follow: boolean;
  readonly level: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly grep: readonly string[];
  readonly grepRegex: readonly string[];
  readonly ignoreCase: boolean;
  readonly where: readonly string[];
  readonly tail: number | undefined;
  readonly fields: readonly string[];
  readonly tz: string;
  readonly utc: boolean;
  readonly timeField: string;
  readonly pager: boolean;
}

/** The options of `filter` that say the same; undefined where every event is wanted. */
export function filterOptionsOf(
  options: ShowOptions,
  conditions: readonly FieldCondition[],
): Partial<FilterValues> | undefined {
  const { level, since, until, grep, grepRegex, ignoreCase } = options;
  const where = [...options.where, ...conditions.map((one) => expressionOf(one, ignoreCase))];
  const hasTimes = since !== undefined || until !== undefined;
  const hasTexts = grep.length + grepRegex.length > 0;
  if (level === undefined && !hasTimes && !hasTexts && where.length === 0) return undefined;
  const zone = options.utc ? "UTC" : options.tz;
  return {
    ...(where.length === 0 ? {} : { where }),
    ...(level === undefined ? {} : { level }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(hasTexts ? { grep, grepRegex, ignoreCase } : {}),
    ...(hasTimes && zone !== "local" ? { tz: zone } : {}),
    ...(hasTimes && options.timeField !== "timestamp" ? { timeField: options.timeField } : {}),
  };
}

/** As words of a command line, those that are not as by default. */
export function wordsOf(declared: Options, given: Readonly<Record<string, unknown>>): string {
  const words: string[] = [];
  for (const [name, option] of Object.entries(declared)) {
    const value = given[name];
    if (value === undefined || value === option.default) continue;
    if (option.kind === "flag")
      words.push(value === true ? flagName(name) : flagName(name).replace("--", "--no-"));
    else for (const one of [value].flat()) words.push(flagName(name), quotedForShell(String(one)));
  }
  return words.map((word) => ` ${word}`).join("");
}
