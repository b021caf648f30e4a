/** How an error that ends a command is printed, and the exit code it has. */
import { AssertionFailure } from "./lib/base/assert.js";
import { failure, LogpipeError, reasonOf } from "./lib/base/errors/index.js";
import type { AnyDeclaration } from "./lib/pipeline/contract/stage.js";
import type { Output } from "./lib/pipeline/contract/terminal.js";
import { unreadableFile } from "./lib/store/parquet/damaged.js";
import { escapeControlsInLines } from "./lib/terminal/escape.js";

/** Prints `logpipe COMMAND: message` with its help line, or the stack of a bug of ours. */
export async function reportError(
  error: unknown,
  command: string,
  declaration: AnyDeclaration | undefined,
  stderr: Output,
): Promise<number> {
  if (isClosedPipe(error)) return 0;
  const known = error instanceof LogpipeError ? error : (unreadableFile(error) ?? systemFailure(error));
  if (known === undefined) {
    await stderr.write(bugText(error));
    return 70;
  }
  const name = declaration === undefined ? "logpipe" : `logpipe ${command}`;
  const help = known.help === undefined ? "" : `  ${known.help}\n`;
  // Messages quote files and arguments, which may hold what a terminal obeys.
  await stderr.write(printableLines(`${name}: ${known.message}\n${help}`));
  if (known.code === "usage.nothing-to-read" && declaration !== undefined) {
    const { shortHelp } = await import("./lib/terminal/help/help.js");
    await stderr.write(shortHelp(declaration));
  }
  return known.exitCode;
}

/** What is printed when the fault is ours. */
export function bugText(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return escapeControlsInLines(
    `logpipe: this is a bug in logpipe, please report it with what you ran\n${stack}\n`,
  );
}

/**
 * Text for standard error: nothing that a terminal obeys, and no line but the first that could pass for a message of
 * ours.
 */
export function printableLines(text: string): string {
  return escapeControlsInLines(text).replace(/\n(?! {2}|$)/g, "\n  ");
}

function isClosedPipe(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "EPIPE";
}

/** What the surroundings refused and no command has put into words of its own: a system call, memory, a thread. */
function systemFailure(error: unknown): LogpipeError | undefined {
  if (!(error instanceof Error) || error instanceof AssertionFailure) return undefined;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (isOutOfMemory(error, code)) return failure("system.memory", { reason: error.message }, error);
  if (code === undefined || syscall === undefined || BUGS.has(code)) return undefined;
  return failure("system.failed", { call: syscall, path, reason: reasonOf(error) }, error);
}

/** Calls that fail so were never right. */
const BUGS = new Set(["EFAULT", "ENOSYS", "ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_VALUE"]);

/** V8 and Node say it in many ways; a heap that is full ends the process and says so itself. */
function isOutOfMemory(error: Error, code: string | undefined): boolean {
  if (code !== undefined && OUT_OF_MEMORY.has(code)) return true;
  return (
    error instanceof RangeError && /out of memory|allocation failed|could not allocate/i.test(error.message)
  );
}

const OUT_OF_MEMORY = new Set([
  "ERR_WORKER_OUT_OF_MEMORY",
  "ERR_WORKER_INIT_FAILED",
  "ERR_MEMORY_ALLOCATION_FAILED",
  "ENOMEM",
]);
