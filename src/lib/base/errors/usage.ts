import { entry } from "./entry.js";

const didYouMean = (f: { suggestion?: string | undefined }) =>
  f.suggestion === undefined ? undefined : `did you mean "${f.suggestion}"?`;

/** As a shell reads it back. */
const shellWord = (text: string) =>
  /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Errors in what was typed: commands, options, pipelines, configuration. */
export const usageErrors = {
  "usage.unknown-command": entry<{
    command: string;
    suggestion?: string | undefined;
    /** The first word, when it is that of a group of commands. */
    group?: string | undefined;
    /** The command line that does what others call so. */
    instead?: string | undefined;
    /** It looks like the name of a file, and there is none. */
    isFile?: boolean;
  }>({
    exitCode: 2,
    message: (f) =>
      f.isFile === true ? `there is no file and no command "${f.command}"` : `unknown command "${f.command}"`,
    help: (f) =>
      (f.instead === undefined ? undefined : `that is: ${f.instead}`) ??
      didYouMean(f) ??
      `run "${["logpipe help", f.group].filter(Boolean).join(" ")}" for the list of commands`,
  }),
  "usage.unknown-option": entry<{
    command: string;
    option: string;
    suggestion?: string | undefined;
    hint?: string | undefined;
  }>({
    exitCode: 2,
    message: (f) => `${f.command} has no option "${f.option}"`,
    help: (f) => f.hint ?? didYouMean(f) ?? `run "logpipe help ${f.command}" for its options`,
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
  "usage.no-journal-place": entry<{ reason: string }>({
    exitCode: 2,
    message: (f) => `the pipeline needs a journal, and has no place for it: ${f.reason}`,
    help: () => "write journal: { directory: DIR }, or journal: none to run without one",
  }),
  "usage.missing-operand": entry<{ command: string; operand: string; hint?: string }>({
    exitCode: 2,
    message: (f) => `${f.command} needs ${f.operand}`,
    help: (f) =>
      f.hint ?? `run "logpipe help ${/^(?:store|journal) \w+|^\S+/.exec(f.command)?.[0]}" for its usage`,
  }),
  "usage.needs-yes": entry<{ what: string }>({
    exitCode: 2,
    message: (f) => `refusing to delete ${f.what} without confirmation: standard input is not a terminal`,
    help: () => "pass --yes to delete, or --dry-run to see what would go",
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
    message: (f) =>
      `${f.what}: ${f.reason}\n  ${f.text.replace(/[\s\p{Cc}]/gu, " ")}\n  ${" ".repeat(f.offset)}^`,
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
  "usage.remote-path": entry<{ what: string; scheme: string; url: string }>({
    exitCode: 2,
    message: (f) => `${f.what} cannot be ${f.url}: this logpipe reads and writes files of this machine only`,
    help: (f) =>
      f.scheme === "file"
        ? "write the path alone, without file://"
        : `copy it with the tool for ${f.scheme}://; a local file of that name is ./${f.scheme}:/...`,
  }),
  "usage.same-file": entry<{ what: string; path: string }>({
    exitCode: 2,
    message: (f) => `--dead-letters and ${f.what} are the same file ${f.path}`,
    help: () => "name another file: what is set aside would get among the other lines, or be lost",
  }),
  "usage.own-output": entry<{ reason: string }>({
    exitCode: 2,
    message: (f) => f.reason,
    help: () => "write to a place that the source does not read, or name its files more narrowly",
  }),
  /**
   * What was written for a path and names nothing: empty, or meant for a shell. The text itself may be a secret in a
   * wrong place.
   */
  "usage.no-path": entry<{ what: string; reason: string; hint: string }>({
    exitCode: 2,
    message: (f) => `${f.what} ${f.reason}`,
    help: (f) => f.hint,
  }),
  /** A setting of a project's file that its user has not agreed to. */
  "usage.needs-consent": entry<{ place: string; key: string; file: string }>({
    exitCode: 2,
    message: (f) => `${f.place} sets ${f.key}, which a project's file may do only with your consent`,
    help: (f) => `read the file, then run: logpipe config trust ${shellWord(f.file)}`,
  }),
  "usage.not-trusted": entry<{ path: string; reason: string }>({
    exitCode: 2,
    message: (f) => `cannot trust ${f.path}: ${f.reason}`,
    help: () =>
      "only a file of your own or of root can be trusted; --config FILE reads any file for one command",
  }),
  /** An option that the action or mode asked for has no use for. */
  "usage.unused-option": entry<{ command: string; option: string; hint?: string | undefined }>({
    exitCode: 2,
    message: (f) => `${f.command} has no use for ${f.option}`,
    help: (f) =>
      f.hint ?? `run "logpipe help ${/^(?:store|journal) \w+|^\S+/.exec(f.command)?.[0]}" for its usage`,
  }),
  /** What a program gave to a function of the library; `value` is shown as it would be written. */
  "usage.bad-argument": entry<{ call: string; value: string; reason: string; hint?: string | undefined }>({
    exitCode: 2,
    message: (f) => `${f.call} cannot take ${f.value}: ${f.reason}`,
    help: (f) => f.hint,
  }),
  /** A program put the pieces of a pipeline together in a way that cannot run. */
  "usage.bad-pipeline": entry<{ reason: string; hint: string }>({
    exitCode: 2,
    message: (f) => f.reason,
    help: (f) => f.hint,
  }),
  "usage.no-tests": entry<{ files: string; reason: string }>({
    exitCode: 2,
    message: (f) => `nothing to test in ${f.files}: ${f.reason}`,
    help: () => "tests stand under tests: in the pipeline, or in NAME.test.yaml beside it; docs/testing.md",
  }),
  /** Written down where nobody looks at it, anything is right. */
  "usage.update-in-ci": entry<{ value: string }>({
    exitCode: 2,
    message: (f) =>
      `--update writes nothing where CI is set (${f.value}): nobody would look at what is expected`,
    help: () => "run it where you work, look at the change and commit it",
  }),
  /** A fault in a settings or pipeline file; `place` is `file:line:column`. */
  "usage.file": entry<{
    place: string;
    reason: string;
    suggestion?: string | undefined;
    hint?: string | undefined;
    /** The line at fault with a caret below, where it may be shown: settings may hold what is nobody's business. */
    text?: string | undefined;
  }>({
    exitCode: 2,
    message: (f) => `${f.place}: ${f.reason}${f.text === undefined ? "" : `\n${f.text}`}`,
    help: (f) => didYouMean(f) ?? f.hint,
  }),
} as const;
