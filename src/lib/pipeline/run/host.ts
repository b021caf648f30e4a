import type { Host, LogLevel } from "../contract/host.js";
import type { Terminal } from "../contract/terminal.js";

/** A pipeline that runs as a command: what it logs goes to the terminal, what it fails at makes the exit code 1. */
export function hostOf(terminal: Terminal): Host {
  const { stdin, stdinIsTerminal, stdout, stderr, cwd, env, nowMs, signal } = terminal;
  const log = (level: LogLevel, text: string, help?: string) => {
    if (level === "warn" || level === "error") terminal.warn(text, help);
    else if (level === "info" || terminal.verbosity === "verbose") terminal.notice(text);
  };
  const standard = { stdin, stdinIsTerminal, stdout, stderr };
  const isQuiet = terminal.verbosity === "quiet";
  return { isQuiet, cwd, env, nowMs, signal, log, fail: terminal.complain, standard };
}
