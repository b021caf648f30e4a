/**
 * What a running pipeline touches of the outside: handed in, so that no source, stage or sink reads `process` or a
 * terminal.
 */
import type { Output } from "./terminal.js";

/**
 * | level | what it is for | shown |
 * |---|---|---|
 * | debug | how something was done | with --verbose |
 * | info | worth knowing, no failure | unless --quiet |
 * | warn | goes on, perhaps not as was meant | always |
 * | error | something failed and is tried again, or done without | always |
 */
export type LogLevel = "debug" | "info" | "warn" | "error";

export interface Host {
  readonly nowMs: () => number;
  /** The working directory, which relative paths of the user start from. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the run is asked to stop: finish what was read, flush, commit. */
  readonly signal: AbortSignal;
  /** Never changes the exit code: a run of a year may have an hour without its database. */
  readonly log: (level: LogLevel, text: string, help?: string) => void;
  /** Says, as an error, that the run does less than it was asked to, and for good: its exit code will be 1. */
  readonly fail: (text: string, help?: string) => void;
  /** Whether hints name the functions of the library, not commands. */
  readonly isOfProgram?: boolean;
  /** Whether notices are unwanted (`--quiet`). */
  readonly isQuiet?: boolean;
  /** For the source or sink that stands for one of them. */
  readonly standard: Standard;
}

/** The standard descriptors. */
export interface Standard {
  /** File descriptor of standard input; tests pass another. */
  readonly stdin: number;
  readonly stdinIsTerminal: boolean;
  readonly stdout: Output;
  readonly stderr: Output;
}
