/**
 * The outside as a program has it that uses logpipe as a library: messages go to the program, and nothing is read that
 * was not named. What a pipeline prints, as `view()` does, goes to standard output.
 */

import type { Output, Terminal } from "./lib/pipeline/contract/terminal.js";
import { workingDirectory } from "./process/working-directory.js";

/** `isQuiet`: what is no failure is not said. */
export function programTerminal(
  signal: AbortSignal,
  onMessage: (text: string) => void,
  isQuiet = false,
): Terminal {
  const stderr: Output = {
    isTerminal: false,
    hasColour: false,
    columns: 80,
    write: async (data) => {
      onMessage(typeof data === "string" ? data : Buffer.from(data).toString());
      return true;
    },
  };
  const say = (text: string, help?: string) => onMessage(help === undefined ? text : `${text}\n  ${help}`);
  return {
    stdin: 0,
    stdinIsTerminal: false,
    stdout: standardOutput(),
    stderr,
    env: process.env,
    cwd: workingDirectory(process.env),
    nowMs: Date.now,
    signal,
    complain: say,
    warn: say,
    notice: isQuiet ? () => {} : say,
    verbosity: isQuiet ? "quiet" : "normal",
  };
}

/** Plain text, in order with what the program itself prints there. */
function standardOutput(): Output {
  return {
    isTerminal: false,
    hasColour: false,
    columns: 80,
    write: (data) =>
      new Promise((resolve, reject) => {
        process.stdout.write(data, (error) => {
          if (error === null || error === undefined) resolve(true);
          else if ((error as NodeJS.ErrnoException).code === "EPIPE") resolve(false);
          else reject(error);
        });
      }),
  };
}
