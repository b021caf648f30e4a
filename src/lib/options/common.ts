/** Options that mean the same wherever they appear. Declared once: commands take them from here. */

import { failure } from "../base/errors/index.js";
import {
  type AnyOption,
  choice,
  flag,
  type Option,
  type Options,
  path,
  text,
  type ValuesOf,
} from "./options.js";
import { FORMATS } from "./result-format.js";

/** Understood by every command. */
export const everywhere = {
  quiet: flag({ fromProject: "free", short: "q", summary: "print no notices, only errors" }),
  verbose: flag({
    fromProject: "free",
    short: "v",
    summary: "say more on standard error about what is done",
  }),
  color: choice({
    fromProject: "free",
    metavar: "WHEN",
    choices: ["auto", "always", "never"],
    default: "auto",
    summary: "colours: auto (only on a terminal), always or never",
  }),
  config: path({
    fromProject: "consent",
    metavar: "FILE",
    summary: "read settings from FILE instead of the project's logpipe.yaml",
  }),
  help: flag({ fromProject: "free", short: "h", summary: "show this help" }),
} as const;

/** Understood by every command that runs a pipeline. */
export const pipelineOptions = {
  output: path({
    fromProject: "consent",
    short: "o",
    metavar: "FILE",
    summary:
      "write to FILE instead of standard output, in the format that its name says: x.csv, x.ndjson.gz, x.svg",
  }),
  to: choice({
    fromProject: "free",
    metavar: "FORMAT",
    choices: FORMATS,
    summary:
      "write the events at the end in this format, as `query` does; default by the name of FILE, else ndjson",
  }),
  strict: flag({ fromProject: "free", summary: "stop at the first record that cannot be handled, exit 1" }),
  stats: flag({
    fromProject: "free",
    summary: "print what came in, went out and was set aside, on standard error",
  }),
  workers: workerCount(),
  deadLetters: path({
    fromProject: "consent",
    metavar: "FILE",
    summary: "keep the lines that cannot be handled in FILE; `-`: print them on standard error",
  }),
  onDeadLetterFailure: choice({
    fromProject: "free",
    choices: ["warn", "stop"],
    default: "warn",
    advanced: true,
    summary:
      "where such lines cannot be kept: let the events go on, say how many are lost and exit 1; or stop",
  }),
  dryRun: flag({
    fromProject: "free",
    short: "n",
    summary: "print the plan (what is fused, what runs in workers) and change nothing",
  }),
} as const;

/** For commands with a store: `options: { ...storeOptions }`. */
export const storeOptions = {
  store: path({
    fromProject: "consent",
    metavar: "DIR",
    summary: "the store; default $LOGPIPE_STORE, then ./logpipe-store",
  }),
} as const;

/** For commands that look at a span of time. The phrases are read by the command, against its clock. */
export const timeOptions = {
  since: text({
    fromProject: "free",
    metavar: "TIME",
    summary: "only events from TIME on: 10m, yesterday, 10:30, 2026-11-21, RFC 3339",
  }),
  until: text({ fromProject: "free", metavar: "TIME", summary: "only events before TIME" }),
  tz: text({
    fromProject: "free",
    metavar: "ZONE",
    summary: "time zone of the phrases above, e.g. Europe/Paris; default the local one",
  }),
} as const;

/** For commands whose output a person may want to leaf through. */
export const pagerOption = {
  pager: flag({
    fromProject: "free",
    default: true,
    summary: "on a terminal print all of it at once, not through $PAGER",
  }),
} as const;

/** `-o` of commands that print what they have to say. */
const printedOutput = path({
  fromProject: "consent",
  short: "o",
  metavar: "FILE",
  summary: "write to FILE instead of standard output",
});

export type Everywhere = ValuesOf<typeof everywhere>;
export type PipelineOptions = ValuesOf<typeof pipelineOptions>;

/** All common options by name: what a settings file may hold at its top level. */
export const settable: Options = {
  ...settableEverywhere(),
  ...settablePipeline(),
  ...storeOptions,
  ...timeOptions,
};

/** Everything a command of this kind understands; its own declarations win over the common ones. */
export function allOptions(declaration: { readonly kind: string; readonly options: Options }): Options {
  const output = { output: printedOutput };
  const common =
    declaration.kind === "command" ? { ...output, ...everywhere } : { ...pipelineOptions, ...everywhere };
  const own = declaration.options;
  const shorts = new Set(Object.values(own).map((option) => option.short));
  const merged: Record<string, AnyOption> = { ...own };
  for (const [name, option] of Object.entries(common)) {
    if (!(name in own)) merged[name] = shorts.has(option.short) ? withoutShort(option) : option;
  }
  return merged;
}

function settableEverywhere(): Options {
  const { quiet, verbose, color } = everywhere;
  return { quiet, verbose, color };
}

function settablePipeline(): Options {
  const { strict, stats, workers, deadLetters, onDeadLetterFailure } = pipelineOptions;
  return { strict, stats, workers, deadLetters, onDeadLetterFailure };
}

function withoutShort(option: AnyOption): AnyOption {
  const { short: _short, ...rest } = option;
  return rest;
}

function workerCount(): Option<number | "auto"> {
  return {
    kind: "text",
    pattern: "^(auto|\\d{1,3})$",
    fromProject: "free",
    metavar: "N",
    summary: "worker threads: a number, or auto (by input size and processors)",
    default: "auto",
    parse: (value) => {
      if (value === "auto") return "auto";
      if (/^\d{1,3}$/.test(value)) return Number(value);
      throw failure("usage.bad-value", {
        option: "--workers",
        value,
        reason: "not a number of threads",
        hint: "write auto, 0 (the main thread alone) or a number",
      });
    },
  };
}
