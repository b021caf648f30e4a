/** What a program's own process does, for the library. */

import { writeSync } from "node:fs";

/** Calls `finish` when nothing is left to do and the process would end; it may begin something. Returns how not to. */
export function beforeExit(finish: () => void): () => void {
  process.once("beforeExit", finish);
  return () => void process.off("beforeExit", finish);
}

/** At once where that can be: a thread's own stream goes through the main thread, which may be about to exit. */
export function printError(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    process.stderr.write(text);
  }
}

/** The environment as it is now. */
export function programEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
