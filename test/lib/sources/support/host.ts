import type { Host, Standard } from "../../../../src/lib/pipeline/contract/host.js";

interface FakeHost extends Host {
  /** What was logged as an error or made the run fail. */
  readonly complaints: string[];
  readonly notices: string[];
}

/** A host that remembers what it was told. */
export function fakeHost(over: Partial<Host> & Partial<Standard> = {}): FakeHost {
  const complaints: string[] = [];
  const notices: string[] = [];
  const output = { isTerminal: false, hasColour: false, columns: 80, write: async () => true };
  const { stdin = 0, stdinIsTerminal = false, stdout = output, stderr = output, ...rest } = over;
  return {
    nowMs: () => Date.now(),
    cwd: process.cwd(),
    env: {},
    signal: new AbortController().signal,
    log: (level, text) => (level === "error" ? complaints : notices).push(text),
    fail: (text) => complaints.push(text),
    standard: { stdin, stdinIsTerminal, stdout, stderr },
    ...rest,
    complaints,
    notices,
  };
}
