/** Whether output for a person goes through a pager, and through which. */
import type { Terminal } from "../../pipeline/contract/terminal.js";

export interface Pager {
  readonly command: string;
  /** What it is to be started with, beside the environment of ours. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * `$LOGPIPE_PAGER`, then `$PAGER`, then less; none when output is no terminal, when the pager is `cat` or empty, or
 * when `TERM` is dumb. less gets -F (leave at once when all fits on the screen), -R (colours), -X (leave the text on
 * the screen), and -S (no wrapping) where it is a table, unless `$LESS` says otherwise; -R whatever it says, for
 * colours would be raw escapes on the screen.
 */
export function pagerFor(terminal: Pick<Terminal, "stdout" | "env">, isTable = true): Pager | undefined {
  const { env, stdout } = terminal;
  if (!stdout.isTerminal || env["TERM"] === "dumb" || env["TERM"] === undefined) return undefined;
  const command = (env["LOGPIPE_PAGER"] ?? env["PAGER"] ?? "less").trim();
  if (command === "" || command === "cat") return undefined;
  const { LESS: own } = env;
  return { command, env: { LESS: own === undefined ? (isTable ? "FRSX" : "FRX") : withColours(own) } };
}

/** `$LESS` with -R before what it says: there `-r` comes later and wins, and a `+command` stays the last. */
function withColours(own: string): string {
  return own.trim() === "" ? "-R" : `-R ${/^[-+]/.test(own.trim()) ? "" : "-"}${own.trim()}`;
}
