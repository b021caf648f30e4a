/** Runs a command line in this process through the built `dispatch`, with descriptors of files. */
import { closeSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Terminal } from "../../src/lib/pipeline/contract/terminal.js";
import { cleanEnvironment, ROOT, temporaryDirectory } from "./logpipe.js";

export interface RanInside {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** `logpipe WORDS` in `cwd`, reading `stdin`; `signal` as the one of Ctrl-C. */
export async function dispatchInside(
  words: readonly string[],
  cwd: string,
  stdin: Buffer,
  signal: AbortSignal = new AbortController().signal,
): Promise<RanInside> {
  const { dispatch } = (await import(
    join(ROOT, "dist/dispatch.js")
  )) as typeof import("../../src/dispatch.js");
  const path = join(cwd, ".stdin");
  writeFileSync(path, stdin);
  const descriptor = openSync(path, "r");
  // The directory holds what the test has put there, and what the command does.
  unlinkSync(path);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const before = process.cwd();
  process.chdir(cwd);
  try {
    const code = await dispatch(words, ({ verbosity, color }) => ({
      ...memoryTerminal(descriptor, cwd, verbosity, out, err),
      signal,
      stdout: memoryOutput(out, color === "always"),
    }));
    return { code, stdout: Buffer.concat(out), stderr: Buffer.concat(err) };
  } finally {
    process.chdir(before);
    tryClose(descriptor);
  }
}

/**
 * As `logpipe(words)`, without a process: for what is decided before anything is streamed, by the hundred. `line`
 * may be one with quotes in it.
 */
export async function logpipeInside(
  line: string | readonly string[],
  { cwd = temporaryDirectory(), stdin = "" }: { readonly cwd?: string; readonly stdin?: string } = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const words = typeof line === "string" ? wordsOf(line) : line;
  const { code, stdout, stderr } = await dispatchInside(words, cwd, Buffer.from(stdin));
  return { code, stdout: stdout.toString(), stderr: stderr.toString() };
}

function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

function memoryTerminal(
  stdin: number,
  cwd: string,
  verbosity: Terminal["verbosity"],
  out: Buffer[],
  err: Buffer[],
): Terminal {
  const print = (text: string) => void err.push(Buffer.from(text));
  const warn = (text: string, help?: string) =>
    print(`logpipe: ${text}\n${help === undefined ? "" : `  ${help}\n`}`);
  return {
    stdin,
    stdinIsTerminal: false,
    stdout: memoryOutput(out, false),
    stderr: memoryOutput(err, false),
    env: cleanEnvironment(cwd),
    cwd,
    nowMs: Date.now,
    signal: new AbortController().signal,
    complain: warn,
    warn,
    notice: (text) => {
      if (verbosity !== "quiet") print(`logpipe: ${text}\n`);
    },
    verbosity,
  };
}

function memoryOutput(chunks: Buffer[], hasColour: boolean): Terminal["stdout"] {
  return {
    isTerminal: false,
    hasColour,
    columns: 80,
    write: async (data) => {
      chunks.push(Buffer.from(data as Uint8Array));
      return true;
    },
  };
}

/** Whoever read it may have closed it. */
function tryClose(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // closed already
  }
}
