import type { Terminal } from "../../../../src/lib/pipeline/contract/terminal.js";

/** A terminal that shows nothing and stands in no one's way. */
export function quietTerminal(): Terminal {
  const output = { isTerminal: false, hasColour: false, columns: 80, write: async () => true };
  return {
    stdin: 0,
    stdinIsTerminal: false,
    stdout: output,
    stderr: output,
    env: {},
    cwd: "/",
    nowMs: () => Date.UTC(2026, 10, 21),
    signal: new AbortController().signal,
    complain: () => {},
    notice: () => {},
    verbosity: "quiet",
  };
}
