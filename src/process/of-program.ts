/** What a program's own process does, for the library. */

/** Calls `finish` when nothing is left to do and the process would end; it may begin something. Returns how not to. */
export function beforeExit(finish: () => void): () => void {
  process.once("beforeExit", finish);
  return () => void process.off("beforeExit", finish);
}

export function printError(text: string): void {
  process.stderr.write(text);
}

/** The environment as it is now. */
export function programEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
