import type { Host } from "../../../../src/lib/pipeline/contract/host.js";

/** A host that shows nothing and stands in no one's way. */
export function quietHost(over: Partial<Host> = {}): Host {
  const output = { isTerminal: false, hasColour: false, columns: 80, write: async () => true };
  return {
    nowMs: () => Date.UTC(2026, 10, 21),
    cwd: "/",
    env: {},
    signal: new AbortController().signal,
    log: () => {},
    fail: () => {},
    standard: { stdin: 0, stdinIsTerminal: false, stdout: output, stderr: output },
    ...over,
  };
}
