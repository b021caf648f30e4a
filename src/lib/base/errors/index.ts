// Enter here: the catalogue of what users and the environment can do wrong: message, help, exit code.
/**
 * The catalogue of everything a user or the environment can do wrong. One entry a kind of failure; `docs/errors.md`
 * lists the same codes and a test holds the two together.
 */
import type { ErrorEntry } from "./entry.js";
import { inputErrors } from "./input.js";
import { escapeControls, escapeControlsInLines } from "./printable.js";
import { queryErrors } from "./query.js";
import { redactErrors } from "./redact.js";
import { storeErrors } from "./store.js";
import { usageErrors } from "./usage.js";

export const CATALOGUE = {
  ...usageErrors,
  ...inputErrors,
  ...storeErrors,
  ...queryErrors,
  ...redactErrors,
} as const;

export type ErrorCode = keyof typeof CATALOGUE;
type FactsOf<C extends ErrorCode> = (typeof CATALOGUE)[C] extends ErrorEntry<infer F> ? F : never;

/** A failure with an entry in the catalogue. Printed as `logpipe: message` and a help line; never with a stack. */
export class LogpipeError extends Error {
  readonly code: ErrorCode;
  readonly exitCode: 1 | 2;
  readonly help: string | undefined;

  constructor(
    code: ErrorCode,
    text: { message: string; help: string | undefined; exitCode: 1 | 2 },
    cause?: unknown,
  ) {
    super(text.message, cause === undefined ? undefined : { cause });
    this.name = "LogpipeError";
    this.code = code;
    this.exitCode = text.exitCode;
    this.help = text.help;
  }
}

/** Makes the error `code` with its facts: `throw failure("input.unreadable", { path, reason })`. */
export function failure<C extends ErrorCode>(code: C, facts: FactsOf<C>, cause?: unknown): LogpipeError {
  const known = CATALOGUE[code] as unknown as ErrorEntry<FactsOf<C>>;
  const shown = printable(facts as object) as FactsOf<C>;
  const text = { message: known.message(shown), help: known.help?.(shown), exitCode: known.exitCode };
  return new LogpipeError(code, text, cause);
}

/** Facts that may be laid out over several lines. */
const LAID_OUT: ReadonlySet<string> = new Set(["text", "reason", "hint", "help"]);

/** The facts without what a terminal obeys: they quote files, arguments and what files hold. */
function printable(facts: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => {
      if (typeof fact !== "string") return [name, fact];
      return [name, LAID_OUT.has(name) ? escapeControlsInLines(fact) : escapeControls(fact)];
    }),
  );
}

/** A short reason for a failed system call: "no such file or directory", not the whole Node message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return (code !== undefined && REASONS.get(code)) || error.message;
}

/** The reason for a descriptor that is not open. */
export const CLOSED = "it is closed";

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file or directory"],
  ["EACCES", "permission denied"],
  ["EPERM", "operation not permitted"],
  ["EISDIR", "it is a directory"],
  ["ENOTDIR", "a part of the path is not a directory"],
  ["ENOSPC", "no space left on the device"],
  ["EDQUOT", "disk quota exceeded"],
  ["EROFS", "the file system is read-only"],
  ["EMFILE", "too many open files"],
  ["EIO", "input/output error"],
  ["EEXIST", "it exists already"],
  ["EFBIG", "file too large"],
  ["EBADF", CLOSED],
  ["ENXIO", "nothing reads from it"],
  ["ELOOP", "it is a symbolic link, or there are too many of them"],
]);
