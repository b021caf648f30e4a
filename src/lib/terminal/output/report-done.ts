import type { Terminal } from "../../pipeline/contract/terminal.js";

/**
 * Prints what a command that looks after a store has done. For people, and so `--quiet` leaves it out: from cron such a
 * command says nothing when all is well. JSON was asked for, and stays.
 */
export async function reportDone(terminal: Terminal, text: string, isJson: boolean): Promise<void> {
  if (text === "" || (terminal.verbosity === "quiet" && !isJson)) return;
  await terminal.stdout.write(text);
}
