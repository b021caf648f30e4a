/**
 * The outside as a program has it that uses logpipe as a library: nothing is printed, nothing is read that was not
 * named.
 */

import type { Output, Terminal } from "./lib/pipeline/contract/terminal.js";
import { workingDirectory } from "./process/working-directory.js";

export function programTerminal(signal: AbortSignal, onMessage: (text: string) => void): Terminal {
  const output: Output = {
    isTerminal: false,
    hasColour: false,
    columns: 80,
    write: async (data) => {
      onMessage(typeof data === "string" ? data : Buffer.from(data).toString());
      return true;
    },
  };
  return {
    stdin: 0,
    stdinIsTerminal: false,
    stdout: output,
    stderr: output,
    env: process.env,
    cwd: workingDirectory(process.env),
    nowMs: Date.now,
    signal,
    complain: (text, help) => onMessage(help === undefined ? text : `${text}\n  ${help}`),
    warn: (text, help) => onMessage(help === undefined ? text : `${text}\n  ${help}`),
    notice: onMessage,
    verbosity: "normal",
  };
}
