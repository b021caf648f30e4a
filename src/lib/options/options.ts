// Enter here: options as values: one declaration is flag, setting, YAML key, help and documentation.
/**
 * Options as values: one declaration is the command-line flag, the YAML key, the help text and the documentation.
 *
 * ```ts
 * const options = {
 *   format: text({ short: "f", metavar: "FORMAT", default: "auto", summary: "how to read the input" }),
 *   keepRaw: flag({ summary: "keep the line as it was in `raw`" }),      // --keep-raw, YAML keepRaw: true
 * };
 * type Options = ValuesOf<typeof options>;                                // { format: string; keepRaw: boolean }
 * ```
 */

import { parseDuration } from "../base/duration.js";
import { failure } from "../base/errors/index.js";
import { localName } from "../base/local/path.js";
import { parseRate, type Rate } from "../base/rate.js";
import { parseSize } from "../base/size.js";
import { suggest } from "../base/suggest.js";

export type OptionKind = "flag" | "text" | "list" | "integer" | "choice" | "size" | "duration" | "rate";

/** One option. `T` is the type of its parsed value. */
export interface Option<T> {
  readonly kind: OptionKind;
  readonly summary: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** Shown in help as `--name PLACEHOLDER`; flags have none. */
  readonly metavar?: string;
  readonly choices?: readonly string[];
  /** What the text looks like, as a regular expression for JSON Schema: of numbers beside words. */
  readonly pattern?: string;
  /** Values worth completing in a shell, where others are allowed too. */
  readonly suggestions?: readonly string[];
  /** The value when the option is not given. Plain data: options travel to worker threads. */
  readonly default: T;
  /**
   * Text of the command line to value. Throws LogpipeError usage.bad-value. `before` is the value so far (lists add
   * up).
   */
  readonly parse: (text: string, name: string, before: T | undefined) => T;
  /** Hidden from the short help, shown in the full one. */
  readonly advanced?: boolean;
  /** In settings it stands in the section of its command alone: at the top the same name means something else. */
  readonly isSectionOnly?: boolean;
  /** Every option of a command of ours says which (a test asks all of them). Absent: "consent". */
  readonly fromProject?: FromProject;
}

/**
 * Whether a project's `logpipe.yaml`, which may have come with somebody else's directory, can set the option by itself,
 * or only once its user has run `logpipe config trust`. "consent" is for whatever names a place to read, write or send
 * to, shows what would be hidden, or throws away what would be kept.
 */
export type FromProject = "free" | "consent";

// biome-ignore lint/suspicious/noExplicitAny: an option of any value type
export type AnyOption = Option<any>;
export type Options = Readonly<Record<string, AnyOption>>;
export type ValuesOf<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

interface Texts {
  readonly summary: string;
  readonly short?: string;
  readonly metavar?: string;
  readonly suggestions?: readonly string[];
  readonly advanced?: boolean;
  readonly fromProject?: FromProject;
}

/** `--name`, and `--no-name` to take it back. One that is on by default is shown as `--no-name`. */
export function flag(texts: Texts & { readonly default?: boolean }): Option<boolean> {
  return { default: false, ...texts, kind: "flag", parse: (text) => text !== "false" };
}

export function text(texts: Texts): Option<string | undefined>;
export function text(texts: Texts & { readonly default: string }): Option<string>;
// biome-ignore lint/suspicious/noExplicitAny: the overloads above say which
export function text(texts: Texts & { readonly default?: string }): Option<any> {
  return { ...texts, kind: "text", default: texts.default, parse: (value) => value };
}

/**
 * A file or directory of this machine. Throws usage.remote-path and usage.no-path: neither `s3://logs` nor `$HOME/logs`
 * is one.
 */
export function path(texts: Texts): Option<string | undefined> {
  return { ...text(texts), parse: (value, name) => localName(value, flagName(name)) };
}

/** A repeatable option: `--set a=1 --set b=2`. */
export function list(texts: Texts): Option<readonly string[]> {
  return { ...texts, kind: "list", default: [], parse: (value, _name, before) => [...(before ?? []), value] };
}

export function choice<const C extends string>(
  texts: Texts & { readonly choices: readonly C[] },
): Option<C | undefined>;
export function choice<const C extends string>(
  texts: Texts & { readonly choices: readonly C[]; readonly default: C },
): Option<C>;
export function choice<const C extends string>(
  texts: Texts & { readonly choices: readonly C[]; readonly default?: C },
  // biome-ignore lint/suspicious/noExplicitAny: the overloads above say which
): Option<any> {
  return {
    ...texts,
    kind: "choice",
    default: texts.default,
    parse: (value, name) => {
      if ((texts.choices as readonly string[]).includes(value)) return value as C;
      const suggestion = suggest(value, texts.choices);
      const hint = `one of: ${texts.choices.join(", ")}`;
      throw failure("usage.bad-value", {
        option: flagName(name),
        value,
        reason: "not a known choice",
        suggestion,
        hint,
      });
    },
  };
}

export function integer(
  texts: Texts & { readonly min?: number; readonly max?: number },
): Option<number | undefined>;
export function integer(
  texts: Texts & { readonly min?: number; readonly max?: number; readonly default: number },
): Option<number>;
export function integer(
  texts: Texts & { readonly min?: number; readonly max?: number; readonly default?: number },
  // biome-ignore lint/suspicious/noExplicitAny: the overloads above say which
): Option<any> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = texts;
  return {
    ...texts,
    kind: "integer",
    default: texts.default,
    parse: (value, name) => {
      const n = Number(value);
      if (/^-?\d+$/.test(value) && n >= min && n <= max) return n;
      const reason = `not a whole number from ${min} to ${max}`;
      throw failure("usage.bad-value", { option: flagName(name), value, reason });
    },
  };
}

/** A size in bytes: `64MiB`, `10GB`, `4096`. */
export function size(texts: Texts): Option<number | undefined>;
export function size(texts: Texts & { readonly default: number }): Option<number>;
// biome-ignore lint/suspicious/noExplicitAny: the overloads above say which
export function size(texts: Texts & { readonly default?: number }): Option<any> {
  return {
    ...texts,
    default: texts.default,
    kind: "size",
    parse: (value, name) => parseSize(value, flagName(name)),
  };
}

/** A duration in milliseconds: `250ms`, `10s`, `1h30m`. */
export function duration(texts: Texts): Option<number | undefined>;
export function duration(texts: Texts & { readonly default: number }): Option<number>;
// biome-ignore lint/suspicious/noExplicitAny: the overloads above say which
export function duration(texts: Texts & { readonly default?: number }): Option<any> {
  return {
    ...texts,
    default: texts.default,
    kind: "duration",
    parse: (value, name) => parseDuration(value, flagName(name)),
  };
}

/** Events or bytes in an interval: `100/s`, `5k/m`, `10MB/s`. */
export function rate(texts: Texts): Option<Rate | undefined>;
export function rate(texts: Texts & { readonly default: Rate }): Option<Rate>;
// biome-ignore lint/suspicious/noExplicitAny: the overloads above say which
export function rate(texts: Texts & { readonly default?: Rate }): Option<any> {
  return {
    ...texts,
    default: texts.default,
    kind: "rate",
    parse: (value, name) => parseRate(value, flagName(name)),
  };
}

/** `keepRaw` to `--keep-raw`. */
export function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
}

/** The values when nothing is given. */
export function defaultsOf<O extends Options>(options: O): ValuesOf<O> {
  return Object.fromEntries(Object.entries(options).map(([name, o]) => [name, o.default])) as ValuesOf<O>;
}
