import type { Terminal } from "../../../../src/lib/pipeline/contract/terminal.js";

/** A terminal that remembers what was complained about. */
export function fakeTerminal(
  over: Partial<Terminal> = {},
): Terminal & { complaints: string[]; notices: string[] } {
  const complaints: string[] = [];
  const notices: string[] = [];
  const output = { isTerminal: false, hasColour: false, columns: 80, write: async () => true };
  return {
    stdin: 0,
    stdinIsTerminal: false,
    stdout: output,
    stderr: output,
    env: {},
    cwd: process.cwd(),
    nowMs: () => Date.now(),
    signal: new AbortController().signal,
    complain: (text) => complaints.push(text),
    notice: (text) => notices.push(text),
    verbosity: "normal",
    ...over,
    complaints,
    notices,
  };
}
