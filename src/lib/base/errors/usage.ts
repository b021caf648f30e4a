import { entry } from "./entry.js";

const didYouMean = (f: { suggestion?: string | undefined }) =>
  f.suggestion === undefined ? undefined : `did you mean "${f.suggestion}"?`;

/** Errors in what was typed: commands, options, pipelines, configuration. */
export const usageErrors = {
  "usage.unknown-command": entry<{
    command: string;
    suggestion?: string | undefined;
    /** The first word, when it is that of a group of commands. */
    group?: string | undefined;
  }>({
    exitCode: 2,
    message: (f) => `unknown command "${f.command}"`,
    help: (f) =>
      didYouMean(f) ??
      `run "${["logpipe help", f.group].filter(Boolean).join(" ")}" for the list of commands`,
  }),
  "usage.unknown-option": entry<{ command: string; option: string; suggestion?: string | undefined }>({
    exitCode: 2,
    message: (f) => `${f.command} has no option "${f.option}"`,
    help: (f) => didYouMean(f) ?? `run "logpipe help ${f.command}" for its options`,
  }),
  "usage.missing-value": entry<{ command: string; option: string }>({
    exitCode: 2,
    message: (f) => `option ${f.option} of ${f.command} needs a value`,
    help: (f) => `run "logpipe help ${f.command}" to see what it takes`,
  }),
  "usage.bad-value": entry<{
    option: string;
    value: string;
    reason: string;
    suggestion?: string | undefined;
    hint?: string;
  }>({
    exitCode: 2,
    message: (f) => `cannot read ${f.option} "${f.value}": ${f.reason}`,
    help: (f) => [didYouMean(f), f.hint].filter((part) => part !== undefined).join(" ") || undefined,
  }),
  "usage.missing-operand": entry<{ command: string; operand: string }>({
    exitCode: 2,
    message: (f) => `${f.command} needs ${f.operand}`,
    help: (f) => `run "logpipe help ${/^store \w+|^\S+/.exec(f.command)?.[0]}" for its usage`,
  }),
  "usage.needs-yes": entry<{ what: string }>({
    exitCode: 2,
    message: (f) => `${f.what} would be deleted, and there is no terminal to ask on`,
    help: () => "give --yes if that is meant, or --dry-run to only look",
  }),
  "usage.too-many-operands": entry<{ command: string; operand: string }>({
    exitCode: 2,
    message: (f) => `${f.command} does not take "${f.operand}"`,
    help: (f) => `run "logpipe help ${f.command}" for its usage`,
  }),
  "usage.nothing-to-read": entry<{ command: string }>({
    exitCode: 2,
    message: (f) => `${f.command} has nothing to read: standard input is a terminal`,
    help: (f) => `pipe something in or name a file; "logpipe help ${f.command}" shows examples`,
  }),
  /** A fault inside a quoted pipeline or another one-line text: `text` with a caret at `offset` (UTF-16 units). */
  "usage.syntax": entry<{
    what: string;
    text: string;
    offset: number;
    reason: string;
    suggestion?: string | undefined;
    hint?: string | undefined;
  }>({
    exitCode: 2,
    message: (f) => `${f.what}: ${f.reason}\n  ${f.text.replace(/\s/g, " ")}\n  ${" ".repeat(f.offset)}^`,
    help: (f) => didYouMean(f) ?? f.hint,
  }),
  /** `text` is the expression, or the part around the fault; the caret stands at `offset` (UTF-16 units). */
  "usage.bad-expression": entry<{
    what: string;
    text: string;
    offset: number;
    reason: string;
    suggestion?: string | undefined;
    hint?: string | undefined;
  }>({
    exitCode: 2,
    message: (f) => `${f.what}: ${f.reason}\n  ${f.text}\n  ${" ".repeat(f.offset)}^`,
    help: (f) => didYouMean(f) ?? (f.hint === "" ? undefined : f.hint),
  }),
  "usage.store-as-table": entry<{ store: string }>({
    exitCode: 2,
    message: (f) => `"${f.store}" is a store, and the name of a table is wanted here`,
    help: () => "name a store with --store DIR; without a table the command is about all of them",
  }),
  "usage.unreadable": entry<{ what: string; path: string; reason: string; hint?: string }>({
    exitCode: 2,
    message: (f) => `cannot read the ${f.what} ${f.path}: ${f.reason}`,
    help: (f) => f.hint ?? "check the path and its permissions",
  }),
  /** A fault in a settings or pipeline file; `place` is `file:line:column`. */
  "usage.file": entry<{
    place: string;
    reason: string;
    suggestion?: string | undefined;
    hint?: string | undefined;
  }>({
    exitCode: 2,
    message: (f) => `${f.place}: ${f.reason}`,
    help: (f) => didYouMean(f) ?? f.hint,
  }),
} as const;
